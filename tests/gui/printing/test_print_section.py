"""The Print section: sheets of the book, which were touched since; compounds by right click."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from qgis.core import QgsPointXY
from qgis.PyQt.QtWidgets import QMenu
from support.store_helpers import foreign
from support.way_out import CRS, SOUTH, WEST, make_town, wait_for
from support.widgets import note, part

from waternet_plugin import store


@pytest.fixture
def section(town_session):
    """The section with its figures."""
    from waternet_plugin.gui.dock.sections.print import PrintSection

    made = PrintSection(town_session, town_session.iface.window)
    made.refresh(town_session)
    wait_for(made.figure.text)
    yield made
    made.deleteLater()


@pytest.mark.slow
def test_the_figure_is_the_sheets_of_the_choice(section) -> None:
    assert section.figure.text() == "3 sheets"
    assert note(section) == "not printed yet"
    assert not part(section, "wn_print_open_last").isEnabled()


@pytest.mark.slow
def test_sheets_touched_since_the_edition_are_counted(section) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import mark_of
    from waternet_plugin.gui.printing import editions

    session = section.session
    with session.network() as network:
        mark = mark_of(network)
    book = session.network_path
    editions.remember(session, editions.Edition("4", "2026-10-02", 3, book, mark.batch_id, mark.at))
    with session.network() as network, network.write("edit") as batch:
        row = network.read("pipe", ["pipe_id"], ids=["P3"])
        batch.update("pipe", row.assign(note="checked")[["pipe_id", "note"]])
    section.refresh(session)
    wait_for(lambda: "changed" in section.figure.text())
    assert section.figure.text() == "3 sheets, 1 changed"
    assert note(section) == "edition 4, 2026-10-02"
    assert part(section, "wn_print_open_last").isEnabled()


def test_an_edition_of_another_network_is_none(section) -> None:
    from waternet_plugin.gui.printing import editions

    session = section.session
    session.remember("print_edition", {"network": "elsewhere.gpkg", "edition": "1"})
    assert editions.last(session) is None


@pytest.mark.slow
def test_a_right_click_on_a_compound_offers_its_pages(section) -> None:
    session = section.session
    menu = QMenu()

    class Click:
        def mapPoint(self) -> QgsPointXY:
            return QgsPointXY(WEST + 400, SOUTH + 100)

    section.compounds.extend(menu, Click())
    (action,) = [each for each in menu.actions() if each.objectName() == "wn_action_print_compound"]
    assert action.text() == "Print 锦绣家园…"
    action.trigger()
    dialog = session.window("wn_print_dialog")
    wait_for(lambda: dialog.outline is not None and part(dialog, "wn_print_start").isEnabled())
    assert dialog.form.choice().named == "C1" and dialog.outline.pages == 1
    dialog.close()


def test_beside_compounds_the_menu_stays_as_it_is(section) -> None:
    assert section.compounds.compound_at(QgsPointXY(WEST, SOUTH)) is None


def test_figures_without_pipes(tmp_path: Path) -> None:
    from waternet_plugin.gui.dock.sections.print import PrintFigures, figures_of
    from waternet_plugin.gui.printing.print_choice import PrintChoice

    with store.create_network(tmp_path / "empty.gpkg", CRS) as network:
        assert figures_of(network, PrintChoice(), None) == PrintFigures(0, None, 0)


def test_a_compound_that_is_gone_counts_as_the_whole_network(printed_town: Path) -> None:
    from waternet_plugin.gui.dock.sections.print import figures_of
    from waternet_plugin.gui.printing.print_choice import PrintChoice

    with store.open_network(printed_town) as network:
        assert figures_of(network, PrintChoice(area="named", named="gone"), None).sheets == 3


@pytest.fixture
def changing(tmp_path: Path):
    """An open network of its own with the index of its sheets and the mark of its beginning."""
    from waternet_plugin.atlas.sheets.changed_sheets import mark_of
    from waternet_plugin.atlas.sheets.sheet_series import sheets_of

    with store.open_network(make_town(tmp_path / "own.gpkg")) as network:
        yield network, sheets_of(network).index, mark_of(network)


@pytest.mark.slow
def test_nothing_changed(changing) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    assert changed_sheets(*changing) == ()


@pytest.mark.slow
def test_a_moved_pipe_touches_where_it_was_and_where_it_is(changing) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    network, _index, _mark = changing
    line = shapely.LineString([(WEST + 20, SOUTH + 300), (WEST + 60, SOUTH + 300)])
    moved = gpd.GeoDataFrame({"pipe_id": ["P3"], "geom": [line]}, geometry="geom", crs=CRS)
    with network.write("edit") as batch:
        batch.update("pipe", moved)
    assert changed_sheets(*changing) == ("2513.2-501.1", "2513.0-501.4")


@pytest.mark.slow
@pytest.mark.parametrize("at", ["2001-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z"])
@pytest.mark.parametrize("kind", ["edit", "foreign"])
def test_a_clock_that_jumped_since_hides_no_change_and_makes_none(changing, at: str, kind: str) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    network, index, mark = changing
    mark = replace(mark, at=at)
    assert changed_sheets(network, index, mark) == ()
    if kind == "edit":
        with network.write("edit") as batch:
            batch.delete("pipe", ["P3"])
    else:
        foreign(network, "UPDATE pipe SET note = 'x' WHERE pipe_id = 'P3'")
    assert changed_sheets(network, index, mark) == ("2513.0-501.4",)


@pytest.mark.slow
def test_a_deleted_pipe_touches_where_it_was(changing) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    network, _index, _mark = changing
    with network.write("edit") as batch:
        batch.delete("pipe", ["P3"])
    assert changed_sheets(*changing) == ("2513.0-501.4",)


@pytest.mark.slow
def test_what_was_undone_since_touches_no_sheet_until_it_is_done_again(changing) -> None:
    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    network, _index, _mark = changing
    with network.write("edit") as batch:
        batch.delete("pipe", ["P3"])
    network.undo()
    assert changed_sheets(*changing) == ()
    # The undo itself is taken back: the pipe is gone again.
    network.undo(network.batches()["batch_id"].iloc[0])
    assert "P3" not in network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].tolist()
    assert changed_sheets(*changing) == ("2513.0-501.4",)


@pytest.mark.slow
def test_a_write_of_another_program_counts_too(changing) -> None:
    from osgeo import ogr

    from waternet_plugin.atlas.sheets.changed_sheets import changed_sheets

    network, _index, _mark = changing
    source = ogr.Open(network.uri, 1)
    layer = source.GetLayerByName("pipe")
    layer.SetAttributeFilter("pipe_id = 'P3'")
    pipe = layer.GetNextFeature()
    pipe.SetField("note", "x")
    layer.SetFeature(pipe)
    pipe = layer = source = None
    assert changed_sheets(*changing) == ("2513.0-501.4",)
