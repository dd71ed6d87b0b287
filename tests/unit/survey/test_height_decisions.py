"""Heights, levels, diameters and encodings: words, numbers, answers, questions."""

from __future__ import annotations

import numpy as np
import pytest
from support.survey_cases import TODAY, project

from waternet_plugin.core.places.deciding.decision_facts import Declared, FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decision
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide

GRID = project(4547, 114.05 + np.linspace(0, 0.01, 40), 25.45 + np.linspace(0, 0.004, 40))
GROUND = np.linspace(5.0, 9.0, 40)
NETWORK = NetworkFacts("EPSG:4547", GRID + 20.0, ground_xy=GRID + 10.0, ground_m=GROUND)


def decision(
    key: str, network: NetworkFacts = NETWORK, answer: str | None = None, **facts: object
) -> Decision:
    """Return the decision of one key of a street's file."""
    file = FileFacts("a.dat", GRID[:, 1], GRID[:, 0], **facts)
    found = decide(file, network, {key: answer} if answer else {}, settings=Settings(), today=TODAY)
    return found.decided[key]


@pytest.mark.parametrize(
    ("off", "is_open"), [(0.0, False), (-1.5, False), (2.9, False), (3.1, True), (-13.5, True)]
)
def test_the_height_datum_is_asked_where_heights_are_more_than_3_m_from_known_ground(
    off: float, is_open: bool
) -> None:
    found = decision("height_datum", height=GROUND + off)
    assert found.value == (None if is_open else "1985")
    assert found.evidence[-1].code == ("ground_off" if is_open else "ground_agrees")
    assert [one.value for one in found.candidates] == (
        ["1985", "1956", "local", "ellipsoidal"] if is_open else []
    )


def test_heights_that_are_all_0_are_asked() -> None:
    assert decision("height_datum", height=np.zeros(40)).value is None


def test_ground_farther_than_50_m_says_nothing() -> None:
    far = NetworkFacts("EPSG:4547", GRID + 20.0, ground_xy=GRID + np.array([0.0, 900.0]), ground_m=GROUND)
    found = decision("height_datum", far, height=GROUND + 20)
    assert (found.value, found.evidence[-1].code) == ("1985", "no_ground_near")


@pytest.mark.parametrize(("off", "is_open"), [(-15.0, True), (15.0, True), (-8.0, False), (0.0, False)])
def test_heights_far_from_the_ground_around_are_asked(off: float, is_open: bool) -> None:
    around = NetworkFacts("EPSG:4547", GRID + 20.0, ground_xy=GRID + np.array([0.0, 124.0]), ground_m=GROUND)
    found = decision("height_datum", around, height=GROUND + off)
    assert found.value == (None if is_open else "1985")
    if is_open:
        assert found.evidence[-1].code == "around_off"
        assert "ellipsoidal" in found.evidence[-1].text


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("高程基准：1985国家高程基准", "1985"),
        ("1956年黄海高程系", "1956"),
        ("大地高", None),
        ("假定高程", "local"),
    ],
)
def test_words_name_the_height_datum(words: str, value: str) -> None:
    assert decision("height_datum", height=GROUND, texts=(words,)).value == value


def test_an_answer_goes_before_ground_and_words() -> None:
    assert decision("height_datum", answer="ellipsoidal", height=GROUND).value == "ellipsoidal"
    found = decision("height_datum", answer="1956", height=GROUND + 30, texts=("1985国家高程基准",))
    assert found.value == "1956"
    assert decision("height_datum", height=GROUND, texts=("1985国家高程基准", "大地高")).value is None


def test_heights_are_the_grounds_where_level_and_depth_add_up_to_them() -> None:
    depth = np.full(40, 1.2)
    ends = {"end_height": GROUND, "end_depth": depth, "end_level": GROUND - depth}
    assert decision("height_of", height=GROUND, **ends).value == "ground"
    assert decision("height_of", height=GROUND, **{**ends, "end_level": GROUND}).value is None
    assert decision("height_of", height=GROUND, ground=GROUND + 0.01).value == "ground"
    assert decision("height_of", height=GROUND, ground=GROUND + 1.2).value is None
    said = {"height_of": Declared("top", "管顶高程")}
    assert decision("height_of", height=GROUND, declared=said).value == "top"
    assert [one.value for one in decision("height_of", height=GROUND).candidates] == [
        "ground",
        "top",
        "invert",
    ]


@pytest.mark.parametrize(
    ("sizes", "value"),
    [
        ([110, 160, 200], "outer"),
        ([100, 150, 200], "nominal"),
        ([200, 400], None),
        ([110, 100], None),
    ],
)
def test_bare_sizes_of_plastics_that_exist_in_one_series_only_decide(
    sizes: list[float], value: str | None
) -> None:
    assert decision("diameter_of", bare_plastic_mm=np.array(sizes, dtype=float)).value == value


def test_levels_are_asked_unless_said_and_only_where_there_are_any() -> None:
    assert decision("level_of", has_levels=True).value is None
    assert (
        decision("level_of", has_levels=True, declared={"level_of": Declared("invert", "管底高程")}).value
        == "invert"
    )
    file = FileFacts("a.dat", GRID[:, 1], GRID[:, 0])
    found = decide(file, NETWORK, {}, settings=Settings(), today=TODAY)
    assert set(found.decided) == {"axes", "crs"}


def test_one_encoding_is_decided_and_several_are_asked() -> None:
    assert decision("encoding", encodings=("gb18030",)).value == "gb18030"
    found = decision("encoding", encodings=("utf-8", "gb18030"))
    assert (found.value, [one.value for one in found.candidates]) == (None, ["utf-8", "gb18030"])
    assert decision("encoding", answer="GBK", encodings=("utf-8", "gb18030")).value == "gbk"
