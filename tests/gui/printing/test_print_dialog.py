"""The print dialog: its sheets are those of the book, four clicks to a PDF, cancel, what it remembers."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QPointF, Qt, QTimer
from support.slow_cases import a_few_quick
from support.store_helpers import foreign
from support.way_out import SOUTH, WEST, choose, make_town, wait_for
from support.widgets import part, text

from waternet_plugin.core.errors import InputError


@pytest.fixture
def opened_urls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the dialog opened, instead of opening it."""
    from waternet_plugin.gui.panes import file_dialogs

    urls: list[str] = []
    monkeypatch.setattr(file_dialogs, "open_file", lambda path: urls.append(str(path)))
    return urls


def _settled(dialog):
    start, error = part(dialog, "wn_print_start"), part(dialog, "wn_print_error")
    waiting = dialog.findChildren(QTimer, "", Qt.FindChildOption.FindDirectChildrenOnly)
    wait_for(lambda: not any(each.isActive() for each in waiting) and (start.isEnabled() or error.text()))
    return dialog


@pytest.fixture
def dialog(town_session):
    """The dialog with its sheets."""
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    made = open_print_dialog(town_session)
    wait_for(lambda: made.form.place.count() == 1)
    return _settled(made)


@pytest.mark.slow
def test_the_sheets_are_those_of_the_book(dialog) -> None:
    # Three sheets carry pipes, the fourth of the rectangle none.
    assert (dialog.outline.pages, dialog.outline.empty_count) == (3, 1)
    assert text(dialog, "wn_print_figure") == "3 sheets"
    assert text(dialog, "wn_print_note") == (
        "3 pages, front and index: about 5 s to print. 1 sheet without pipes left out."
    )


@pytest.mark.slow
def test_another_scale_shows_other_sheets(dialog) -> None:
    dialog.form.scale.setCurrentText("1 : 5 000")
    assert _settled(dialog).outline.pages == 1
    assert text(dialog, "wn_print_figure") == "1 sheet"


@pytest.mark.slow
def test_each_compound_gets_its_sheet_at_a_scale_that_fits(dialog) -> None:
    choose(dialog.form.series, "compound")
    dialog.form.scale.setCurrentIndex(dialog.form.scale.findData(0))
    assert _settled(dialog).outline.numbers == ("C1",)
    assert dialog.form.choice().scale == 0
    choose(dialog.form.series, "grid")
    assert _settled(dialog).outline.pages == 3
    assert dialog.form.choice().scale == 1000


@pytest.mark.slow
def test_strips_run_along_the_selected_pipes(dialog) -> None:
    choose(dialog.form.series, "strip")
    assert "No pipe is selected" in text(_settled(dialog), "wn_print_error")
    dialog.session.layer("pipe").selectByExpression("pipe_id = 'a;b'")
    dialog.form.scale.setCurrentText("1:500")
    assert not text(_settled(dialog), "wn_print_error")
    assert dialog.outline.numbers[:2] == ("S01", "S02")


@pytest.mark.slow
def test_standard_sheets_are_papers(dialog) -> None:
    choose(dialog.form.paper, "50x50")
    assert _settled(dialog).outline.numbers == ("2513.0-501.0", "2513.0-501.5")
    dialog.form.scale.setCurrentText("1:750")
    assert "1:500" in text(_settled(dialog), "wn_print_error")


@pytest.mark.slow
def test_what_changed_since_the_last_edition_can_be_printed_alone(dialog) -> None:
    from waternet_plugin.operations.printing.record_edition import (
        RecordEditionRequest,
        printing_state,
        record_edition,
    )

    session = dialog.session
    with session.network() as network:
        # Another test may have printed the town before.
        has_edition = network.count("edition") > 0
    assert dialog.form.only_changed.isVisibleTo(dialog.form) == has_edition
    with session.network() as network:
        record_edition(network, RecordEditionRequest(printing_state(network), 4))
        with network.write("edit") as batch:
            batch.delete("pipe", ["P3"])
    dialog.form.paper.setCurrentIndex(dialog.form.paper.findData("A4"))
    dialog.form.paper.setCurrentIndex(dialog.form.paper.findData("A3"))
    assert _settled(dialog).outline.changed == ("2513.0-501.4",)
    assert text(dialog, "wn_print_figure") == "3 sheets, 1 changed"
    assert dialog.form.only_changed.text() == "Only the 1 sheet changed since edition 4"
    dialog.form.only_changed.setChecked(True)
    assert _settled(dialog).form.choice().is_changed_only
    assert dialog.form.output.endswith("_changed.pdf")
    # Other tests have the same town.
    with session.network() as network:
        network.undo()
        foreign(network, "DELETE FROM edition")


@pytest.mark.parametrize("typed", a_few_quick(["", "abc", "1:10", "1:99999999", "1:-5"], 1))
def test_a_scale_that_is_none_is_refused_where_it_is_typed(dialog, typed: str) -> None:
    dialog.form.scale.setCurrentText(typed)
    _settled(dialog)
    assert "scale" in text(dialog, "wn_print_error") and not part(dialog, "wn_print_start").isEnabled()


