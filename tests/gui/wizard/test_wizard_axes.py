"""Places from two columns of a table: guessed, chosen by hand, wrong choices in red, the same headless."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from qgis.PyQt.QtWidgets import QPushButton
from support.slow_cases import a_few_quick
from support.wizard_helpers import InstantSession, wizard_with

from waternet_plugin import store
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.gui.panes.steps.widgets import BAD, colour
from waternet_plugin.gui.wizard.dialog import CHECK, PLACE, AdoptionWizard
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.file_reading import read_file
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.store.foreign.foreign import read_rows

ROWS = 40


def _ledger(folder: Path, *, x: str = "ra", y: str = "ku") -> Path:
    """A ledger of failures; survey of the site and of the yard, so that numbers alone can't tell."""
    lines = [f"id,date,{x},{y},yard_ra,yard_ku,bore,word"]
    lines += [
        f"F{row:03d},{2001 + row % 20}-0{1 + row % 9}-11,{500000.5 + row},{2500000.5 + 2 * row},"
        f"{510000.5 + row},{2510000.5 + row},{(100, 150, 200)[row % 3]},abc"
        for row in range(ROWS)
    ]
    path = folder / "ledger.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _at_place(session: InstantSession, folder: Path, path: Path) -> AdoptionWizard:
    wizard = wizard_with(session, folder, path)
    (source,) = wizard.state.sources
    source.use_table("failure")
    wizard.state.new_crs, wizard.state.new_path = "EPSG:4547", str(folder / "town.gpkg")
    wizard.go_to(PLACE)
    assert wizard.step == PLACE
    return wizard


def _choose(wizard: AdoptionWizard, axis: str, column: str, line: int = 0) -> None:
    box = wizard.place.axes.table.cellWidget(line, "xy".index(axis) + 1)
    assert box.isVisible()
    box.choose(column)
    assert box.key() == column
    box.chosen.emit(column)


def _boxes(wizard: AdoptionWizard) -> tuple[str, str]:
    return tuple(wizard.place.axes.table.cellWidget(0, column).key() for column in (1, 2))


@pytest.mark.slow
def test_two_columns_are_chosen_and_kept_for_the_headless_run(
    session: InstantSession, tmp_path: Path
) -> None:
    path = _ledger(tmp_path)
    wizard = _at_place(session, tmp_path, path)
    (source,) = wizard.state.sources
    page = wizard.place
    # Two pairs of columns may be it: nothing is taken, and the journey is not stopped.
    assert page.axes.isVisible() and _boxes(wizard) == ("", "")
    assert not row_coordinates.needs_coordinates(source) and page.axes.message.text() == ""
    _choose(wizard, "x", "ra")
    assert "needs two columns" in page.axes.message.text()
    wizard.go_on()
    assert wizard.step == PLACE and "needs two columns" in wizard.message.text()
    _choose(wizard, "y", "ku")
    assert page.axes.message.text() == ""
    assert source.mapping.geometry == {"x": "ra", "y": "ku"}
    # The file names no CRS: it takes the network's, as for every other file.
    assert source.mapping.crs == "EPSG:4547" and page.table.rowCount() == 1
    wizard.go_on()
    assert wizard.step == CHECK
    wizard.findChild(QPushButton, "wn_wizard_next").click()
    kept = wizard.library.last(source.columns)
    assert kept is not None
    written = json.loads(Path(kept.path).read_text(encoding="utf-8"))
    written = written.get("mapping", written)
    assert written["geometry"] == {"x": "ra", "y": "ku"}
    with store.open_network(tmp_path / "town.gpkg") as ours:
        here = ours.read("failure")
    with store.create_network(tmp_path / "headless.gpkg", "EPSG:4547") as theirs:
        part = adopt_layers.MappedFrame(path.name, read_rows(path).frame, from_dict(written), "failure")
        adopt_layers.adopt_all(theirs, [part])
        there = theirs.read("failure")
    xy = [shapely.get_coordinates(one["geom"].to_numpy())[:, :2].tolist() for one in (here, there)]
    assert xy[0] == xy[1] and xy[0][1] == [500001.5, 2500002.5] and len(xy[0]) == ROWS


