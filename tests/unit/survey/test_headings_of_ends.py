"""Headings of both ends of a line: numbers and levels by words; what lies above a pipe is none of it."""

from __future__ import annotations

import pytest

from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.recognition.column_aliases import field_of
from waternet_plugin.core.survey.recognition.column_fields import column_fields
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.core.survey.records import SurveyFile


def _read(text: str) -> SurveyFile:
    found = read_text_table(text.encode("utf-8"), "a.csv")
    return recognised_file(found, "a.csv", "hash", survey_mapping(None))


def _field(heading: str) -> str:
    found = field_of(heading, "lines")
    return found.field if found else ""


@pytest.mark.parametrize(
    "heading",
    [
        "起点地面高程", "终点地面标高", "起点井盖高程", "终点路面标高", "起点覆土深度", "起点水深",
        "上游井口标高", "起点管径", "终点坐标",
    ],
)  # fmt: skip
def test_what_lies_above_a_pipe_is_no_level_of_it(heading: str) -> None:
    assert _field(heading) == ""


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("上游井号", "start_no"), ("下游井号", "end_no"), ("起始井", "start_no"), ("终止井", "end_no"),
        ("起点井编号", "start_no"), ("终点节点", "end_no"), ("起始管点号", "start_no"),
        ("上游检查井编号", "start_no"), ("起点管底", "start_level"), ("上游管内底标高", "start_level"),
        ("止点埋深", "end_depth"), ("管质", "material"), ("口径", "size"), ("竣工日期", "year"),
    ],
)  # fmt: skip
def test_words_together_name_an_end(heading: str, field: str) -> None:
    assert _field(heading) == field


def test_ground_beside_levels_changes_none_of_them() -> None:
    text = (
        "上游井号,下游井号,管径,材质,起点地面高程,终点地面高程,起点管底标高,终点管底标高\n"
        "Y1,Y2,500,砼,42.1,42.0,39.5,39.4\nY2,Y3,500,砼,42.0,41.9,39.4,39.3\n"
    )
    file = _read(text)
    assert file.lines["start_no"].tolist() == ["Y1", "Y2"]
    assert file.lines["end_no"].tolist() == ["Y2", "Y3"]
    assert file.lines["start_level"].tolist() == ["39.5", "39.4"]
    alone = _read(text.replace("起点管底标高,终点管底标高", "甲,乙"))
    assert alone.lines["start_level"].isna().all()


def test_columns_of_points_say_what_the_lines_are_only_where_points_make_lines() -> None:
    names = ["点号", "X", "Y", "高程", "管径", "管材"]
    alone = column_fields(names, "a.csv", "points", {}).fields
    assert {"size", "material"}.isdisjoint(alone)
    along = column_fields(names, "a.csv", "points", {}, makes_lines=True).fields
    assert (along["size"], along["material"]) == ("管径", "管材")
    # A table of lines has them with and without.
    lines = ["起点号", "终点号", "管径", "管材"]
    assert column_fields(lines, "a.csv", "lines", {}) == column_fields(
        lines, "a.csv", "lines", {}, makes_lines=True
    )
