"""Names of files and codes give the system; columns are taken or named; drawings name their points."""

from __future__ import annotations

import numpy as np
import pytest
from support.survey_frames import checked, placed, point, rules_of, survey_file

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.typed.systems import kind_of_code, system_of_code, system_of_name

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
    # Remarks and numbers of rows are told on the page, and are nothing to be asked about.
    assert [(rule, text) for rule, _sheet, _row, text in file.remarks] == [
        ("level_unused", "井底标高"),
        ("column_unused", "施工队"),
    ]
    result = checked(placed(file))
    assert {"level_unused", "column_unused"} <= rules_of(result)


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
