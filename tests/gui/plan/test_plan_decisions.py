"""Deciding by hand in the list of packages, and planning the rest again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt
from qgis.PyQt.QtGui import QDropEvent, QKeyEvent
from qgis.PyQt.QtWidgets import QWidget
from support.widgets import part, rows

from waternet_plugin import store
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.plan import package_list
from waternet_plugin.gui.plan.decisions import DROP, PlanDecisions, decided_rows, decisions_of
from waternet_plugin.gui.plan.package_tree import NOT_FUNDED, PackagesTree
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.operations.renewal import recorded_plans
from waternet_plugin.operations.renewal.package_rows import PackageRows

LIST = "wn_plan_list"
NAN = float("nan")
ROWS = [
    {
        "project_id": "P-1",
        "street": "A",
        "year": 2027.0,
        "cost": 100.0,
        "length_m": 10.0,
        "state": "proposed",
    },
    {
        "project_id": "P-2",
        "street": "B",
        "year": 2028.0,
        "cost": 200.0,
        "length_m": 20.0,
        "state": "proposed",
    },
    {"project_id": "P-3", "street": "C", "year": NAN, "cost": 300.0, "length_m": 30.0, "state": "not_funded"},
    {"project_id": "P-4", "street": "D", "year": 2027.0, "cost": 50.0, "length_m": 5.0, "state": "approved"},
]


def test_decisions_read_what_the_plan_was_made_with() -> None:
    found = decisions_of("P-1:2028;P-2:drop;P-3:!2027,!2028", start_year=2027, years=3)
    assert found.wanted == {"P-1": 2028, "P-2": DROP, "P-3": frozenset({2027, 2028})}
    assert found.changed == []
    assert found.fixed() == "P-1:2028;P-2:drop;P-3:!2027,!2028"


def test_only_what_differs_from_the_plan_is_open() -> None:
    planned = decisions_of("P-1:2028", start_year=2027, years=3)
    assert planned.lock(["P-1"], 2028).changed == []
    assert planned.drop(["P-2"]).changed == ["P-2"]
    assert planned.free(["P-1"]).changed == ["P-1"]
    assert planned.forbid(["P-2"], 2027).forbid(["P-2"], 2028).fixed() == "P-1:2028;P-2:!2027,!2028"


def test_rows_stand_where_they_were_decided_to() -> None:
    decisions = PlanDecisions().lock(["P-3"], 2028).drop(["P-1"])
    before = PackageRows(pd.DataFrame([dict(row, is_open=False, decision=None) for row in ROWS]))
    first, second, third, _ = decided_rows(before, decisions)
    assert first["year"] != first["year"] and first["state"] == "dropped" and first["is_open"]
    assert second == before[1]
    assert decided_rows(before, PlanDecisions()) is before and before[0]["year"] == 2027.0
    assert third["year"] == 2028.0 and third["state"] == "fixed" and third["decision"] == "locked to 2028"


@pytest.fixture
def tree(qgis_app: Any) -> PackagesTree:
    """The tree with four packages in a plan of three years."""
    made = PackagesTree(package_list.tree_columns("CNY", {}), [2027, 2028, 2029], "tree")
    made.resize(900, 400)
    rows = [dict(row, pipes=1, decision="", reasons="") for row in ROWS]
    made.set_rows(rows, 120.0, "CNY")
    made.show()
    return made


def _item(tree: PackagesTree, group: int, place: int) -> Any:
    return tree.topLevelItem(group).child(place)


def test_every_year_is_there_with_what_it_spends(tree: PackagesTree) -> None:
    heads = [tree.topLevelItem(place).text(0) for place in range(tree.topLevelItemCount())]
    assert [head.split()[0] for head in heads] == ["2027", "2028", "2029", "Not"]
    assert "150 of 120 CNY" in heads[0] and "30 CNY over budget" in heads[0]
    assert "0 of 120 CNY" in heads[2] and "too much" not in heads[2]


def test_cells_of_packages_are_made_when_they_show(qgis_app: Any) -> None:
    calls: list[str] = []
    column = TableColumn("project_id", "id", write=lambda name: calls.append(name) or name)
    tree = PackagesTree([column], [2027], "tree")
    tree.resize(900, 400)
    rows = [dict(ROWS[0], project_id=f"P-{number}", year=2027.0) for number in range(2000)]
    tree.set_rows(rows, 120.0, "CNY")
    tree.show()
    QCoreApplication.processEvents()
    assert 0 < len(set(calls)) < 200
    assert _item(tree, 0, 1999).text(0) == _item(tree, 0, 1999).toolTip(0) == "P-1999"
    tree.close()


def test_an_open_decision_stands_in_italics(tree: PackagesTree) -> None:
    rows = [dict(row, pipes=1, decision="", reasons="", is_open=row["project_id"] == "P-2") for row in ROWS]
    tree.set_rows(rows, 120.0, "CNY")
    assert _item(tree, 1, 0).font(0).italic() and not _item(tree, 0, 0).font(0).italic()


def _press(tree: PackagesTree, key: Any, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    tree.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, modifier))


@pytest.mark.parametrize(
    ("key", "modifier", "moved"),
    [
        (Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier, (["P-2"], 2029)),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier, (["P-2"], 2027)),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, (["P-2"], NOT_FUNDED)),
    ],
)
def test_keys_move_packages(tree: PackagesTree, key: Any, modifier: Any, moved: Any) -> None:
    said: list[Any] = []
    tree.moved.connect(lambda names, year: said.append((names, year)))
    _item(tree, 1, 0).setSelected(True)
    _press(tree, key, modifier)
    assert said == [moved]


def test_what_is_approved_does_not_move(tree: PackagesTree) -> None:
    said: list[Any] = []
    tree.moved.connect(lambda names, year: said.append(names))
    _item(tree, 0, 1).setSelected(True)
    _press(tree, Qt.Key.Key_Delete)
    assert said == []
    _item(tree, 0, 0).setSelected(True)
    _press(tree, Qt.Key.Key_Delete)
    assert said == [["P-1"]]


def test_a_drop_on_a_year_moves_what_is_chosen(tree: PackagesTree) -> None:
    said: list[Any] = []
    tree.moved.connect(lambda names, year: said.append((names, year)))
    _item(tree, 0, 0).setSelected(True)
    target = tree.visualItemRect(tree.topLevelItem(2)).center()
    assert tree.year_at(target) == 2029
    assert tree.year_at(QPoint(10, 390)) is None

    class Drop(QDropEvent):
        """A drop that comes from the tree itself."""

        def source(self) -> Any:
            return tree

    buttons, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    tree.dropEvent(Drop(target, Qt.DropAction.MoveAction, QMimeData(), buttons, none))
    assert said == [(["P-1"], 2029)]
    # The rows themselves wait for the decision.
    assert tree.topLevelItem(0).childCount() == 2


def test_a_heading_sorts_within_the_years(tree: PackagesTree) -> None:
    cost = [column.key for column in tree.columns].index("cost")
    tree.header().sectionClicked.emit(cost)
    assert [_item(tree, 0, place).text(0) for place in range(2)] == ["D", "A"]
    tree.header().sectionClicked.emit(cost)
    assert [_item(tree, 0, place).text(0) for place in range(2)] == ["A", "D"]


@pytest.fixture
def plan_pane(plugin: Any, assessed_town: Path, open_kept: Any, until: Any) -> Any:
    """The pane of the plan of the assessed town."""
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    section = plugin.dock.findChild(QWidget, "wn_section_plan")
    until(lambda: plugin.session.network_path and section.plans is not None)
    section.figure.click()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    return found


def _recorded(plan_pane: Any) -> Any:
    with store.open_network(plan_pane.session.network_path) as network:
        return recorded_plans.read_plans(network).shown


def _plans(plan_pane: Any) -> set[str]:
    """Return the plan whose packages are listed."""
    return {row["plan_id"] for row in rows(plan_pane, LIST)}


def _decided(plan_pane: Any) -> dict[str, str]:
    return {row["project_id"]: row["decision"] for row in rows(plan_pane, LIST) if row.get("decision")}


def _move(plan_pane: Any, name: str, year: int) -> None:
    """Move a package as dragging it does."""
    part(plan_pane, LIST).moved.emit([name], year)


@pytest.mark.slow
def test_a_locked_package_gets_its_year_and_the_rest_is_planned(plan_pane: Any, until: Any) -> None:
    first = next(row for row in rows(plan_pane, LIST) if row["year"] == 2023)
    dropped = next(row for row in rows(plan_pane, LIST) if row["year"] == 2024)
    before, again = _plans(plan_pane), part(plan_pane, "wn_plan_again")
    _move(plan_pane, first["project_id"], 2025)
    _move(plan_pane, dropped["project_id"], NOT_FUNDED)
    assert "2 decisions" in part(plan_pane, "wn_plan_open").toolTip() and again.isEnabled()
    again.click()
    until(lambda: _plans(plan_pane) != before, seconds=60)
    years = {row["project_id"]: row["year"] for row in rows(plan_pane, LIST)}
    assert years[first["project_id"]] == 2025 and years[dropped["project_id"]] != years[dropped["project_id"]]
    assert not again.isEnabled()
    plan = _recorded(plan_pane)
    assert _plans(plan_pane) == {plan.plan_id}
    wanted = decisions_of(plan.parameters["FIXED"], start_year=2023, years=3).wanted
    assert wanted == {first["project_id"]: 2025, dropped["project_id"]: DROP}
    assert _decided(plan_pane) == {first["project_id"]: "locked to 2025", dropped["project_id"]: "dropped"}
    spent = {row["year"]: row["cost"] for row in plan.figures["years"]}
    assert all(cost <= plan.budget for cost in spent.values())


@pytest.mark.slow
def test_the_plan_before_comes_back(plan_pane: Any, until: Any) -> None:
    from waternet_plugin.gui.plan import replanning

    session, before = plan_pane.session, _plans(plan_pane)
    years = {row["project_id"]: str(row["year"]) for row in rows(plan_pane, LIST)}
    _move(plan_pane, rows(plan_pane, LIST)[0]["project_id"], 2025)
    plan_pane.replan()
    until(lambda: _plans(plan_pane) != before, seconds=60)
    with store.open_network(session.network_path) as network:
        batch = network.batches()["batch_id"].iloc[0]
    replanning.undo(session, batch)
    until(lambda: _plans(plan_pane) == before, seconds=60)
    assert {row["project_id"]: str(row["year"]) for row in rows(plan_pane, LIST)} == years


@pytest.mark.slow
def test_the_last_decision_is_taken_back(plan_pane: Any) -> None:
    name = rows(plan_pane, LIST)[0]["project_id"]
    _move(plan_pane, name, 2025)
    _move(plan_pane, name, NOT_FUNDED)
    plan_pane.undo()
    assert _decided(plan_pane) == {name: "locked to 2025"}
    plan_pane.undo()
    assert _decided(plan_pane) == {} and not part(plan_pane, "wn_plan_again").isEnabled()


@pytest.mark.slow
def test_locking_twice_is_free_again(plan_pane: Any) -> None:
    row = rows(plan_pane, LIST)[0]
    part(plan_pane, LIST).locked.emit([row["project_id"]])
    assert _decided(plan_pane) == {row["project_id"]: f"locked to {row['year']:.0f}"}
    part(plan_pane, LIST).locked.emit([row["project_id"]])
    assert _decided(plan_pane) == {}


@pytest.mark.slow
def test_the_plan_keeps_its_parameters_when_planned_again(assessed_town: Path) -> None:
    from waternet_plugin.gui.plan.replanning import parameters

    with store.open_network(assessed_town) as network:
        plan = recorded_plans.read_plans(network).shown
    asked = parameters(plan, PlanDecisions().lock(["P-1"], 2024))
    assert asked["BUDGET"] == 500_000 and asked["START_YEAR"] == 2023 and asked["YEARS"] == 3
    assert asked["RUN"] == plan.run_id and asked["FIXED"] == "P-1:2024"
    assert "DISTRICT_CAP" not in asked
