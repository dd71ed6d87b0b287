"""What stays open, what words and answers decide, and which rows are against it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support.survey_cases import TODAY, project

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.candidate_points import clicked, ghosts
from waternet_plugin.core.places.deciding.decision_facts import Declared, FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.said_words import meridians_said
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.answers import file_answers, read_answers, unused_files
from waternet_plugin.core.survey.decisions.deciding import decide, refuse_open
from waternet_plugin.core.survey.decisions.decision_words import value_words

SETTINGS = Settings()
LON, LAT = 114.05 + np.linspace(0, 0.01, 40), 25.45 + np.linspace(0, 0.004, 40)
GRID = project(4547, LON, LAT)
NORTH, EAST = GRID[:, 1], GRID[:, 0]
NETWORK = NetworkFacts(
    "EPSG:4547", GRID + 20.0, np.array([f"N-{row:04d}" for row in range(40)], dtype=object)
)
EMPTY = NetworkFacts("EPSG:4547")


def decisions(facts: FileFacts, network: NetworkFacts = NETWORK, **answers: object) -> Decisions:
    """Return what is decided with the answers given."""
    return decide(facts, network, answers, settings=SETTINGS, today=TODAY)


def codes(found: Decisions, key: str) -> list[str]:
    """Return the codes of the evidence of a key."""
    return [one.code for one in found.decided[key].evidence]


def test_a_file_beside_the_assets_is_decided_and_says_why() -> None:
    found = decisions(FileFacts("a.dat", EAST, NORTH))
    assert (found.value("axes"), found.value("crs")) == ("x_east", "EPSG:4547")
    assert codes(found, "axes") == ["second_north"]
    assert codes(found, "crs") == ["no_prefix", "datum_assumed", "near_asset", "network_crs", "only_near"]
    assert found.decided["crs"].evidence[2].text == "10 m from N-0038."
    assert not found.questions
    refuse_open([found])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (NORTH % 1e5, EAST % 1e5),
        (NORTH - NORTH.min() + 52_311, EAST - EAST.min() + 18_234),
        (NORTH % 1e6, EAST % 1e6),
        (NORTH / 1000, EAST / 1000),
        (np.linspace(0.1, 99.9, 40), np.linspace(5.5, 7.5, 40)),
    ],
    ids=["5 digits", "turned town grid", "6 digits", "kilometres", "a few metres"],
)
def test_a_local_grid_stays_open_beside_assets_and_without(first: np.ndarray, second: np.ndarray) -> None:
    for network in (NETWORK, EMPTY):
        found = decisions(FileFacts("a.dat", first, second), network)
        assert [question.key for question in found.questions] == ["axes", "crs"]
        assert codes(found, "axes") == ["no_range"]
        with pytest.raises(InputError, match=r"a\.dat: axes, a\.dat: crs"):
            refuse_open([found])


def test_words_decide_the_axes_of_a_local_grid() -> None:
    facts = FileFacts("a.dat", NORTH % 1e5, EAST % 1e5, first_heading="北坐标(m)", second_heading="东坐标(m)")
    assert decisions(facts).value("axes") == "x_north"
    plain = FileFacts("a.dat", NORTH % 1e5, EAST % 1e5, first_heading="X", second_heading="Y")
    assert decisions(plain).value("axes") is None


def test_numbers_of_no_zone_are_read_in_the_crs_that_the_file_names_if_it_is_the_network_s() -> None:
    headings = {"first_heading": "X(北坐标,m,EPSG:4547)", "second_heading": "Y(东坐标,m,EPSG:4547)"}
    facts = FileFacts("a.csv", NORTH % 1e5, EAST % 1e5, texts=tuple(headings.values()), **headings)
    found = decisions(facts, EMPTY)
    assert (found.value("axes"), found.value("crs")) == ("x_north", "EPSG:4547")
    assert decisions(facts, NetworkFacts("EPSG:4548")).value("crs") is None
    both = FileFacts("a.csv", NORTH % 1e5, EAST % 1e5, texts=("EPSG:4547",))
    assert decisions(both, EMPTY).value("axes") is None


def test_numbers_that_contradict_the_words_leave_both_open() -> None:
    facts = FileFacts("a.jxl", EAST, NORTH, declared={"axes": Declared("x_north", "<North>, <East>")})
    found = decisions(facts)
    assert [question.key for question in found.questions] == ["axes", "crs"]
    assert codes(found, "axes") == ["declared", "second_north", "numbers_against"]
    assert found.questions[0].candidates[0].answers == {"axes": "x_east", "crs": "EPSG:4547"}
    # Choosing it answers both.
    assert not decisions(facts, **found.questions[0].candidates[0].answers).questions


@pytest.mark.parametrize("epsg", [4547, 4526], ids=["without zone number", "with zone number"])
def test_a_far_place_is_asked_with_its_distance_unless_the_file_names_its_crs(epsg: int) -> None:
    grid = project(epsg, LON, LAT + 2.5)
    facts = FileFacts("a.dat", grid[:, 1], grid[:, 0])
    found = decisions(facts)
    assert found.value("axes") == "x_north"
    (question,) = found.questions
    assert question.candidates[0].distance_m == pytest.approx(277e3, rel=0.01)
    (far,) = [one for one in question.candidates[0].evidence if one.code == "far"]
    assert far.text == "277 km from the nearest asset, to the north."
    named = FileFacts("a.dat", grid[:, 1], grid[:, 0], texts=("CGCS2000 3度带 中央子午线114°",))
    assert decisions(named).value("crs") == f"EPSG:{epsg}"
    declared = FileFacts("a.dat", grid[:, 1], grid[:, 0], declared={"crs": Declared("EPSG:4547", "GEOGCS")})
    assert decisions(declared).value("crs") == f"EPSG:{epsg}"


def test_a_title_of_another_job_is_asked_where_the_numbers_lie_beside_the_assets_otherwise() -> None:
    facts = FileFacts("a.dat", NORTH, EAST, texts=("CGCS2000 中央子午线117°",))
    found = decisions(facts)
    (question,) = found.questions
    assert [one.value for one in question.candidates] == ["EPSG:4547", "EPSG:4548"]
    assert codes(found, "crs")[-1] == "near_otherwise"
    assert decisions(facts, crs="EPSG:4548").value("crs") == "EPSG:4548"


@pytest.mark.parametrize(
    ("words", "meridians"),
    [
        ("CGCS2000 3度带 中央子午线114°", [114]),
        ("中央子午线113°45′", [113.75]),
        ("CGCS2000 / 3-degree Gauss-Kruger CM 114E", [114]),
        ("2000坐标系第38带", [114]),
        ("3度带38带", [114]),
        ("6度带，带号：19", [111]),
        ("3-degree Gauss-Kruger zone 38", [114]),
        ("WGS 84 / UTM zone 45N", []),
        ("DN30带阀门井", []),
        ("埋深(cm) 120", []),
    ],
)
def test_words_name_meridians_and_zones(words: str, meridians: list[float]) -> None:
    assert list(meridians_said([words])) == meridians


def test_an_answer_takes_the_zone_by_its_meridian_and_refuses_another_number() -> None:
    facts = FileFacts("a.dat", NORTH, EAST + 38e6)
    assert decisions(facts, EMPTY, crs="4547").value("crs") == "EPSG:4526"
    (refusal,) = decisions(facts, EMPTY, crs="EPSG:4550").refusals
    assert (
        refusal.text == "a.dat, crs: The eastings begin with 38, but EPSG:4550 has the central meridian 123°."
    )


def test_a_title_that_contradicts_the_zone_number_leaves_the_crs_open() -> None:
    found = decisions(FileFacts("a.dat", NORTH, EAST + 38e6, texts=("中央子午线117°",)))
    assert found.value("crs") is None
    two = decisions(FileFacts("a.dat", NORTH, EAST, texts=("西安80转CGCS2000",)))
    assert two.value("crs") is None
    assert codes(two, "crs")[0] == "words_disagree"


def test_rows_against_the_order_of_the_file_are_named() -> None:
    first, second = NORTH.copy(), EAST.copy()
    first[[3, 9]], second[[3, 9]] = second[[3, 9]], first[[3, 9]]
    second[20] += 38e6
    first[30] = np.nan
    found = decisions(FileFacts("a.dat", first, second))
    assert found.value("axes") == "x_north"
    assert {rule: np.flatnonzero(rows).tolist() for rule, rows in found.rows_against.items()} == {
        "axes_mixed": [3, 9],
        "zone_mixed": [20],
    }
    half = np.arange(40) % 2 == 0
    mixed = decisions(FileFacts("a.dat", np.where(half, NORTH, EAST), np.where(half, EAST, NORTH)))
    assert mixed.value("axes") is None


def test_a_file_without_coordinates_is_asked_nothing_about_places() -> None:
    nothing = np.full(4, np.nan)
    assert decisions(FileFacts("lines.csv", nothing, nothing)).decided == {}


def test_a_network_of_a_grid_without_datum_takes_files_by_distance_alone() -> None:
    local = (
        'ENGCRS["Town",EDATUM["Town"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]'
    )
    grid = np.column_stack([np.linspace(18_000, 18_400, 40), np.linspace(52_000, 52_300, 40)])
    network = NetworkFacts(local, grid + 30.0)
    found = decisions(FileFacts("a.dat", grid[:, 1], grid[:, 0]), network)
    assert (found.value("axes"), found.value("crs")) == ("x_north", local)
    near_diagonal = np.column_stack([grid[:, 0], grid[:, 0] + 900])
    network = NetworkFacts(local, near_diagonal + 30.0)
    both = decisions(FileFacts("a.dat", near_diagonal[:, 1], near_diagonal[:, 0]), network)
    assert {question.key for question in both.questions} == {"axes", "crs"}


def test_degrees_are_read_as_degrees() -> None:
    found = decisions(FileFacts("a.csv", LAT, LON))
    assert (found.value("axes"), found.value("crs")) == ("x_north", "EPSG:4490")


def test_planned_pipes_are_places_of_the_network() -> None:
    planned = NetworkFacts("EPSG:4547", planned_xy=GRID + 3.0)
    found = decisions(FileFacts("a.dat", NORTH, EAST), planned)
    assert found.value("crs") == "EPSG:4547"
    assert "near_planned" in codes(found, "crs")


def test_ghosts_lie_where_their_candidates_do_and_a_click_finds_its_letter() -> None:
    facts = FileFacts("a.dat", NORTH, EAST)
    (question,) = decisions(facts, EMPTY).questions
    shown = ghosts(facts, EMPTY, question.candidates)
    assert [one.letter for one in shown] == ["A", "B", "C"]
    assert shown[0].xy == pytest.approx(GRID)
    assert clicked(shown, (EAST[3] + 2, NORTH[3] - 2), 10.0) == "A"
    assert clicked(shown, (EAST[3] + 500, NORTH[3] + 500), 10.0) is None


def test_answers_for_a_file_go_before_those_for_all() -> None:
    answers = {"axes": "x_north", "files": {"a.dat": {"axes": "x_east", "crs": 4547}}}
    assert file_answers(answers, "street/a.dat").values["axes"] == "x_east"
    assert file_answers(answers, "street/a.dat").crs == "EPSG:4547"
    assert file_answers(answers, "b.dat").values["axes"] == "x_north"
    assert unused_files({"files": {"a.dat": {}, "c.dat": {}}}, ["street/a.dat"]) == ("c.dat",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[1]", "of this form"),
        ('{"files": {"a.dat": 4}}', "of this form"),
        ('{"axis": "x_north"}', "“axis” is not known"),
    ],
)
def test_decisions_that_can_not_be_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_answers(text)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"axes": "north"}, "x_north, x_east"),
        ({"encoding": "gbq"}, "“gbq” is not known"),
        ({"crs": {"pairs": [[1, 2, 3]]}}, "at least three"),
        ({"crs": {"pairs": [[1, 2, 3, 4]] * 3, "valid_until": "soon"}}, "“soon” is not a date"),
    ],
)
def test_answers_that_mean_nothing_are_refused(answers: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        decisions(FileFacts("a.dat", NORTH, EAST), EMPTY, **answers)


def test_decisions_are_plain_json() -> None:
    found = decisions(FileFacts("a.dat", NORTH, EAST), EMPTY)
    back = json.loads(json.dumps(found.as_json()))
    assert back["crs"]["value"] is None
    assert back["crs"]["candidates"][0]["letter"] == "A"


def test_an_answer_stands_in_words_beside_its_evidence_and_never_as_its_code() -> None:
    said = DecisionEvidence("answered", {"value": "x_east"}).text
    assert said == "Answered." and value_words("axes", "x_east") == "the first coordinate is east"
