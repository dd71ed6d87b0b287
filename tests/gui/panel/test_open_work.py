"""The dock counts open work, and its list leads to the form that closes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsExpression, QgsExpressionContext, QgsFeature, QgsFields
from qgis.PyQt.QtCore import Qt

from waternet_plugin import compat, store
from waternet_plugin.core.schema.constraints import constraints_of
from waternet_plugin.gui.panes import file_dialogs


@pytest.fixture
def section(plugin: Any, iface: Any, small_network: Path, until: Any) -> Any:
    """The section of the network, with two open work items."""
    with store.open_network(small_network, by="Li") as network, network.write("edit") as batch:
        items = {"item_id": ["W-1", "W-2"], "type": ["clean", "repair"], "state": ["open", "under_way"]}
        who = {"due_on": [None, pd.Timestamp("2026-05-08")], "team": [None, "Team 2"], "person": [None, "Wu"]}
        note = {"asset": ["P-1", "P-2"], "note": ["at noon", None]}
        batch.insert("work_item", pd.DataFrame({**items, **who, **note}))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P-2"], "street": ["人民路"]}))
    iface.window.show()
    plugin.session.open_network(str(small_network))
    found = plugin.dock.sections[0]
    until(lambda: found.statistics is not None)
    yield found
    iface.window.hide()


@pytest.mark.slow
def test_open_work_is_a_link_to_its_list(section: Any) -> None:
    assert section.open_work.text() == "Open work: 2"
    section.open_work.click()
    window = section.session.window("wn_open_work")
    model = window.table.model()
    told = [[model.index(row, column).data() for column in (0, 1, 2, 7)] for row in range(2)]
    assert told == [["W-2", "Repair", "Under way", "P-2"], ["W-1", "Clean", "Open", "P-1"]]
    places = [[model.index(row, column).data() or "" for column in (8, 9, 10)] for row in range(2)]
    assert places == [["人民路", "", ""], ["", "", "at noon"]]


@pytest.mark.slow
def test_l9_the_list_says_who_does_it_until_when_the_due_first(section: Any) -> None:
    section.open_work.click()
    model = section.session.window("wn_open_work").table.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in (4, 5, 6)]
    assert heads == ["Due", "Team", "Person"]
    assert [[model.index(row, column).data() or "" for column in (4, 5, 6)] for row in range(2)] == [
        ["2026-05-08", "Team 2", "Wu"],
        ["", "", ""],
    ]


@pytest.mark.slow
def test_the_list_is_saved_as_it_is_shown(
    section: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: Any
) -> None:
    target = tmp_path / "open.csv"
    monkeypatch.setattr(file_dialogs, "ask_where_to_save", lambda *_asked: target)
    section.open_work.click()
    window = section.session.window("wn_open_work")
    window.save.click()
    until(target.is_file)
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "Id,What,State,Since,Due,Team,Person,Asset,Street,Compound,Note"
    assert lines[1:] == [
        "W-2,Repair,Under way,,2026-05-08,Team 2,Wu,P-2,人民路,,",
        "W-1,Clean,Open,,,,,P-1,,,at noon",
    ]


@pytest.mark.slow
def test_the_form_of_the_chosen_one_opens(section: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    iface = section.session.iface
    monkeypatch.setattr(
        iface, "openFeatureForm", lambda _layer, row, *_more: opened.append(row["item_id"]), raising=False
    )
    section.open_work.click()
    window = section.session.window("wn_open_work")
    assert not window.form.isEnabled()
    window.table.selectRow(0)
    window.form.click()
    assert opened == ["W-2"]


@pytest.mark.slow
def test_without_open_work_nothing_is_said(section: Any, small_network: Path, until: Any) -> None:
    with store.open_network(small_network) as network, network.write("edit") as batch:
        batch.delete("work_item", ["W-1", "W-2"])
    section.refresh(section.session)
    until(section.open_work.isHidden)


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
