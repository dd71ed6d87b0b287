"""The Print section: sheets of the book, which were touched since; compounds by right click."""

from __future__ import annotations

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
from waternet_plugin.operations.printing.editions import editions


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


def _printed(network, edition: int) -> None:
    from waternet_plugin.operations.printing.record_edition import (
        RecordEditionRequest,
        printing_state,
        record_edition,
    )

    record_edition(network, RecordEditionRequest(printing_state(network), edition, is_named=True))


@pytest.mark.slow
def test_sheets_changed_since_the_edition_are_counted(section) -> None:
    from waternet_plugin.gui.printing.print_choice import remember_book

    session = section.session
    remember_book(session, Path(session.network_path))
    with session.network() as network:
        _printed(network, 4)
    with session.network() as network, network.write("edit") as batch:
        row = network.read("pipe", ["pipe_id"], ids=["P3"])
        batch.update("pipe", row.assign(note="checked")[["pipe_id", "note"]])
    section.refresh(session)
    wait_for(lambda: "changed" in section.figure.text())
    assert section.figure.text() == "3 sheets, 1 changed"
    with session.network() as network:
        (edition,) = editions(network)
    assert note(section) == f"edition 4, {edition.day}, {store.default_user()}"
    assert part(section, "wn_print_open_last").isEnabled()
    action = part(section, "wn_print_changed_now")
    assert action.isVisible() and action.text() == "Print the 1 changed sheet"
    # Other tests have the same town.
    with session.network() as network:
        network.undo()
        foreign(network, "DELETE FROM edition")


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


@pytest.mark.slow
def test_figures_without_pipes(tmp_path: Path) -> None:
    from waternet_plugin.gui.dock.sections.print import PrintFigures, figures_of
    from waternet_plugin.gui.printing.print_choice import PrintChoice

    with store.create_network(tmp_path / "empty.gpkg", CRS) as network:
        assert figures_of(network, PrintChoice()) == PrintFigures(0, None)


@pytest.mark.slow
def test_a_compound_that_is_gone_counts_as_the_whole_network(printed_town: Path) -> None:
    from waternet_plugin.gui.dock.sections.print import figures_of
    from waternet_plugin.gui.printing.print_choice import PrintChoice

    with store.open_network(printed_town) as network:
        assert figures_of(network, PrintChoice(area="named", named="gone")).sheets == 3


@pytest.fixture
def changing(tmp_path: Path):
    """An open network of its own, printed once."""
    with store.open_network(make_town(tmp_path / "own.gpkg")) as network:
        _printed(network, 1)
        yield network


def changed(network) -> tuple[str, ...]:
    from support.printed_sheets import read_sheets

    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest

    return read_sheets(network, SheetRequest(since="1")).changed


@pytest.mark.slow
def test_a_moved_pipe_changes_the_sheets_where_it_was_and_where_it_is(changing) -> None:
    assert changed(changing) == ()
    line = shapely.LineString([(WEST + 20, SOUTH + 300), (WEST + 60, SOUTH + 300)])
    moved = gpd.GeoDataFrame({"pipe_id": ["P3"], "geom": [line]}, geometry="geom", crs=CRS)
    with changing.write("edit") as batch:
        batch.update("pipe", moved)
    assert changed(changing) == ("2513.2-501.1", "2513.0-501.4")


@pytest.mark.slow
def test_a_deleted_pipe_changes_the_sheet_where_it_was(changing) -> None:
    with changing.write("edit") as batch:
        batch.delete("pipe", ["P3"])
    assert changed(changing) == ("2513.0-501.4",)


@pytest.mark.slow
def test_a_write_of_another_program_counts_too(changing) -> None:
    from osgeo import ogr

    source = ogr.Open(changing.uri, 1)
    layer = source.GetLayerByName("pipe")
    layer.SetAttributeFilter("pipe_id = 'P3'")
    pipe = layer.GetNextFeature()
    pipe.SetField("note", "x")
    layer.SetFeature(pipe)
    pipe = layer = source = None
    assert changed(changing) == ("2513.0-501.4",)
