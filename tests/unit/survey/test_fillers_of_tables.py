"""A dash or slash that fills a cell of a table names nothing, unless a point of the file is called so."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from support.slow_cases import a_few_quick
from support.workbook_files import plain_workbook

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.fillers import FILLERS
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.typed.typed_file import TypedFile, file_checks, typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_file, read_survey_files

_POINTS = [
    ["物探点号", "X", "Y", "地面高程"],
    ["JS1", 2815193.253, 408261.305, 4.9],
    ["JS2", 2815203.253, 408281.305, 5.0],
    ["JS3", 2815213.253, 408301.305, 5.1],
]
_LINES = [["材质", "管线编号", "起点点号", "终点点号"], ["PE", "G1", "JS1", "JS2"]]


def _read(path: Path, raw: bytes) -> tuple[SurveyFile, TypedFile]:
    path.write_bytes(raw)
    file = read_survey_file(path, path.name)
    return file, typed_file(file, datetime.date(2026, 11, 22), Settings())


def _csv(rows: list[list[Any]]) -> bytes:
    return "\n".join(",".join("" if one is None else str(one) for one in row) for row in rows).encode()


@pytest.mark.parametrize("filler", a_few_quick(sorted(FILLERS), 1))
def test_a_filler_among_the_names_of_lines_is_none(tmp_path: Path, filler: str) -> None:
    lines = [*_LINES, ["PE", filler, "JS2", "JS3"], ["PE", "G3", "JS3", filler], ["PE", "G4", filler, "JS1"]]
    for name, raw in (
        ("a.csv", _csv(lines)),
        ("a.xlsx", plain_workbook({"JS点": _POINTS, "JS线": lines})),
    ):
        file, typed = _read(tmp_path / name, raw)
        assert typed.lines[["pipe_id", "start_no", "end_no"]].to_numpy().tolist() == [
            ["G1", "JS1", "JS2"],
            [None, "JS2", "JS3"],
            ["G3", "JS3", None],
            ["G4", None, "JS1"],
        ]
        # What the file says is kept as it stands there.
        assert {filler, filler.replace("－", "-")} & {
            cell for cells in file.cells for cell in cells.to_numpy().ravel()
        }


@pytest.mark.parametrize("filler", a_few_quick(["/", "-", "—"], 1))
def test_a_point_of_a_combined_table_whose_connection_is_filled_is_a_point_alone(
    tmp_path: Path, filler: str
) -> None:
    rows = [[*_POINTS[0], "连接点号", "材质"]]
    rows += [[*one, other, "PE"] for one, other in zip(_POINTS[1:], ["JS2", "JS3", filler])]
    for name, raw in (("JS.csv", _csv(rows)), ("JS.xlsx", plain_workbook({"JS": rows}))):
        file, typed = _read(tmp_path / name, raw)
        assert typed.points["point_no"].tolist() == ["JS1", "JS2", "JS3"]
        assert typed.lines[["start_no", "end_no"]].to_numpy().tolist() == [["JS1", "JS2"], ["JS2", "JS3"]]
        assert file.rows["record"].tolist()[-1] == "point"


def test_a_point_of_another_file_of_the_import_is_a_name_too(tmp_path: Path) -> None:
    (tmp_path / "JS点.csv").write_bytes(_csv([*_POINTS, ["-", 2815223.253, 408321.305, 5.2]]))
    (tmp_path / "JS线.csv").write_bytes(_csv([*_LINES, ["PE", "/", "JS3", "-"]]))
    _points, lines = read_survey_files(str(tmp_path)).files
    assert lines.lines[["pipe_id", "start_no", "end_no"]].to_numpy().tolist()[-1] == [None, "JS3", "-"]


def test_a_point_that_is_called_so_makes_a_filler_a_name(tmp_path: Path) -> None:
    points = [*_POINTS, ["-", 2815223.253, 408321.305, 5.2]]
    lines = [*_LINES, ["PE", "/", "JS3", "-"]]
    _file, typed = _read(tmp_path / "a.xlsx", plain_workbook({"JS点": points, "JS线": lines}))
    assert typed.points["point_no"].tolist()[-1] == "-"
    assert typed.lines[["pipe_id", "start_no", "end_no"]].to_numpy().tolist()[-1] == [None, "JS3", "-"]


def test_the_unit_of_a_heading_counts_for_places_and_heights(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["物探点号", "X(mm)", "Y(mm)", "地面高程(cm)", "埋深（mm）"]]
    rows += [[point, round(x * 1000), round(y * 1000), h * 100, 1250] for point, x, y, h in _POINTS[1:]]
    typed = _read(tmp_path / "a.csv", _csv(rows))[1]
    assert typed.points["x"].tolist() == [x for _point, x, _y, _h in _POINTS[1:]]
    assert typed.points["y"].tolist() == [y for _point, _x, y, _h in _POINTS[1:]]
    assert typed.points["ground_m"].tolist() == pytest.approx([4.9, 5.0, 5.1])
    assert typed.points["depth_m"].tolist() == [1.25] * 3
    assert not file_checks(typed)["rule_id"].isin(["number_too_large", "unlikely_number"]).any()


def test_nines_and_zeros_far_from_all_others_are_unknown_and_said(tmp_path: Path) -> None:
    rows = [*_POINTS, ["JS4", 0, 0, -9999], ["JS5", 2815223.253, 408321.305, 0]]
    typed = _read(tmp_path / "a.csv", _csv(rows))[1]
    assert typed.points["x"].isna().tolist() == [False, False, False, True, False]
    assert typed.points["y"].isna().tolist() == [False, False, False, True, False]
    assert typed.points["ground_m"].isna().tolist() == [False, False, False, True, True]
    said = file_checks(typed).query("rule_id == 'unlikely_number'")
    assert sorted(said["row_no"]) == [5, 5, 5, 6]
    # Beside the sea 0 is a level like any.
    beach = [[point, x, y, h] for (point, x, y, _h), h in zip(_POINTS[1:], (0, 0.4, 3.1))]
    assert not _read(tmp_path / "b.csv", _csv([_POINTS[0], *beach]))[1].points["ground_m"].isna().any()
