"""Print: how many sheets the book has, which were touched since it was printed, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.printing.compound_menu import CompoundMenu
from waternet_plugin.gui.printing.page_designer import back_to_shipped_page, edit_page, own_page_of
from waternet_plugin.gui.printing.papers_window import open_papers_window
from waternet_plugin.gui.printing.print_choice import PrintChoice
from waternet_plugin.gui.printing.print_now import print_changed
from waternet_plugin.gui.printing.sheet_menu import SheetMenu
from waternet_plugin.gui.printing.sheet_words import sheets_text
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.printing.editions import Edition

# Larger networks are not cut anew at every save: the book of last time says how many sheets there were.
_MOST_PIPES = 200_000


@dataclass(frozen=True)
class PrintFigures:
    """How many pipes and sheets (None: not counted) there are, and how many changed since an edition."""

    pipes: int
    sheets: int | None
    changed: int = 0
    edition: Edition | None = None


def _cut(network: Any, choice: PrintChoice, since: str) -> Any:
    from waternet_plugin.atlas.sheets.area import area_of
    from waternet_plugin.atlas.sheets.series_basis import read_series_basis
    from waternet_plugin.atlas.sheets.sheet_series import sheets_of

    request = choices.sheet_request(choice, area_of(choice.named, network, lambda _text: None), since=since)
    return sheets_of(read_series_basis(network, request), request)


def figures_of(network: Any, choice: PrintChoice) -> PrintFigures:
    """Count the sheets of a choice, and those changed since the edition printed last.

    Parameters
    ----------
    choice
        What was chosen last.
    """
    from waternet_plugin.operations.contents.row_counts import row_counts
    from waternet_plugin.operations.printing.editions import editions

    pipes = row_counts(network, ["pipe"])["pipe"]
    edition = next(iter(editions(network)), None)
    if not 0 < pipes <= _MOST_PIPES:
        return PrintFigures(pipes, None, edition=edition)
    since = str(edition.edition) if edition is not None else ""
    try:
        sheets = _cut(network, choice, since)
    except InputError:
        # The compound or pipe of last time is not there any more.
        sheets = _cut(network, replace(choice, area=choices.ALL, named="", series=choices.GRID), since)
    return PrintFigures(pipes, len(sheets.index), len(sheets.changed), edition)


class PrintSection(PanelSection):
    """The sheets of the book as last chosen, the last edition, and the button that opens the dialog."""

    KEY = "print"
    IS_AT_FOOT = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._print_changed = self.add_menu_action(
            "", lambda: print_changed(session, self._since), "wn_print_changed_now"
        )
        self._print_changed.setVisible(False)
        self.add_menu_action(tr("Papers…"), lambda: open_papers_window(session), "wn_print_papers")
        self._open_last = self.add_menu_action(
            tr("Open the last map book"), self._open_book, "wn_print_open_last"
        )
        self.add_menu_action(
            tr("Edit the page"),
            lambda: edit_page(session, choices.remembered(session)),
            "wn_print_edit_the_page",
        )
        self._to_shipped = self.add_menu_action(
            tr("Back to the shipped page"),
            lambda: back_to_shipped_page(session, choices.remembered(session)),
            "wn_print_shipped_page",
        )
        self._to_shipped.setVisible(False)
        self.menu.aboutToShow.connect(self._look_at_page)
        self.menu.addSeparator()
        self.add_menu_action(tr("Export tables…"), session.open_export_dialog, "wn_print_export")
        self.add_menu_action(
            tr("Sheet index…"), lambda: session.open_algorithm("sheetindex"), "wn_print_sheet_index"
        )
        self._since = ""
        self.sheets = SheetMenu(session, self)
        self.compounds = CompoundMenu(session, self)

    def _look_at_page(self) -> None:
        choice = choices.remembered(self.session)
        has_own = bool(self.session.network_path) and own_page_of(self.session, choice) is not None
        self._to_shipped.setVisible(has_own)

    def title(self) -> str:
        """Return the title."""
        return tr("Print")

    def refresh(self, session: Session) -> None:
        """Read the figures anew."""
        if not session.network_path:
            return
        choice = choices.remembered(session)
        self.read(lambda network: figures_of(network, choice), lambda found: self._show(found, choice))

    def _show(self, figures: PrintFigures, choice: PrintChoice) -> None:
        edition = figures.edition
        book = self._book()
        self._open_last.setEnabled(book is not None)
        self._print_changed.setVisible(figures.changed > 0)
        self._print_changed.setText(tr("Print the %n changed sheet(s)", "", figures.changed))
        self._since = str(edition.edition) if edition is not None else ""
        if not figures.pipes:
            self.set_empty(tr("Prints the map book, once there are pipes."))
            return
        sheets = figures.sheets if figures.sheets is not None else (edition.pages if edition else None)
        text = sheets_text(sheets) if sheets is not None else ""
        if figures.changed:
            text = tr("{sheets}, {n} changed").format(sheets=text, n=amounts.number(figures.changed))
        self.set_figure(text, self.session.open_print_dialog)
        self.figure.setToolTip(
            literal(
                tr("Sheets at 1:{scale} on {paper}. Click to print.").format(
                    scale=choice.scale, paper=choice.paper
                )
                if choice.scale
                else tr("Click to print.")
            )
        )
        if edition is None:
            self.set_note(tr("not printed yet"))
        else:
            parts = [tr("edition {edition}").format(edition=edition.edition), edition.day, edition.made_by]
            self.set_note(listed(filter(None, parts)), str(book or edition.file_name))
        self.set_button(
            tr("Atlas"), self.session.open_print_dialog, tr("Choose area, scale and paper, and print.")
        )

    def _book(self) -> Path | None:
        """Return the book that was printed last here, None where it is gone."""
        path = choices.last_book(self.session)
        return path if path is not None and path.exists() else None

    def _open_book(self) -> None:
        book = self._book()
        if book is not None:
            file_dialogs.open_file(book)
