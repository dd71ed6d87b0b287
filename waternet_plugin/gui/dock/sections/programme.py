"""Programme: how many households are done, how the last month went, and the way to its report."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.dock.tools import open_pane_of
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.programmes import programme_papers, programme_rows
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.programmes.programme_summary import ProgrammeSummary


def _read(network: Any) -> ProgrammeSummary:
    """Read what the section shows."""
    from waternet_plugin.operations.programmes.programme_summary import programme_summary

    return programme_summary(network)


class ProgrammeSection(PanelSection):
    """How far the programme of the network is; a click shows it by unit."""

    KEY = "programme"
    READ = staticmethod(_read)
    TOPIC = "programmes"
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.summary: ProgrammeSummary | None = None
        self._open = partial(open_pane_of, session, "programme")
        self.add_menu_actions(
            (tr("By unit and done dates…"), self._open, "wn_programme_menu_pane"),
            (tr("Ledger"), self._ledger, "wn_programme_menu_ledger"),
            (tr("Map of the programme"), partial(session.show_theme, "programme"), "wn_programme_menu_map"),
        )

    def title(self) -> str:
        """Return the title."""
        return tr("Programme")

    def _show(self, summary: ProgrammeSummary) -> None:
        self.summary = summary
        if not summary.programme:
            self.set_empty(
                tr("Shows a programme such as meters to each household, once its list was brought in."),
                tr("Bring in data"),
                self.session.open_wizard,
            )
            return
        self.set_figure(programme_rows.progress_sentence(summary), self._open)
        self.figure.setToolTip(literal(tr("Click for the table by unit and for done dates.")))
        label = domain("programme")[summary.programme].label
        month = programme_rows.month_sentence(summary)
        self.set_note(month, f"{label} · {month}")
        self.set_button(tr("Month", "report"), self._month, tr("The report of last month"))

    def _month(self) -> None:
        if self.summary is not None and self.summary.programme:
            programme_papers.show_month(
                self.session, self.summary.programme, self.summary.month, section=self
            )

    def _ledger(self) -> None:
        if self.summary is not None and self.summary.programme:
            programme_papers.show_ledger(self.session, self.summary.programme, section=self)
