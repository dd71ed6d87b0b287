"""From a camera's file to the graded map, on the sample town."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsPointXY
from qgis.PyQt.QtWidgets import QFileDialog
from support.widgets import click, text, trigger

from waternet_plugin.gui.panes import file_dialogs

TABLE = "管段编号,检测日期,缺陷代码,缺陷等级,纵向距离,环向位置\n"


@pytest.fixture
def inspected(
    plugin: Any, town: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Any, str, str]:
    """The pane after the import of a crew's table, and the two drains that it names."""
    from waternet_plugin import store

    with store.open_network(town.network_path) as network:
        drains = network.read("pipe", ["pipe_id"], where={"system": ["sewage"]}, geometry=False)
    one, other = drains["pipe_id"].tolist()[:2]
    path = tmp_path / "检测.csv"
    rows = f"{one},2026-05-01,PL,4,1,0408\n{one},2026-05-01,CK,2,9,\n{other},2026-05-01,,,,\n"
    path.write_bytes((TABLE + rows).encode("gbk"))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    trigger(plugin.dock, "wn_drainage_menu_inspections")
    until(lambda: town.window("wn_condition") is not None, 60)
    pane = town.window("wn_condition")
    until(lambda: pane.list.rows and town.is_idle, 60)
    return pane, one, other


@pytest.mark.slow
def test_a_file_becomes_a_graded_map(inspected: tuple[Any, str, str]) -> None:
    pane, one, other = inspected
    row = {each["pipe_id"]: each for each in pane.list.rows}
    assert (row[one]["grade"], row[one]["colour"]) == (4, "#99000d")
    assert (row[other]["grade"], row[other]["colour"]) == (1, "#6f9ac4")
    grades = [each["grade"] for each in pane.list.rows]
    assert grades == sorted(grades, reverse=True)
    assert {line.colour for line in pane.overlay.lines} >= {"#99000d", "#6f9ac4"}
    assert not any(line.is_dashed for line in pane.overlay.lines)
    place = pane.found.shapes[one].interpolate(0.5, normalized=True)
    pane.start()
    pane.tool.pick_at(QgsPointXY(place.x, place.y))
    assert pane.chosen == one and one in text(pane, "wn_condition_card")
    pane.tool.pick_at(QgsPointXY(place.x + 1e6, place.y))
    assert "No inspected drain" in text(pane, "wn_condition_said")
    pane.close()
    assert pane.overlay.is_empty


@pytest.mark.slow
def test_d13_a_finding_leads_to_its_defects_a_table_and_printed_orders(
    inspected: tuple[Any, str, str], town: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane, one, _other = inspected
    assert not pane.repair_button.isEnabled() and not pane.clean_button.isEnabled()
    pane.choose(next(row for row in pane.list.rows if row["pipe_id"] == one))
    said = text(pane, "wn_condition_card")
    for words in ("PL Crack or break", "1.0", "0408", "CK Displaced joint", "9.0", "Repair index RI"):
        assert words in said
    for name, type_ in (("wn_condition_repair", "repair"), ("wn_condition_clean", "clean")):
        click(pane, name)
        until(lambda kind=type_: town.is_idle and notes(town, one, kind), 60)
        (note,) = notes(town, one, type_)
        assert "PL 4 at 1.0 m (clock 0408)" in note and "CK 2 at 9.0 m" in note
    target = tmp_path / "condition.csv"
    monkeypatch.setattr(file_dialogs, "ask_where_to_save", lambda *_asked: target)
    trigger(pane, "wn_condition_csv")
    until(target.is_file)
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert "Maintenance index MI" in lines[0]
    assert any(line.startswith(one) and "PL 4 at 1.0 m (clock 0408)" in line for line in lines[1:])


def notes(town: Any, pipe: str, type_: str) -> list[str]:
    """Return what the work orders of a type on a drain say."""
    with town.network() as network:
        items = network.read("work_item", ["note"], where={"asset": [pipe], "type": type_}, geometry=False)
    return [str(one) for one in items["note"]]


def test_drains_without_a_grade_are_dashed() -> None:
    import shapely

    from waternet_plugin.gui.drainage.condition_rows import ListedCondition, drawn, headline
    from waternet_plugin.gui.widgets.grade_colours import colour_of

    line = shapely.LineString([(0, 0), (10, 0)])
    rows = [
        {"pipe_id": "a", "grade": 0, "colour": colour_of(0)},
        {"pipe_id": "b", "grade": None, "colour": colour_of(None)},
    ]
    found = ListedCondition(rows, {"a": line, "b": line})
    assert {(one.colour, one.is_dashed) for one in drawn(found, "")} == {
        ("#6f9ac4", False),
        ("#9aa5b1", True),
    }
    assert headline(found) == "2 drains inspected, 0 of grade 4 or worse, 1 not graded"
