"""Meters due, public use and contracts in the window: lists, sums, what a choice leaves, workbooks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QFileDialog
from support.plain_tables import sheets
from support.widgets import click, part, rows, section, text

from waternet_plugin.gui.users import meter_rows, public_pane

POINTS = [
    {"node_id": "H1", "kind": "hydrant", "water_use": "", "metered": "no", "anti_theft": "yes", "m3": None},
    {"node_id": "H2", "kind": "hydrant", "water_use": "fire", "metered": "no", "anti_theft": "", "m3": 3.0},
    {"node_id": "G1", "kind": "meter", "water_use": "fire", "metered": "yes", "anti_theft": "", "m3": 4.0},
]


def test_points_are_summed_by_use_and_chosen_by_what_they_lack() -> None:
    assert public_pane.sums_of(POINTS) == [{"water_use": "fire", "points": 2, "metered": 1, "m3": 7.0}]
    assert [row["node_id"] for row in public_pane.wanted(POINTS, public_pane.UNMETERED)] == ["H2"]
    assert [row["node_id"] for row in public_pane.wanted(POINTS, public_pane.NO_ALARM)] == ["H2"]


def test_meters_of_a_year_are_those_due_in_it() -> None:
    meters = [
        {"node_id": name, "due_on": day, "state": state, "cost": cost}
        for name, day, state, cost in (
            ("a", "2025-03-01", "overdue", 150.0), ("b", "2027-01-01", "due", None),
            ("c", "2027-12-31", "later", 10.0), ("d", None, "unknown", None),
        )
    ]  # fmt: skip
    assert meter_rows.years_of(meters) == ["2025", "2027"]
    assert [row["node_id"] for row in meter_rows.wanted(meters, meter_rows.DUE)] == ["a", "b"]
    assert [row["node_id"] for row in meter_rows.wanted(meters, "2027")] == ["b", "c"]
    assert meter_rows.headline(meters[:2], meters) == "2 of 4 meters, 150 to replace"


@pytest.mark.slow
def test_meters_due_go_to_a_workbook_in_two_clicks(
    plugin: Any, town: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = section(plugin, "users")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    of.due.click()
    opened = town.window("wn_meters")
    until(lambda: opened.result is not None and town.is_idle, 20.0)
    due = ["M-U1", "M-U2", "M-U3", "M-U4", "BULK-A", "BULK-B"]
    assert [row["node_id"] for row in opened.list.rows] == due
    assert "6 of 11 meters" in text(opened, "wn_meters_headline")
    sums = {row["name"]: (row["meters"], row["due"], row["smart_share"]) for row in opened.sums.rows}
    assert sums == {name: (3, 3, pytest.approx(100 / 3)) for name in ("A", "B")}
    part(opened, "wn_meters_group").choose("diameter")
    part(opened, "wn_meters_group").chosen.emit("diameter")
    assert [row["name"] for row in opened.sums.rows] == ["20", "40", "80", "100"]
    path = tmp_path / "due.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(path), ""))
    click(opened, "wn_meters_xlsx")
    until(lambda: path.is_file() and town.is_idle, 20.0)
    (written,) = sheets(path).values()
    assert [row[0][1] for row in written[1:]] == due and "Quirinus7" not in str(written)
    click(opened, "wn_meters_select")
    assert {row["node_id"] for row in town.layer("node").selectedFeatures()} == set(due)


@pytest.mark.slow
def test_public_points_and_contracts_are_listed(plugin: Any, town: Any, until: Any) -> None:
    town.open_tool("public")
    points = town.window("wn_public")
    until(lambda: points.ledger is not None and town.is_idle, 20.0)
    assert text(points, "wn_public_headline") == "3 public points; 1 of 2 hydrants have an alarm"
    assert {row["water_use"]: (row["points"], row["metered"], row["m3"]) for row in points.sums.rows} == {
        "fire": (2, 0, None), "greening": (1, 1, 240.0),
    }  # fmt: skip
    town.open_tool("contracts")
    contracts = town.window("wn_contracts")
    until(lambda: contracts.result is not None and town.is_idle, 20.0)
    (row,) = rows(contracts, "wn_contracts_list")
    assert (row["contract_id"], row["reached"]) == ("CT-1", "yes")
    assert row["baseline_rate"] == pytest.approx(10.0) and row["result_rate"] == pytest.approx(10.0)
    assert "Ren & Co" not in str(row)