@pytest.mark.slow
def test_a_compound_is_found_by_its_name(dialog) -> None:
    choose(dialog.form.area, "named")
    dialog.form.place.setEditText("锦绣家园")
    assert _settled(dialog).form.choice().named == "C1"
    assert dialog.outline.numbers == ("2513.0-501.4",)
    assert dialog.form.output.endswith("小城_C1_system_1000_A3.pdf")


@pytest.mark.slow
def test_a_compound_that_is_not_chosen_yet_is_asked_for(dialog) -> None:
    choose(dialog.form.area, "named")
    assert "Choose a compound" in text(_settled(dialog), "wn_print_error")


@pytest.mark.slow
def test_the_map_view_is_an_area(dialog, town_session) -> None:
    town_session.iface.canvas.setExtent(QgsRectangle(WEST + 400, SOUTH + 10, WEST + 500, SOUTH + 90))
    choose(dialog.form.area, "view")
    assert _settled(dialog).outline.pages == 1


def test_a_view_far_from_the_pipes_says_so(dialog, town_session) -> None:
    town_session.iface.canvas.setExtent(QgsRectangle(WEST + 9000, SOUTH, WEST + 9100, SOUTH + 100))
    choose(dialog.form.area, "view")
    assert "There are no pipes in the area" in text(_settled(dialog), "wn_print_error")
    assert dialog.outline is None and not part(dialog, "wn_print_start").isEnabled()


@pytest.mark.slow
def test_the_selection_is_an_area(dialog, town_session) -> None:
    choose(dialog.form.area, "selection")
    assert "Nothing is selected" in text(_settled(dialog), "wn_print_error")
    town_session.layer("pipe").selectByExpression("pipe_id = 'P3'")
    dialog.form.changed.emit()
    assert _settled(dialog).outline.pages == 1


@pytest.mark.slow
def test_printing_makes_the_book_opens_and_remembers_it(
    dialog, town_session, tmp_path: Path, opened_urls
) -> None:
    from waternet_plugin.operations.printing.editions import editions

    path = tmp_path / "book.pdf"
    dialog.form.file.setFilePath(str(path))
    dialog.start()
    assert path.read_bytes().startswith(b"%PDF")
    assert opened_urls == [str(path)]
    assert (
        town_session.said[0][0] == "The map book has 7 pages: book.pdf."
        and town_session.said[0][2] is not None
    )
    with town_session.network() as network:
        (kept,) = editions(network)
        assert (kept.edition, kept.pages, kept.file_name) == (1, 7, "book.pdf")
        assert kept.batch_id == network.batches()["batch_id"][0]
        foreign(network, "DELETE FROM edition")
    assert not dialog.isVisible()


@pytest.mark.slow
def test_the_sheet_index_becomes_a_layer_and_the_current_one_stays(
    dialog, town_session, tmp_path: Path, opened_urls
) -> None:
    from waternet_plugin.gui.printing.index_layer import MARK

    town_session.iface.active = town_session.layer("pipe")
    dialog.form.file.setFilePath(str(tmp_path / "book.pdf"))
    dialog.form.with_index.setChecked(True)
    dialog.start()

    def index_layers():
        return [layer for layer in QgsProject.instance().mapLayers().values() if layer.customProperty(MARK)]

    wait_for(index_layers)
    (layer,) = index_layers()
    assert layer.featureCount() == 3 and layer.source().startswith(str(tmp_path))
    assert QgsProject.instance().layerTreeRoot().findLayer(layer.id()) is not None
    assert town_session.iface.active == town_session.layer("pipe")


def test_cancel_between_two_pages_leaves_no_file(dialog, tmp_path: Path, opened_urls) -> None:
    dialog.form.file.setFilePath(str(tmp_path / "book.pdf"))
    # Heard while it prints: QGIS's events run between two pages.
    QTimer.singleShot(0, dialog.reject)
    dialog.start()
    assert list(tmp_path.iterdir()) == [] and opened_urls == []
    assert dialog.isVisible() and text(dialog, "wn_print_error").startswith("Cancelled")
    assert part(dialog, "wn_print_start").isEnabled()


