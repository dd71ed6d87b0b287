"""Columns of surveys that only their values tell: names that number points, kinds under 类别."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.recognition.open_tables import UnknownTablesError
from waternet_plugin.core.survey.typed.typed_file import TypedFile, typed_file
from waternet_plugin.operations.survey.survey_files import read_survey_file


def _read(path: Path, rows: list[str]) -> TypedFile:
    path.write_text("\n".join(rows), encoding="utf-8")
    return typed_file(read_survey_file(path, path.name), datetime.date(2026, 11, 22), Settings())


@pytest.mark.parametrize(
    ("names", "numbers"),
    [(("ZS1", "ZS2", "ZS3"), ["ZS1", "ZS2", "ZS3"]), (("阀门", "阀门", "消火栓"), None)],
)
def test_names_number_points_where_they_differ(
    tmp_path: Path, names: tuple[str, ...], numbers: list[str] | None
) -> None:
    rows = ["序号,名称,X(北),Y(东),地面高程"]
    rows += [f"{n},{name},{2513300 + n}.5,{502000 + n}.5,36.5" for n, name in enumerate(names, start=1)]
    if numbers is None:
        with pytest.raises(UnknownTablesError):
            _read(tmp_path / "a.csv", rows)
        return
    assert _read(tmp_path / "a.csv", rows).points["point_no"].tolist() == numbers


def test_kinds_under_a_heading_of_systems_are_kinds(tmp_path: Path) -> None:
    rows = [
        "点号,X(北),Y(东),地面高程,类别",
        "W1,2513300.5,502000.5,36.5,{}",
        "W2,2513310.5,502000.5,36.6,{}",
    ]
    kinds = _read(tmp_path / "WS.csv", "\n".join(rows).format("污水井", "雨水篦").split("\n"))
    assert (kinds.points["kind"].tolist(), kinds.findings) == (["manhole", "inlet"], ())
    systems = _read(tmp_path / "a.csv", "\n".join(rows).format("污水", "雨水").split("\n"))
    assert systems.points["system"].tolist() == ["sewage", "storm"]


def test_inverts_of_a_combined_table_are_known_by_their_names(tmp_path: Path) -> None:
    head = "点号,连接点号,X(北),Y(东),高程(m),,管径(mm)\n,,,,地面,管内底,"
    rows = ["W1,W2,2513300.5,502000.5,36.5,34.1,300", "W2,W1,2513310.5,502000.5,36.6,34.0,300"]
    typed = _read(tmp_path / "WS.csv", [*head.split("\n"), *rows])
    assert typed.lines["start_level_m"].tolist() == [34.1, 34.0]
    assert typed.file.level_columns == {}
