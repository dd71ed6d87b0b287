"""Sources, certainty and units of settings are told in the reader's language."""

from __future__ import annotations

import re

import pytest

from waternet_plugin.core.reports.setting_words import in_words
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.texts import speaking

TOLD = [one for key, one in defaults().items() if key.startswith(("dma.", "health.", "renewal."))]
# Formulas of the trade that stand the same in any language.
_SAME = re.compile(r"[A-Z]{2,}[ \d.\-]*[\d\-]*")


@pytest.mark.parametrize("setting", TOLD, ids=lambda one: one.key)
def test_every_source_is_there_in_chinese(setting) -> None:
    with speaking(None, "zh_CN"):
        said = setting.source_label
    assert re.search("[\u4e00-\u9fff]", said) or _SAME.fullmatch(said), f"add “{said}” to sources.csv"
    with speaking(None, "en"):
        assert setting.source_label == setting.source


@pytest.mark.parametrize("setting", TOLD, ids=lambda one: one.key)
def test_every_unit_is_there_in_chinese(setting) -> None:
    with speaking(None, "zh_CN"):
        said = in_words(setting, setting.value, "元")
    unit = said.replace(",", "").removeprefix(setting.value.replace(";", "; ")).strip()
    # Symbols of the SI, of money and of numbers; no English word of more than two letters.
    if said != unit:
        assert not re.search(r"[A-Za-z]{3,}", unit.replace("MPa", "")), unit


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("health.diameter_curve.steel", "150:1.402;280:0.348", "DN 150: 1.402; DN 280: 0.348"),
        ("health.vintage_factor.cast_iron", "1946:0.7", "before 1946: 0.7"),
    ],
)
def test_lists_of_factors_are_told_in_words(key, value, said) -> None:
    assert in_words(defaults()[key], value, "CNY") == said
    shown = [in_words(one, one.value, "CNY") for one in TOLD if ":factor" in one.unit]
    assert shown and not [text for text in shown if "factor" in text or re.search(r"\d:\d", text)]


def test_nobody_remembers_a_value() -> None:
    with speaking(None, "zh_CN"):
        assert domain("certainty")["memory"].label == "经验取值，待核实"


def test_no_code_stands_among_chinese_values() -> None:
    with speaking(lambda text, *_: {"none": "无"}.get(text, text), "zh_CN"):
        told = {one.key: in_words(one, one.value, "元") for one in TOLD}
    assert told["health.diameter_like.reinforced_concrete"] == "无"
    codes = {code for name in ("material", "lining", "road_class") for code in domain(name)}
    assert not [key for key, said in told.items() if {"none", *codes} & set(said.split(";"))]


@pytest.mark.parametrize(
    ("value", "said"),
    [("20000", "20,000"), ("10;1000000", "10; 1,000,000"), ("1946:0.7", "1946:0.7"), ("0.12345", "0.12345")],
)
def test_large_numbers_are_in_groups_of_three(value, said) -> None:
    plain = next(one for one in TOLD if not one.unit and one.key == "health.window_share")
    assert in_words(plain, value, "CNY") == said