def test_while_the_network_is_read_the_window_has_its_turns(
    dialog, tmp_path: Path, opened_urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    from waternet_plugin.atlas import book

    turns: list[bool] = []
    reading = threading.Event()

    def read_slowly(*_asked) -> None:
        reading.set()
        end = time.monotonic() + 30
        while sum(turns) < 3 and time.monotonic() < end:
            time.sleep(0.01)
        raise InputError("read long enough")

    monkeypatch.setattr(book, "read_book", read_slowly)
    clock = QTimer(interval=10, timeout=lambda: turns.append(reading.is_set()))
    clock.start()
    dialog.form.file.setFilePath(str(tmp_path / "book.pdf"))
    dialog.start()
    clock.stop()
    assert sum(turns) >= 3 and text(dialog, "wn_print_error") == "read long enough"


@pytest.mark.slow
def test_while_it_prints_it_counts_as_work_and_no_other_dialog_opens(
    dialog, town_session, tmp_path: Path, opened_urls
) -> None:
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    seen = []
    dialog.form.file.setFilePath(str(tmp_path / "book.pdf"))
    QTimer.singleShot(0, lambda: seen.append((list(town_session.running), open_print_dialog(town_session))))
    dialog.start()
    assert seen == [(["Printing the map book"], dialog)]
    assert town_session.running == [] and (tmp_path / "book.pdf").exists()


def test_a_place_that_can_not_be_written_is_refused_and_the_choice_stays(dialog, tmp_path: Path) -> None:
    dialog.form.scale.setCurrentText("1:2000")
    _settled(dialog)
    dialog.form.file.setFilePath(str(tmp_path / "missing" / "book.pdf"))
    dialog.start()
    assert "does not exist" in text(dialog, "wn_print_error")
    assert dialog.form.choice().scale == 2000


@pytest.mark.slow
def test_a_file_that_would_be_replaced_is_named_as_such(dialog, tmp_path: Path) -> None:
    (tmp_path / "book.pdf").write_bytes(b"old")
    dialog.form.file.setFilePath(str(tmp_path / "book.pdf"))
    assert text(dialog, "wn_print_replaces").startswith("Replaces the file of 20")
    dialog.form.file.setFilePath(str(tmp_path / "other.pdf"))
    assert text(dialog, "wn_print_replaces") == ""


@pytest.mark.slow
def test_the_choice_of_last_time_comes_back(dialog, town_session, tmp_path: Path, opened_urls) -> None:
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    dialog.form.scale.setCurrentText("1:2000")
    choose(dialog.form.paper, "A4")
    choose(dialog.form.theme, "material")
    choose(dialog.form.colours, "cjj61")
    choose(dialog.form.area, "view")
    _settled(dialog)
    dialog.form.file.setFilePath(str(tmp_path / "book"))
    town_session.iface.canvas.setExtent(QgsRectangle(WEST, SOUTH, WEST + 600, SOUTH + 500))
    dialog.start()
    assert (tmp_path / "book.pdf").exists()
    again = open_print_dialog(town_session).form.choice()
    assert (again.scale, again.paper, again.theme, again.palette) == (2000, "A4", "material", "cjj61")
    # Another view is another book.
    assert again.area == "all"


@pytest.mark.slow
def test_a_book_that_is_too_thick_is_refused_with_a_way_out(dialog, town_session) -> None:
    with town_session.network() as network, network.write("setting") as batch:
        batch.set_setting("printing.max_pages", "2")
    try:
        town_session.data_changed.emit("")
        assert (
            "Print at 1:2,000" in text(_settled(dialog), "wn_print_error")
            and not part(dialog, "wn_print_start").isEnabled()
        )
    finally:
        with town_session.network() as network:
            network.undo()


@pytest.mark.slow
def test_the_preview_says_which_sheet_is_where(dialog) -> None:
    preview = dialog.preview
    box = preview.box(dialog.outline, dialog.outline.bounds[0])
    assert preview.text_at(box.center()) == "Page 1: sheet 2513.2-501.1"
    empty = preview.box(dialog.outline, dialog.outline.empty[0])
    assert preview.text_at(empty.center()) == "No pipe here: this sheet is left out."
    assert preview.text_at(QPointF(-5, -5)) == ""


@pytest.mark.slow
def test_another_network_closes_the_dialog(dialog) -> None:
    QgsProject.instance().clear()
    assert not dialog.isVisible()


@pytest.mark.slow
def test_a_named_area_without_a_name_is_no_parameter(town_session) -> None:
    from waternet_plugin.gui.printing.print_choice import PrintChoice, area_text

    with pytest.raises(InputError):
        area_text(town_session, PrintChoice(area="named"))


@pytest.mark.slow
def test_without_a_network_there_is_no_dialog(town_session) -> None:
    from waternet_plugin.gui.printing.print_dialog import open_print_dialog

    QgsProject.instance().clear()
    assert open_print_dialog(town_session) is None
    assert "No network is open" in town_session.said[0][0]


@pytest.mark.slow
def test_the_index_never_takes_the_place_of_a_network(qgis_app, tmp_path: Path) -> None:
    from waternet_plugin.gui.printing import index_layer

    town = make_town(tmp_path / "town_sheets.gpkg")
    before = town.read_bytes()
    assert index_layer.free_path(tmp_path / "town.pdf").name == "town_sheets_2.gpkg"
    (tmp_path / "book_sheets.gpkg").write_bytes(b"an older index")
    assert index_layer.free_path(tmp_path / "book.pdf").name == "book_sheets.gpkg"
    assert town.read_bytes() == before
    assert not (tmp_path / "book_sheets.gpkg").exists()
