"""Reasons as texts: taken apart, told apart, put together."""

from __future__ import annotations

import pytest

from waternet_plugin.gui.health import reasons

IRON = "Grey cast iron, laid 1960–1979: 4.0 times the network's mean"
STEEL = "Steel, laid 1980–1999: 0.4 times the network's mean"


def test_reasons_part_in_both_languages() -> None:
    assert reasons.split("a; b；c") == ("a", "b", "c")
    assert reasons.split(None) == ()


@pytest.mark.parametrize(
    ("reason", "lowers"),
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
def test_what_lowers_a_rate(reason: str, lowers: bool) -> None:
    assert reasons.lowers(reason) is lowers


def test_what_differs_in_a_number_is_put_together() -> None:
    found = reasons.by_length(
        {
            f"{IRON}; 3 failures since 2001; low pressure": 100.0,
            f"{IRON.replace('4.0', '3.2')}; 1 failure since 2001": 50.0,
            "DN100: small mains fail more often; DN80: small mains fail more often": 10.0,
        },
        most=5,
    )
    assert found == (
        ("Grey cast iron, laid 1960–1979: 3.2–4.0 times the network's mean", 150.0),
        ("failures of their own since 2001", 150.0),
        ("small diameters, which fail more often", 10.0),
    )


def test_chinese_reasons_are_understood() -> None:
    from waternet_plugin import language
    from waternet_plugin.core.texts import tr

    language.install("zh_CN")
    try:
        text = tr("no failure since {year}").format(year=2001)
        cohort = tr("{cohort}: {ratio} times the network's mean").format(cohort="灰口铸铁", ratio="0.4")
        assert reasons.lowers(text) and reasons.lowers(cohort)
        assert not reasons.lowers(cohort.replace("0.4", "4.0"))
    finally:
        language.install("en")
