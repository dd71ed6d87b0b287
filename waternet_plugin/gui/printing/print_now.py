"""Print some sheets at once, as chosen last, without the dialog: the changed ones, or one on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from waternet_plugin.core.errors import CancelledError, WaterNetError
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.printing.print_run import PrintRun, printed_text
from waternet_plugin.gui.session.session import Session


def print_changed(session: Session, edition: str) -> None:
    """Print the sheets that were changed since an edition, as chosen last, and open the book."""
    choice = choices.remembered(session)
    try:
        parameters = choices.parameters(session, choice, edition)
    except WaterNetError as error:
        session.say_error(error)
        return
    name = "_".join([tr("changed since edition {edition}").format(edition=edition), choice.theme])
    print_now(session, {**parameters, **choices.book_parameters(choice)}, name)


def print_sheet(session: Session, parameters: dict[str, Any], sheet_no: str) -> None:
    """Print one sheet of a series, and open it.

    Parameters
    ----------
    parameters
        Those of the series, as `sheetindex` takes them.
    """
    book = choices.book_parameters(choices.remembered(session), [sheet_no])
    print_now(session, {**parameters, **book, "FRONT": False, "SINCE": ""}, sheet_no)


def print_now(session: Session, parameters: dict[str, Any], name: str) -> None:
    """Print to a file beside the network; the panel shows how far it is.

    In the main thread, where layouts must be drawn.

    Parameters
    ----------
    parameters
        Of `exportatlas`, without OUTPUT.
    name
        What the file is called after the network.
    """
    title = tr("Printing the map book")
    if title in session.running:
        session.say(tr("A map book is being printed. Wait for it, or cancel it."), "warning")
        return
    stem = allowed_name(f"{session.address.display_name}_{name}")
    path = file_dialogs.free_path(Path(session.first_folder) / f"{stem}.pdf")
    section = session.iface.mainWindow().findChild(PanelSection, "wn_section_print")
    run = PrintRun(
        {**parameters, "OUTPUT": str(path)},
        lambda results: _printed(session, results, section),
        lambda error: _failed(session, error, path),
        section.show_progress if section is not None else lambda _fraction: None,
    )
    try:
        with session.at_work(title, run.cancel):
            if section is not None:
                section.show_progress(0.0, run.cancel)
            run.start()
    finally:
        if section is not None:
            section.hide_progress()


def _printed(session: Session, results: dict[str, Any], section: PanelSection | None) -> None:
    if "OUTPUT" not in results:
        session.say(tr("No sheet was changed since then, so there is nothing to print."))
        return
    path = Path(str(results["OUTPUT"]))
    choices.remember_book(session, path)
    file_dialogs.open_file(path)
    session.say(
        printed_text(results),
        "success",
        (tr("Open folder"), lambda: file_dialogs.open_folder(path)),
    )
    if section is not None:
        section.refresh(session)


def _failed(session: Session, error: WaterNetError, path: Path) -> None:
    from waternet_plugin.atlas.assembly.page_parts import finished_sheets

    kept = finished_sheets(path) if isinstance(error, CancelledError) else 0
    if kept:
        session.say(tr("Cancelled. %n page(s) are kept for the next try.", "", kept))
    else:
        session.say_error(error)
