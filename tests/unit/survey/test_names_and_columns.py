"""Names of files and codes give the system; columns are taken or named; drawings name their points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.slow_cases import a_few_quick
from support.survey_cases import TODAY
from support.survey_frames import checked, placed, point, rules_of, survey_file

from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.system_names import system_of_name
from waternet_plugin.core.survey.decisions.answers import answered_columns
from waternet_plugin.core.survey.decisions.deciding import decide, refuse_open
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.handover.handover_tables import headings
from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.recognition.column_aliases import field_of, is_ignored
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.typed.systems import kind_of_code, system_of_code
from waternet_plugin.core.survey.typed.typed_file import typed_file

N, E = 2512400.0, 501200.0


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("0718人民路给水.dat", "potable"),
        ("pnezd_污水井.csv", "sewage"),
        ("排水管网雨水井.xlsx", "storm"),
        ("建设路雨污合流.csv", "combined"),
        ("0718_WS.csv", "sewage"),
        ("sewer points.csv", "sewage"),
        ("storm water.csv", "storm"),
        ("JS点表", "potable"),
        ("给水、污水管线成果表", None),
        ("某市给水、排水管线", None),
        ("供水公司污水井.csv", None),
        ("集中水源点.csv", None),
        ("人民路.csv", None),
        ("Sheet1", None),
    ],
)
def test_a_name_gives_the_one_system_that_it_speaks_of(name: str, system: str | None) -> None:
    assert system_of_name(name) == system


@pytest.mark.parametrize(
    ("code", "system", "kind"),
    [
        ("污水检查井", "sewage", "manhole"),
        ("给水阀门", "potable", "valve"),
        ("消防栓", None, "hydrant"),
        ("JS DN300", "potable", None),
    ],
)
def test_a_code_names_a_system_and_what_stands_there(code: str, system: str | None, kind: str | None) -> None:
    assert (system_of_code(code), kind_of_code(code)) == (system, kind)


def read(text: str, name: str = "a.csv") -> SurveyFile:
    """Return a table of text as the points and lines of a file."""
    found = read_text_table(text.encode("utf-8"), name)
    return recognised_file(found, name, "hash", survey_mapping(None))


def test_columns_that_no_field_has_are_named() -> None:
    points = "点号,X坐标,Y坐标,地面高程,井底标高,施工队,备注\n1,2512400,501200,40,37.5,甲,x\n"
    file = read(points)
    assert [name for _sheet, name in file.unused] == ["井底标高", "施工队", "备注"]
    # Remarks and numbers of rows are told on the page, and are nothing to be asked about; levels are asked.
    assert [(rule, text) for rule, _sheet, _row, text in file.remarks] == [("column_unused", "施工队")]
    assert file.level_columns == {"井底标高": ("h", "depth")}
    assert "column_unused" in rules_of(checked(placed(file)))


POINTS_WITH_LEVELS = (
    "点号,X坐标,Y坐标,地面高程,井底标高,量测井深\n1,2512400,501200,40,37.5,2.5\n2,2512430,501200,40,37,3\n"
)


def asked(text: str, **answers: object) -> Decisions:
    """Return what is decided of a table of text with answers."""
    found = read_text_table(text.encode("utf-8"), "a.csv")
    mapping = replace(survey_mapping(None), level_columns=answered_columns(answers))
    facts = file_facts(typed_file(recognised_file(found, "a.csv", "hash", mapping), TODAY, Settings()))
    return decide(facts, NetworkFacts("EPSG:4547"), answers, settings=Settings(), today=TODAY)


def test_each_column_that_looks_like_a_level_is_asked_until_it_is_answered_or_left_out() -> None:
    found = asked(POINTS_WITH_LEVELS)
    question = found.questions[0]
    assert (question.key, question.column) == ("level_columns", "井底标高")
    assert [one.value for one in question.candidates] == ["h", "depth", "leave_out"]
    with pytest.raises(InputError, match=r"a\.csv: level_columns, 井底标高"):
        refuse_open([found])
    # An answer keeps those that were given before.
    answers = dict(question.candidates[-1].answers)
    assert answers == {"level_columns": {"井底标高": "leave_out"}}
    question = asked(POINTS_WITH_LEVELS, **answers).questions[0]
    assert question.column == "量测井深"
    depth = next(one for one in question.candidates if one.value == "depth")
    decided = asked(POINTS_WITH_LEVELS, **depth.answers)
    assert decided.value("level_columns") == "井底标高: leave out, 量测井深: depth of the point"


def test_an_answered_column_is_read_and_one_left_out_is_told() -> None:
    found = read_text_table(POINTS_WITH_LEVELS.encode("utf-8"), "a.csv")
    answers = {"files": {"a.csv": {"level_columns": {"量测井深": "depth", "*": "leave_out"}}}}
    mapping = replace(survey_mapping(None), level_columns=answered_columns(answers))
    file = recognised_file(found, "a.csv", "hash", mapping)
    assert file.points["depth"].tolist() == ["2.5", "3"]
    assert [name for _sheet, name in file.unused] == ["井底标高"]


def test_all_of_them_can_be_left_out_at_once_and_a_wrong_field_is_refused() -> None:
    assert asked(POINTS_WITH_LEVELS, level_columns="leave_out").value("level_columns")
    with pytest.raises(InputError, match="end_level"):
        asked(POINTS_WITH_LEVELS, level_columns={"井底标高": "end_level"})
    with pytest.raises(InputError, match="as in this example"):
        asked(POINTS_WITH_LEVELS, level_columns=["井底标高"])


@pytest.mark.parametrize("heading", ["仪器高", "天线高", "高程异常", "备注标高"])
def test_a_column_of_words_or_of_heights_of_instruments_is_not_asked(heading: str) -> None:
    value = "见图" if heading == "备注标高" else "1.8"
    assert read(f"点号,X坐标,Y坐标,{heading}\n1,2512400,501200,{value}\n").level_columns == {}


def test_a_column_without_values_is_not_named() -> None:
    assert read("点号,X坐标,Y坐标,地面高程,井底标高\n1,2512400,501200,40,\n").unused == ()


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("起点管底", "start_level"),
        ("止点管底", "end_level"),
        ("终点管内底标高(m)", "end_level"),
        ("上游管底高程", "start_level"),
        ("止点埋深", "end_depth"),
    ],
)
def test_levels_and_depths_of_ends_are_known_by_their_words(heading: str, field: str) -> None:
    file = read(f"起点,止点,管径,{heading}\nY1,Y2,500,28.7\n")
    assert file.lines[field].tolist() == ["28.7"]
    assert file.unused == ()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("level_of", ["top", "invert"])
def test_every_column_that_is_handed_over_is_read_again(language: str, level_of: str) -> None:
    with texts.speaking(None, language):
        for table, role in (("point", "points"), ("line", "lines")):
            for heading in headings(table, level_of):
                found = field_of(heading.text("m"), role)
                is_known = found is not None and found.field == heading.field
                assert is_known or is_ignored(heading.text("")), heading


def test_levels_in_english_say_of_what_they_are() -> None:
    file = read("Start no,End no,Start level of invert(m),End level of invert(m)\nY1,Y2,28.7,28.6\n")
    assert file.declared["level_of"].value == "invert"


def test_a_heading_that_stands_twice_is_named() -> None:
    with pytest.raises(InputError, match="the heading “X” stands twice"):
        read("物探点号,X,X,地面高程\n1,2512400,501200,40\n")


def drawn(start: tuple[float, float], end: tuple[float, float]) -> dict[str, object]:
    """Return a line of a drawing, which names no points."""
    return {"size": "300", "vertices": np.array([[*start, np.nan], [*end, np.nan]])}


def test_drawn_lines_are_called_by_the_points_that_they_end_at() -> None:
    points = [point("F1", N, E), point("F2", N, E + 30), point("F3", N, E + 60), point("F9", N + 50, E)]
    lines = [
        drawn((E, N), (E + 30.01, N)),
        drawn((E + 30, N), (E + 60, N)),
        drawn((E + 60, N), (E + 90, N)),
    ]
    result = checked(placed(survey_file(points, lines)))
    assert result.left.assets.pipes["pipe_id"].tolist() == ["F1-F2", "F2-F3", "JS-0001"]
    unused = [one.point_no.tolist() for one in result.findings if one.rule == "unused_point"]
    assert unused == [["F9"]]


def test_a_ring_that_is_drawn_is_no_fault() -> None:
    ring = {"size": "300", "vertices": np.array([[E, N, 0], [E + 9, N, 0], [E + 9, N + 9, 0], [E, N, 0]])}
    assert "same_ends" not in rules_of(checked(placed(survey_file([point("F1", N, E)], [ring]))))


@pytest.mark.parametrize(
    ("corners", "crosses"),
    a_few_quick(
        [
            ([(0, 0), (9, 9), (9, 0), (0, 9), (0, 0)], True),
            ([(0, 0), (9, 9), (9, 0), (0, 9)], True),
            ([(0, 0), (9, 0), (9, 0), (4, 0)], True),
            ([(0, 0), (9, 0), (9, 9), (0, 0)], False),
            ([(0, 0), (0, 0), (9, 0), (9, 0), (9, 9)], False),
            ([(0, 0), (9, 0)], False),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_a_drawn_line_that_crosses_itself_is_told(corners: list[tuple[float, float]], crosses: bool) -> None:
    line = {"size": "300", "vertices": np.array([[E + x, N + y, np.nan] for x, y in corners])}
    rules = rules_of(checked(placed(survey_file([point("F1", N, E)], [line]))))
    assert ("crosses_itself" in rules) == crosses
