"""The plan of a month through its pane: crews, short hours, work items, papers, and what done work moves."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFileDialog
from support.duty_network import make_duty_network
from support.widgets import click, marked, rows, text, trigger

from waternet_plugin import store
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.core.drainage.compounds.duties.crews import Crew
from waternet_plugin.core.drainage.compounds.duties.visits import work_days
from waternet_plugin.core.months import month_of
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.gui.compounds.crew_table import CrewChoice

TODAY = datetime.date.today()
MONTH = month_of(TODAY).plus(1)
USUAL = 8.0 * len(work_days(MONTH, TODAY))


@pytest.fixture
def pane(plugin: Any, iface: Any, tmp_path: Path, until: Any) -> Iterator[Any]:
    """The pane, opened from the menu of the section, with its first plan."""
    path = make_duty_network(tmp_path / "town.gpkg")
    build_project(path, language="en")
    iface.window.resize(1366, 768)
    iface.window.show()
    assert plugin.session.open_network(str(path))
    until(lambda: plugin.session.is_idle, 60.0)
    trigger(plugin.dock, "wn_compounds_menu_plan")
    opened = plugin.session.window("wn_month")
    planned(opened, until)
    yield opened
    iface.window.hide()


def planned(pane: Any, until: Any) -> None:
    """Wait for the plan."""
    until(lambda: pane.found is not None and pane.items_button.isEnabled() and pane.session.is_idle, 60.0)


def items(path: str) -> Any:
    """Return the work items of the network."""
    with store.open_network(path) as network:
        return network.read("work_item")


def shown_crews(pane: Any) -> list[list[str]]:
    """Return the cells of the crews."""
    model = pane.crews.model()
    return [
        [str(model.index(row, column).data()) for column in range(3)] for row in range(pane.crews.rowCount())
    ]


@pytest.mark.slow
def test_crews_are_filled_in_and_those_whose_hours_do_not_suffice_are_named(pane: Any, until: Any) -> None:
    assert pane.month_box.date().toString("yyyy-MM") == MONTH.text
    assert [(crew.name, crew.hours) for crew in pane.found.crews] == [("一班", USUAL)]
    assert text(pane, "wn_month_headline").startswith(f"{MONTH.text}: 4 visits")
    assert "The monthly rates are kept" in text(pane, "wn_month_answer")
    assert {row["compound_id"] for row in rows(pane, "wn_month_rates")} == {"C0", "C1"}
    overdue = {row["asset"] for row in rows(pane, "wn_month_duties") if row["state"] == "overdue"}
    assert overdue >= {"T0", "T1"}
    assert [bars.name for bars in pane.found.chart.bars] == ["一班"]
    # Fewer hours than the tanks need.
    pane.crews.item(0, 1).setData(Qt.ItemDataRole.EditRole, 1.5)
    until(lambda: pane.found is not None and pane.found.short == ("一班",), 60.0)
    planned(pane, until)
    assert "Not enough hours for: 一班." in text(pane, "wn_month_answer")
    assert shown_crews(pane)[0][2].endswith("!")
    # A second crew helps, until it takes no part; what was entered is remembered.
    click(pane, "wn_month_add")
    until(lambda: pane.found is not None and len(pane.found.crews) == 2 and pane.session.is_idle, 60.0)
    assert pane.found.short == ("一班",) and pane.found.planned_h["Crew 2"] > 0
    pane.crews.item(1, 0).setText("Night crew")
    until(lambda: "Night crew" in (pane.found.planned_h if pane.found else {}), 60.0)
    pane.crews.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    until(lambda: "Night crew" not in (pane.found.planned_h if pane.found else {"Night crew"}), 60.0)
    planned(pane, until)
    assert shown_crews(pane)[1] == ["Night crew", f"{USUAL:.1f}", "–"]
    kept = CrewChoice.of(pane.session.remembered("month/crews"))
    assert kept == CrewChoice({"一班": 1.5}, frozenset({"Night crew"}), ("Night crew",))
    pane.crews.item(0, 0).setCheckState(Qt.CheckState.Unchecked)
    until(lambda: "No crew takes part" in text(pane, "wn_month_answer"), 60.0)
    assert not pane.items_button.isEnabled() and not pane.papers_button.isEnabled()


@pytest.mark.slow
def test_a_plan_becomes_items_and_papers_and_done_items_move_the_next_plan(
    pane: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = pane.session.network_path
    click(pane, "wn_month_items")
    until(lambda: pane.found is not None and pane.found.batch_id and pane.session.is_idle, 60.0)
    made = items(path)
    assert set(made["source"]) == {"plan"} and set(made["team"]) == {"一班"}
    assert {"T0", "T1"} <= set(made["asset"]) and made["due_on"].dt.strftime("%Y-%m").eq(MONTH.text).all()
    # The papers have the numbers of the items.
    folder = tmp_path / "papers"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(folder))
    days = sorted({day.date().isoformat() for day in made["due_on"]})
    click(pane, "wn_month_papers")
    until(lambda: len(list(folder.iterdir())) == 1 + len(days) and pane.session.is_idle, 60.0)
    assert {each.name for each in folder.iterdir()} == {"一班.xlsx", *(f"一班-{day}.pdf" for day in days)}
    workbook = folder / "一班.xlsx"
    visits, duties = read_workbook(workbook.read_bytes(), workbook.name)
    cells = [list(row) for row in zip(*duties.columns)]
    assert sorted(row[-1] for row in cells[1:]) == sorted(made["item_id"])
    # Names of customers are personal: no paper has them.
    users = {row[4]: row[3] for row in cells[1:] if row[2] == "Permit service"}
    assert users == {"U0": "Non-domestic", "U1": "Non-domestic"} and "张三" not in str(cells)
    counted = list(zip(*visits.columns))[1:]
    assert len(counted) == made["visit"].nunique()
    assert sum(int(row[6]) for row in counted) == len(made) - int((made["type"] == "patrol").sum())
    # A tank is cleaned: in the list of work its item is recorded as done.
    tank = made.loc[made["asset"] == "T0", "item_id"].iloc[0]
    trigger(pane.session.iface.mainWindow(), "wn_compounds_menu_work")
    work = pane.session.window("wn_work")
    until(lambda: len(work.list.rows) == len(made), 60.0)
    work._choose({tank})
    click(work, "wn_work_done")
    click(work, "wn_work_record_now")
    until(
        lambda: pane.session.is_idle and items(path).set_index("item_id").loc[tank, "state"] == "done", 60.0
    )
    pane.show()
    pane.ask()
    planned(pane, until)
    due = {row["asset"]: row for row in rows(pane, "wn_month_duties")}
    assert "T0" not in due and due["T1"]["state"] == "overdue"
    # The items that nobody was sent are replaced by the new plan, in one batch that is undone.
    click(pane, "wn_month_items")
    until(lambda: pane.found is not None and pane.found.batch_id and pane.session.is_idle, 60.0)
    assert items(path)["asset"].tolist().count("T1") == 1
    batch = pane.found.batch_id
    with store.open_network(path) as network:
        network.undo(batch)
    assert set(items(path)["item_id"]) == set(made["item_id"])


@pytest.mark.slow
def test_planning_is_stopped_and_begun_again(pane: Any, until: Any) -> None:
    click(pane, "wn_month_plan")
    click(pane, "wn_month_cancel")
    until(lambda: "stopped" in text(pane, "wn_month_answer") and pane.session.is_idle, 60.0)
    assert pane.found is None and not pane.papers_button.isEnabled()
    click(pane, "wn_month_plan")
    planned(pane, until)
    # A click on a duty shows its asset, on the map or in words.
    row = next(row for row in rows(pane, "wn_month_duties") if row["asset"] == "T0")
    pane.duties.picked.emit(row)
    assert len(marked(pane.session.iface.mapCanvas())) == 1


def test_a_choice_of_crews_is_laid_over_those_that_grids_name() -> None:
    proposed = (Crew("A", 160.0), Crew("B", 160.0))
    choice = CrewChoice({"B": 80.0, "C": 8.0}, frozenset({"A"}), ("C", "D", "B"))
    assert [(crew.name, crew.hours) for crew in choice.offered(proposed)] == [
        ("A", 160.0), ("B", 80.0), ("C", 8.0), ("D", 160.0),
    ]  # fmt: skip
    assert [crew.name for crew in choice.taking_part(proposed)] == ["B", "C", "D"]
    assert CrewChoice.of(choice.to_plain()) == choice
    for odd in (None, 5, {}, {"hours": {"A": "x"}, "left_out": [], "added": []}):
        assert CrewChoice.of(odd) == CrewChoice()
