"""Surveys: how many files were imported, how many pipes stay open; files dropped here are imported."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.dock.tools import open_window_of
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.survey import open_survey_wizard
from waternet_plugin.gui.survey.verification import verification_sheets
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.survey.verification.survey_counts import SurveyCounts


def _read(network: Any) -> SurveyCounts:
    from waternet_plugin.operations.survey.verification.survey_counts import read_counts

    return read_counts(network)


class SurveySection(PanelSection):
    """The surveys in one figure; a click on it lists the pipes to verify."""

    KEY = "survey"
    READ = staticmethod(_read)
    IS_PART = True

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.counts: SurveyCounts | None = None
        self.setAcceptDrops(True)
        if verification_sheets.has(verification_sheets.EXPORT):
            self.add_menu_action(tr("Export survey tables…"), self._export, "wn_survey_menu_export")
        if verification_sheets.has(verification_sheets.SHEETS):
            self._sheets = self.add_menu_action(
                tr("Verification sheets"), self._write_sheets, "wn_survey_menu_sheets"
            )
        self.add_menu_action(tr("Last verified map"), self._show_on_map, "wn_survey_menu_map")

    def title(self) -> str:
        """Return the title."""
        return tr("Survey")

    @classmethod
    def is_available(cls, session: Session) -> bool:
        """Return whether surveys can be imported here."""
        return verification_sheets.has("importsurvey")

    def _show(self, counts: SurveyCounts) -> None:
        self.counts = counts
        if not counts.batches and not counts.open_pipes:
            self.set_empty(tr("Drop a survey file here."), tr("Import"), self._import, kind="survey")
            return
        batches = tr("%n batch(es)", "", counts.batches)
        open_pipes = tr("%n pipe(s) open", "", counts.open_pipes)
        self.set_figure(
            listed((batches, open_pipes)) if counts.open_pipes else batches,
            partial(open_window_of, self.session, "pipes to verify"),
        )
        self.figure.setToolTip(tr("Click for the list of pipes to verify."))
        note = tr("last {date}, {file}").format(date=counts.last_on, file=counts.last_file)
        tip = tr("{n} survey files imported; the last one {file} on {date}.")
        told = tip.format(n=amounts.number(counts.batches), file=counts.last_file, date=counts.last_on)
        self.set_note(note if counts.batches else "", told if counts.batches else "")
        self.set_button(
            tr("Import"), self._import, tr("Import survey files; or drop them here"), kind="survey"
        )

    def _import(self) -> None:
        open_survey_wizard(self.session)

    def _show_on_map(self) -> None:
        self.session.show_theme("verified")

    def _export(self) -> None:
        self.session.open_algorithm(verification_sheets.EXPORT, {"NETWORK": self.session.network_path})

    def _write_sheets(self) -> None:
        """Write the sheets of all pipes that are still to verify."""

        def work(network: Any) -> list[str]:
            from waternet_plugin.operations.survey.verification.survey_counts import rows_to_verify

            return [row["pipe_id"] for row in rows_to_verify(network)]

        def done(pipes: list[str]) -> None:
            if pipes:
                verification_sheets.write_sheets(self.session, pipes, section=self)
            else:
                self.session.say(tr("No pipe waits for verification. Survey planned pipes first."))

        self.read(work, done)

    # Files dropped here are surveys, whatever they are called.

    def dragEnterEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take files."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Import the files that were dropped."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        open_survey_wizard(self.session, files)
