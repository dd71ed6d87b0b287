"""Print: how many sheets the book has, which were touched since it was printed, and the way to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import file_dialogs
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.printing import editions
from waternet_plugin.gui.printing import print_choice as choices
from waternet_plugin.gui.printing.compound_menu import CompoundMenu
from waternet_plugin.gui.printing.papers_window import open_papers_window
from waternet_plugin.gui.printing.print_choice import PrintChoice
from waternet_plugin.gui.printing.sheet_words import sheets_text
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.printing.editions import Edition
    from waternet_plugin.gui.session.session import Session

# Larger networks are not cut anew at every save: the book of last time says how many sheets there were.
_MOST_PIPES = 200_000


@dataclass(frozen=True)
class PrintFigures:
    """How many pipes and sheets there are (None: not counted), and how many sheets changed."""

    pipes: int
    sheets: int | None
    changed: int


def _cut(network: Any, choice: PrintChoice) -> Any:
    from waternet_plugin.atlas.sheets.area import area_of
    from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
    from waternet_plugin.atlas.sheets.sheet_series import sheets_of

    area = area_of(choice.named, network, lambda _text: None)
    return sheets_of(network, SheetRequest(choice.scale, choice.paper, area=area)).index


def figures_of(network: Any, choice: PrintChoice, edition: Edition | None) -> PrintFigures:
    """Count the sheets of a choice, and those touched since an edition.

    Parameters
    ----------
    choice
        What was chosen last.
    edition
        The book printed last, None for none.
    """
    from waternet_plugin.atlas.sheets.changed_sheets import NetworkMoment, changed_sheets
    from waternet_plugin.operations.contents.row_counts import row_counts

    pipes = row_counts(network, ["pipe"])["pipe"]
    if not 0 < pipes <= _MOST_PIPES:
        return PrintFigures(pipes, None, 0)
    try:
        index = _cut(network, choice)
    except InputError:
        # The compound of last time is not there any more.
        index = _cut(network, replace(choice, area=choices.ALL, named=""))
    changed = 0
    if edition is not None:
        changed = len(
            changed_sheets(network, index, NetworkMoment(edition.batch_id, edition.at, edition.entry))
        )
    return PrintFigures(pipes, len(index), changed)


class PrintSection(PanelSection):
    """The sheets of the book as last chosen, the last edition, and the button that opens the dialog."""

    KEY = "print"
    IS_AT_FOOT = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._edition: Edition | None = None
        self._open_last = self.add_menu_action(
            tr("Open the last map book"), self._open_book, "wn_print_open_last"
        )
        self.menu.addSeparator()
        self.add_menu_action(tr("Papers…"), lambda: open_papers_window(session), "wn_print_papers")
        self.add_menu_action(tr("Export tables…"), session.open_export_dialog, "wn_print_export")
        self.add_menu_action(
            tr("Sheet index…"), lambda: session.open_algorithm("sheetindex"), "wn_print_sheet_index"
        )
        self.compounds = CompoundMenu(session, self)

    def title(self) -> str:
        """Return the title."""
        return tr("Print")

    def refresh(self, session: Session) -> None:
        """Read the figures anew."""
        if not session.network_path:
            return
        choice = choices.remembered(session)
        self._edition = edition = editions.last(session)
        self.read(
            lambda network: figures_of(network, choice, edition), lambda found: self._show(found, choice)
        )

    def _show(self, figures: PrintFigures, choice: PrintChoice) -> None:
        edition = self._edition
        self._open_last.setEnabled(edition is not None and Path(edition.path).exists())
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
            )
        )
        if edition is None:
            self.set_note(tr("not printed yet"))
        else:
            note = tr("edition {edition}, {day}").format(edition=edition.edition, day=edition.day)
            self.set_note(note, edition.path)
        self.set_button(
            tr("Atlas"), self.session.open_print_dialog, tr("Choose area, scale and paper, and print.")
        )

    def _open_book(self) -> None:
        if self._edition is not None:
            file_dialogs.open_file(Path(self._edition.path))
