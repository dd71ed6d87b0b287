"""Bands of indicators: versions, limits, and what can't be a band."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.drainage.compounds.scores.checklists import items_of
from waternet_plugin.core.drainage.compounds.scores.score_rules import INDICATORS, read_rules
from waternet_plugin.core.drainage.compounds.scores.zero_discharge import CRITERIA
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings

PIPES = "drainage.score.{version}.pipe_cleaning"


def own(version: str, bands: str, name: str = "pipe_cleaning") -> Settings:
    return Settings({f"drainage.score.{version}.{name}": bands})


def test_the_shipped_bands_are_those_of_the_programme() -> None:
    rules = read_rules(Settings())
    assert rules.version == "1"
    assert set(rules.bands) == set(INDICATORS) == set(domain("indicator"))
    points = rules.bands["separation"].points_of(np.array([0.79, 0.8, 0.89, 0.9, 1.2, np.nan]))
    assert points.tolist()[:5] == [0.5, 0.8, 0.8, 1.0, 1.0] and np.isnan(points[5])
    assert rules.bands["complaint_rate"].points_of(np.array([0.0, 0.1, 0.2, 0.21])).tolist() == [
        1,
        1,
        0.8,
        0.5,
    ]
    assert rules.bands["rounds"].points_of(np.array([0, 1, 2, 5])).tolist() == [0.5, 0.8, 1, 1]
    assert rules.bands["pipe_cleaning"].text == "..0.03:0.5;0.03..:1"


def test_a_later_version_has_the_rest_of_the_one_before() -> None:
    settings = own("2", "0.05..:1;..0.05:0.5")
    assert read_rules(settings).version == "2"
    assert read_rules(settings).bands["pipe_cleaning"].points_of(np.array([0.04])).tolist() == [0.5]
    assert read_rules(settings).bands["separation"] == read_rules(settings, "1").bands["separation"]
    assert read_rules(settings, "1").bands["pipe_cleaning"].points_of(np.array([0.04])).tolist() == [1.0]
    # Numbers by their value, not by their first digit; names last.
    assert read_rules(own("10", "..:1")).version == "10"
    with pytest.raises(InputError, match="no version “3” of the bands"):
        read_rules(settings, "3")


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ("0.02..:1;..0.03:0.5", r"bands \.\.0\.03 and 0\.02\.\. overlap"),
        ("0.02..:1;0.02..:0.8;..0.02:0.5", "overlap"),
        ("0.04..:1;..0.03:0.5", r"nothing is said between the bands \.\.0\.03 and 0\.04\.\."),
        ("0.03..:1", "does not give points to every value"),
        ("..0.03:1", "does not give points to every value"),
        ("", "does not give points to every value"),
        ("0.03:1", "“0.03:1” is not a band"),
        ("0.03..x:1", "is not a band"),
        ("0.03..:7;..0.03:0.5", "is not a band"),
        ("0.05..0.03:1", "is not a band"),
        ("nan..:1", "is not a band"),
    ],
)
def test_bands_that_make_no_sense_are_refused(bands: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_rules(own("1", bands))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("limits", "upper", "“upper” is not one of better, worse"),
        ("rounds_as", "", "is not one of count, rate"),
        ("excellent_from", "many", "“many” is not a number"),
        ("excellent_from", "5", "excellent begins below qualified"),
    ],
)
def test_readings_that_are_none_are_refused(name: str, value: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_rules(own("1", value, name))


def test_the_checklist_has_the_criteria() -> None:
    assert [item.item for item in items_of("zero_discharge")] == list(CRITERIA)
    for name in domain("checklist"):
        assert items_of(name), name