@pytest.mark.slow
def test_the_guess_is_filled_in_and_a_name_for_coordinates_leaves_no_none(
    session: InstantSession, tmp_path: Path
) -> None:
    wizard = _at_place(session, tmp_path, _ledger(tmp_path, x="x", y="y"))
    assert _boxes(wizard) == ("x", "y")
    box = wizard.place.axes.table.cellWidget(0, 1)
    assert "" not in [box.itemData(row) for row in range(box.count())]
    # The names are not the last word.
    _choose(wizard, "x", "yard_ra")
    _choose(wizard, "y", "yard_ku")
    (source,) = wizard.state.sources
    shapes, _said = row_coordinates.placed(source, "EPSG:4547")
    assert shapely.get_coordinates(shapes)[0].tolist() == [510000.5, 2510000.5]
    # A step back loses nothing.
    wizard.go_back()
    wizard.go_on()
    assert _boxes(wizard) == ("yard_ra", "yard_ku")


@pytest.mark.parametrize(
    ("x", "y", "said", "stops"),
    a_few_quick(
        [
            ("ra", "ra", "east and north at once", True),
            ("", "ku", "needs two columns", True),
            ("ra", "word", "0 of 40 values are numbers", False),
            ("date", "ku", "0 of 40 values are numbers", False),
            ("ra", "bore", "outside the area", False),
            # Which is which is found by the numbers.
            ("ku", "ra", "", False),
            ("", "", "", False),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_wrong_choice_is_told_in_red_where_it_is_made(
    session: InstantSession, tmp_path: Path, x: str, y: str, said: str, stops: bool
) -> None:
    wizard = _at_place(session, tmp_path, _ledger(tmp_path))
    for axis, column in (("x", x), ("y", y)):
        _choose(wizard, axis, column)
    message = wizard.place.axes.message
    assert said in message.text() and message.isVisible() == bool(said)
    label = message.findChild(type(wizard.place.where), "wn_wizard_axes_message_text")
    assert label.palette().color(label.foregroundRole()).name() == colour(BAD)
    wizard.go_on()
    assert (wizard.step == PLACE) == stops
    if stops:
        assert said in wizard.message.text()


@pytest.mark.slow
def test_files_with_geometry_have_no_boxes(session: InstantSession, files: Any, tmp_path: Path) -> None:
    wizard = wizard_with(session, tmp_path, files.pipes, files.points)
    wizard.state.new_crs = "EPSG:4547"
    wizard.place.refresh()
    assert wizard.place.axes.isHidden()


@pytest.mark.slow
def test_columns_of_degrees_bring_their_crs_and_take_it_away_again(qgis_app, tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text(
        "failure_id,date,lon,lat,e,n\n"
        + "".join(f"F{row},2004-05-0{row},114.0{row},22.5,50000{row},250000{row}\n" for row in range(1, 9)),
        encoding="utf-8",
    )
    (source,) = read_file(str(path))
    assert row_coordinates.axes(source) == ("lon", "lat") and source.mapping.crs == "EPSG:4326"
    row_coordinates.choose_axes(source, "e", "n")
    assert source.mapping.crs == "" and source.mapping.geometry == {"x": "e", "y": "n"}
    row_coordinates.choose_axes(source, "lon", "lat")
    assert source.mapping.crs == "EPSG:4326"
    assert row_coordinates.axes_warning(source, "EPSG:4547") == ""
    # Another mapping is another choice.
    source.use_table("node")
    assert source.axes is None


def test_heights_of_a_kept_mapping_stay(qgis_app, tmp_path: Path) -> None:
    (source,) = read_file(str(_ledger(tmp_path)))
    source.use_mapping(
        from_dict({"fields": {}, "geometry": {"x": "ra", "y": "ku", "z": "bore"}}), "failure", "kept"
    )
    row_coordinates.choose_axes(source, "yard_ra", "yard_ku")
    assert source.mapping.geometry == {"x": "yard_ra", "y": "yard_ku", "z": "bore"}
    assert isinstance(source, LayerSource)
