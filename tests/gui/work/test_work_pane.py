"""The dock counts open work, and its list leads to what becomes of it; findings become orders."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsFields
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QFileDialog
from support.widgets import click, part

from waternet_plugin import compat, store
from waternet_plugin.core.schema.constraints import constraints_of
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.work import work_rows
from waternet_plugin.gui.work.work_rows import WorkFilter

TODAY = datetime.date.today()
LATE, SOON = TODAY - datetime.timedelta(days=3), TODAY + datetime.timedelta(days=9)


@pytest.fixture
def section(plugin: Any, iface: Any, small_network: Path, until: Any) -> Any:
    """The section of the network, with three open work items, and a repair whose map is not checked."""
    with store.open_network(small_network, by="Li") as network, network.write("edit") as batch:
        items = {"item_id": ["W-1", "W-2", "W-3"], "type": ["clean", "repair", "clean"]}
        state = {"state": ["open", "under_way", "open"], "opened_on": pd.Timestamp(LATE)}
        due = [pd.NaT, pd.Timestamp(LATE), pd.Timestamp(SOON)]
        who = {"due_on": due, "team": [None, "Team 2", "二班"], "person": [None, "Wu", None]}
        note = {"asset": ["P-1", "P-2", "P-3"], "note": ["at noon", None, None]}
        batch.insert("work_item", pd.DataFrame({**items, **state, **who, **note}))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P-2"], "street": ["人民路"]}))
        batch.insert("failure", pd.DataFrame({"failure_id": ["F-1"], "repaired_on": [pd.Timestamp(LATE)]}))
    iface.window.resize(1366, 768)
    iface.window.show()
    plugin.session.open_network(str(small_network))
    found = plugin.dock.sections[0]
    until(lambda: found.statistics is not None)
    yield found
    iface.window.hide()


@pytest.fixture
def pane(section: Any, until: Any) -> Any:
    """The pane, opened by the link in the panel."""
    section.open_work.click()
    opened = section.session.window("wn_work")
    until(lambda: len(opened.list.rows) == 4)
    return opened


def choose(pane: Any, *ids: str) -> None:
    """Select rows by their ids."""
    pane._choose(set(ids))
    assert {row["id"] for row in pane.list.chosen} == set(ids)


def items(pane: Any, *columns: str) -> dict[str, list[Any]]:
    """Return columns of each work item."""
    with pane.session.network() as network:
        frame = network.read("work_item", ["item_id", *columns], geometry=False).astype(object)
    frame = frame.where(frame.notna(), None)
    return {row[0]: row[1:] for row in frame[["item_id", *columns]].to_numpy().tolist()}


@pytest.mark.slow
def test_open_work_is_a_link_to_its_list(section: Any, pane: Any) -> None:
    assert section.open_work.text() == "Open work: 4" == pane.windowTitle()
    model = pane.list.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(1, 9)]
    assert heads == ["State", "Due", "Type", "Street", "Asset", "Compound", "Team", "Person"]
    told = [[model.index(row, column).data() for column in (1, 2, 3, 4, 5, 7, 8)] for row in range(4)]
    assert told == [
        ["Under way", LATE.isoformat(), "Repair", "人民路", "P-2", "Team 2", "Wu"],
        ["Open", SOON.isoformat(), "Clean", "", "P-3", "二班", ""],
        ["Repaired", "", "Repair", "", "", "", ""],
        ["Open", "", "Clean", "", "P-1", "", ""],
    ]


@pytest.mark.slow
def test_chips_filter_and_the_map_shows_what_the_list_shows(pane: Any) -> None:
    assert part(pane, "wn_work_chip_open").text() == "Open 2"
    assert part(pane, "wn_work_chip_sent").isHidden()
    # All three orders stand on their pipes; the repair has no place.
    assert [mark.colour for mark in pane.overlay.marks] == ["#99000d", "#f4c430", "#9aa5b1"]
    click(pane, "wn_work_chip_open")
    assert [row["id"] for row in pane.list.rows] == ["W-3", "W-1"]
    assert pane.windowTitle() == "Open work: 2 of 4" and len(pane.overlay.marks) == 2
    click(pane, "wn_work_chip_due")
    assert [row["id"] for row in pane.list.rows] == ["W-3"]
    click(pane, "wn_work_chip_due")
    box = part(pane, "wn_work_team")
    box.choose("二班")
    box.chosen.emit("二班")
    assert [row["id"] for row in pane.list.rows] == ["W-3"]
    pane.close()
    assert pane.overlay.is_empty


def test_what_a_colleague_entered_while_the_form_was_open_stays(pane: Any, until: Any) -> None:
    choose(pane, "W-2")
    click(pane, "wn_work_sent")
    assert part(pane, "wn_work_record_team").text() == "Team 2"
    with pane.session.network() as network, network.write("edit") as batch:
        batch.update("work_item", pd.DataFrame({"item_id": ["W-2"], "team": ["三班"]}))
    part(pane, "wn_work_record_person").setText("Li")
    click(pane, "wn_work_record_now")
    until(lambda: pane.session.is_idle and items(pane, "person")["W-2"] == ["Li"])
    assert items(pane, "state", "team")["W-2"] == ["sent", "三班"]


def test_a_team_that_is_cleared_in_the_form_is_gone(pane: Any, until: Any) -> None:
    choose(pane, "W-2")
    click(pane, "wn_work_sent")
    part(pane, "wn_work_record_team").clear()
    click(pane, "wn_work_record_now")
    until(lambda: pane.session.is_idle and items(pane, "state")["W-2"] == ["sent"])
    assert items(pane, "team")["W-2"] == [None]


@pytest.mark.slow
def test_orders_are_sent_done_and_checked_from_the_list(pane: Any, until: Any) -> None:
    choose(pane, "W-1", "W-3")
    click(pane, "wn_work_sent")
    part(pane, "wn_work_record_team").setText("三班")
    part(pane, "wn_work_record_sets_due").setChecked(True)
    part(pane, "wn_work_record_due").setDate(QDate(SOON.year, SOON.month, SOON.day))
    click(pane, "wn_work_record_now")
    until(lambda: pane.session.is_idle and part(pane, "wn_work_chip_sent").text() == "Sent 2")
    assert items(pane, "state", "team", "due_on")["W-1"] == ["sent", "三班", pd.Timestamp(SOON)]
    choose(pane, "W-1", "W-3")
    click(pane, "wn_work_done")
    part(pane, "wn_work_record_hours").setValue(1.5)
    part(pane, "wn_work_record_result").choose("light")
    click(pane, "wn_work_record_now")
    until(lambda: pane.session.is_idle and part(pane, "wn_work_chip_done").text() == "Done 2")
    day = pd.Timestamp(TODAY)
    assert items(pane, "state", "closed_on", "hours", "result")["W-3"] == ["done", day, 1.5, "light"]
    choose(pane, "W-3")
    assert not part(pane, "wn_work_done").isEnabled()
    click(pane, "wn_work_checked")
    click(pane, "wn_work_record_now")
    until(lambda: pane.session.is_idle and "W-3" not in {row["id"] for row in pane.list.rows})
    assert items(pane, "gis_checked_on")["W-3"] == [day]


@pytest.mark.slow
def test_what_can_be_done_depends_on_what_is_chosen(pane: Any) -> None:
    names = ("sent", "under_way", "done", "checked", "cancelled", "form", "sheets", "save")

    def enabled() -> str:
        return "".join("x" if part(pane, f"wn_work_{name}").isEnabled() else "-" for name in names)

    assert enabled() == "------xx"
    choose(pane, "W-1")
    assert enabled() == "xxx-xxxx"
    choose(pane, "W-1", "W-2")
    assert enabled() == "xxx-x-xx"
    # A repair is closed in its form.
    choose(pane, "F-1")
    assert enabled() == "-----x-x"
    choose(pane, "F-1", "W-1")
    assert enabled() == "------xx"


@pytest.mark.slow
def test_a_refusal_is_said_and_nothing_is_written(pane: Any, until: Any) -> None:
    choose(pane, "W-1")
    pane.record("done", {"day": LATE - datetime.timedelta(days=1)})
    until(lambda: pane.session.is_idle)
    assert items(pane, "state")["W-1"] == ["open"]
    assert any("opened later" in text for text in pane.session.iface.messages())


@pytest.mark.slow
def test_the_list_is_saved_as_a_workbook(
    pane: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    target = tmp_path / "open.xlsx"
    monkeypatch.setattr(file_dialogs, "ask_where_to_save", lambda *_asked: target)
    click(pane, "wn_work_save")
    until(target.is_file)
    until(lambda: pane.session.is_idle)
    (sheet,) = read_workbook(target.read_bytes(), target.name)
    rows = [list(row) for row in zip(*sheet.columns)]
    assert rows[0] == [
        "State", "Due", "Type", "Street", "Asset", "Compound", "Team", "Person", "Id", "Since", "Visit",
        "Note",
    ]  # fmt: skip
    assert rows[1][:5] == ["Under way", LATE.isoformat(), "Repair", "人民路", "P-2"]
    assert len(rows) == 5


@pytest.mark.slow
def test_day_sheets_are_printed_for_each_team_and_day(
    pane: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: str(tmp_path))
    click(pane, "wn_work_sheets")
    until(lambda: len(list(tmp_path.glob("*.pdf"))) == 3 and pane.session.is_idle)
    names = sorted(path.name for path in tmp_path.glob("*.pdf"))
    assert names == sorted([f"Team 2-{LATE}.pdf", f"二班-{SOON}.pdf", "no team-undated.pdf"])


@pytest.mark.slow
def test_the_form_of_the_chosen_one_opens(pane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    iface = pane.session.iface
    monkeypatch.setattr(
        iface, "openFeatureForm", lambda _layer, row, *_more: opened.append(row["item_id"]), raising=False
    )
    choose(pane, "W-2")
    click(pane, "wn_work_form")
    assert opened == ["W-2"]


@pytest.mark.slow
def test_without_open_work_nothing_is_said(section: Any, small_network: Path, until: Any) -> None:
    with store.open_network(small_network) as network, network.write("edit") as batch:
        batch.delete("work_item", ["W-1", "W-2", "W-3"])
        batch.delete("failure", ["F-1"])
    section.refresh(section.session)
    until(section.open_work.isHidden)


def test_filters_take_what_is_pressed() -> None:
    rows = [
        {"table": "work_item", "state": "open", "due_state": "overdue", "type": "clean", "team": None,
         "compound": "河畔花园"},
        {"table": "work_item", "state": "done", "due_state": "", "type": "clean", "team": "二班",
         "compound": None},
        {"table": "failure", "state": "under_way", "due_state": "", "type": "repair", "team": None,
         "compound": None},
    ]  # fmt: skip

    def taken(**wanted: Any) -> list[int]:
        return [place for place, row in enumerate(rows) if WorkFilter(**wanted).takes(row)]

    assert taken() == [0, 1, 2]
    assert taken(states=frozenset({"open", "failure"})) == [0, 2]
    assert taken(due=frozenset({"overdue"})) == [0]
    assert taken(type="clean", team="二班") == [1]
    assert taken(compound="河畔花园") == [0]
    assert work_rows.counts(rows) == {"open": 1, "overdue": 1, "done": 1, "": 2, "failure": 1}


@pytest.mark.parametrize(
    ("values", "is_kept"),
    [
        ({"state": "open"}, True),
        ({}, True),
        ({"closed_on": "2025-05-05"}, False),
        ({"state": "done"}, False),
        ({"state": "cancelled", "closed_on": "2025-05-05"}, True),
        ({"state": "done", "closed_on": "2025-05-05", "gis_checked_on": "2025-05-06"}, True),
    ],
)
def test_the_form_refuses_to_close_without_a_check_of_the_map(
    qgis_app: Any, values: dict[str, str], is_kept: bool
) -> None:
    (rule,) = constraints_of("work_item", "gis_checked_on")
    assert rule.hard
    fields = QgsFields()
    for name in ("state", "closed_on", "gis_checked_on"):
        fields.append(compat.field(name, "text"))
    row = QgsFeature(fields)
    # A row of which nothing is known yet is a row too: without this, expressions do not look into it.
    row.setValid(True)
    for name, value in values.items():
        row[name] = value
    context = QgsExpressionContext()
    context.setFeature(row)
    kept = QgsExpression(rule.condition("2027")).evaluate(context)
    assert bool(kept) == is_kept
