"""Asking where to save: the ending that is missing, and no place where a network is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.way_out import make_town

from waternet_plugin.core.errors import InputError
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.widgets.row_table import TableColumn, write_csv


def _answer(monkeypatch: pytest.MonkeyPatch, path: Path | str) -> None:
    monkeypatch.setattr(file_dialogs.QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("a", "CSV (*.csv)", "a.csv"),
        ("a.CSV", "CSV (*.csv)", "a.CSV"),
        ("a.png", "SVG (*.svg);;PNG (*.png)", "a.png"),
        ("a.jpg", "SVG (*.svg);;PNG (*.png)", "a.jpg.svg"),
    ],
)
def test_a_file_gets_an_ending_of_its_kind(
    qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, kind: str, name: str
) -> None:
    _answer(monkeypatch, tmp_path / typed)
    assert file_dialogs.ask_where_to_save(None, "", "", kind, pytest.fail) == tmp_path / name


def test_a_cancel_is_no_place(qgis_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _answer(monkeypatch, "")
    assert file_dialogs.ask_where_to_save(None, "", "", "CSV (*.csv)", pytest.fail) is None


@pytest.mark.parametrize(
    ("name", "ending"), [("town.gpkg", ".gpkg"), ("town.csv", ".csv"), ("note", ".json")]
)
def test_no_file_goes_where_a_network_is(
    qgis_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, ending: str
) -> None:
    town = make_town(tmp_path / "town.gpkg")
    place = tmp_path / "town.gpkg.lock.json" if name == "note" else town.rename(tmp_path / name)
    _answer(monkeypatch, place)
    said: list[str] = []
    kind = f"Kind (*{ending})"
    assert (
        file_dialogs.ask_where_to_save(None, "", "", kind, lambda error: said.append(error.message)) is None
    )
    assert len(said) == 1 and "network" in said[0]


def test_what_is_written_asks_once_more(qgis_app: Any, tmp_path: Path) -> None:
    town = make_town(tmp_path / "town.gpkg").rename(tmp_path / "town.csv")
    before = town.read_bytes()
    with pytest.raises(InputError, match="is never replaced"):
        write_csv(town, [TableColumn("a", "A")], [{"a": "1"}])
    assert town.read_bytes() == before
