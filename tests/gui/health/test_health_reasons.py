"""Reasons as facts and as the sentences of older runs: told apart, put together, read in any language."""

from __future__ import annotations

import pytest

from waternet_plugin.core.facts import split, stored_text
from waternet_plugin.core.health.rates.reason_words import WORDS, first_for, lowers, told
from waternet_plugin.core.health.rates.reasons import common_reasons

IRON = "Grey cast iron, laid 1960–1979: 4.0 times the network's mean"
STEEL = "Steel, laid 1980–1999: 0.4 times the network's mean"


def test_reasons_part_in_both_languages() -> None:
    assert split("a; b；c") == ("a", "b", "c")
    assert split(None) == ()


@pytest.mark.parametrize(
    ("reason", "is_lowering"),
    [
        (IRON, False),
        (STEEL, True),
        ("no failure since 2001", True),
        ("3 failures since 2001", False),
        ("DN300: larger mains fail less often", True),
        ("DN100: small mains fail more often", False),
        ("soil of little corrosivity", True),
        ("few failures on other pipes of its street", True),
        ("other pipes of its street failed often", False),
        ("laid in better years", True),
        ("something else altogether", False),
    ],
)
def test_what_lowers_a_rate(reason: str, is_lowering: bool) -> None:
    assert lowers(WORDS.understand(reason)) is is_lowering


def test_what_differs_in_a_number_is_put_together() -> None:
    found = common_reasons.by_length(
        {
            ("", f"{IRON}; 3 failures since 2001; low pressure"): 100.0,
            ("", f"{IRON.replace('4.0', '3.2')}; 1 failure since 2001"): 50.0,
            ("", "DN100: small mains fail more often; DN80: small mains fail more often"): 10.0,
        },
        most=5,
    )
    assert found == (
        ("Grey cast iron, laid 1960–1979: 3.2–4.0 times the network's mean", 150.0),
        ("failures of their own since 2001", 150.0),
        ("small diameters, which fail more often", 10.0),
    )


def test_laying_years_are_put_together_by_decade() -> None:
    def iron(start: int, ratio: float) -> tuple[str, str]:
        fact = {"is": "cohort", "material": "cast_iron", "from": start, "years": 5, "ratio": ratio}
        return stored_text([fact]), ""

    # Each laying year counts with the two before and after it: 1950-1954, 1953-1957, 1958-1962.
    found = common_reasons.by_length(
        {iron(1950, 2.0): 100.0, iron(1953, 3.0): 50.0, iron(1958, 1.5): 10.0}, most=5
    )
    assert found == (
        ("Grey cast iron, laid 1950–1959: 2.0–3.0 times the network's mean", 150.0),
        ("Grey cast iron, laid 1960–1969: 1.5 times the network's mean", 10.0),
    )


def test_a_class_that_asks_for_risk_has_a_reason_that_raises_it_first() -> None:
    text = f"DN300: larger mains fail less often; {IRON}; no failure since 2001"
    assert common_reasons.first("renew_now", ("", text)) == IRON
    assert common_reasons.first("priority", ("", text)) == IRON
    assert common_reasons.first("in_service", ("", text)).startswith("DN300")
    assert first_for("renew_now", ()) is None


@pytest.fixture
def chinese():
    from waternet_plugin import language

    language.install("zh_CN")
    yield
    language.install("en")


def test_chinese_reasons_are_understood(chinese: None) -> None:
    from waternet_plugin.core.texts import tr

    text = tr("no failure since {year}").format(year=2001)
    cohort = tr("{cohort}: {ratio} times the network's mean").format(cohort="灰口铸铁", ratio="0.4")
    assert lowers(WORDS.understand(text)) and lowers(WORDS.understand(cohort))
    assert not lowers(WORDS.understand(cohort.replace("0.4", "4.0")))


def test_an_english_run_is_read_in_chinese(chinese: None) -> None:
    facts = [{"is": "failures", "count": 3, "year": 2008}, {"is": "small", "diameter": 100}]
    assert told(stored_text(facts), "3 failures since 2008; ...").startswith("2008 年以来故障 3 次；")
    # A run of before kept sentences alone.
    old = told(None, f"3 failures since 2008; {IRON}")
    assert old == "2008 年以来故障 3 次；灰口铸铁，1960–1979 年敷设：为全网平均的 4.0 倍"


def test_what_nobody_understands_stays_as_it_was_written() -> None:
    assert (
        told(None, "asked by the mayor; 3 failures since 2008") == "asked by the mayor; 3 failures since 2008"
    )
    assert told("{broken", "3 failures since 2008") == "3 failures since 2008"
    assert told('[{"is":"of_a_later_plugin"}]', "words of that plugin") == "of_a_later_plugin"
    assert told('[{"is":"failures"}]', None) == "failures"
