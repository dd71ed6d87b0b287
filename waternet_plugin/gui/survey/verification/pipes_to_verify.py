"""The list of pipes that are surveyed but not verified, with what each is missing."""

from __future__ import annotations

import datetime
from typing import Any

from qgis.core import QgsExpression, QgsFeatureRequest
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QAbstractItemView, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.list_window import ListWindow
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.survey.verification import verdict_words, verification_sheets
from waternet_plugin.gui.survey.verification.verification_box import open_at_verdict, unsaved_edits
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets.asking import ask_text
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import TableColumn
from waternet_plugin.operations.survey.verification import survey_counts


def _day(moment: Any) -> str:
    return str(moment)[: len("2026-11-22")]


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("pipe_id", tr("Pipe"), width=110),
        TableColumn("street", tr("Street"), width=120),
        TableColumn(
            "verdict", tr("Verdict"), write=verdict_words.label, colour=verdict_words.colour, width=92
        ),
        TableColumn("missing", tr("What is missing"), width=240, fills=True),
        TableColumn("surveyed_on", tr("Surveyed on"), write=_day, width=96),
    )


class PipesToVerifyWindow(ListWindow):
    """A list of pipes; a click on one shows it on the map, a double click opens its form."""

    TOPIC = "verification"

    NAME = "wn_pipes_to_verify"
    SIZE = (760, 420)
    SELECTION = QAbstractItemView.SelectionMode.ExtendedSelection

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        text = tr(
            "What these pipes are missing is entered in the form of each, a verified material for all that "
            "are chosen. Planned ones stay planned until it is there."
        )
        super().__init__(
            session, tr("Pipes to verify"), _columns(), parent, above=plain_label(text, parent, wordWrap=True)
        )
        self.form = self._button(tr("Open the form"), "form", self._open_form)
        self.material = self._button(tr("Material verified…"), "material", self._verify_materials)
        self.sheets = self._button(tr("Verification sheets"), "sheets", self._write_sheets)
        self.sheets.setVisible(verification_sheets.has(verification_sheets.SHEETS))
        self.table.picked.connect(self._show_pipe)
        self.table.doubleClicked.connect(lambda _index: self._open_form())
        session.data_changed.connect(self._data_changed)
        self._update()
        self.fill()

    def fill(self) -> None:
        """Read the list anew."""

        def show(rows: list[dict[str, Any]]) -> None:
            if sip.isdeleted(self):
                return
            for row in rows:
                row["missing"] = verdict_words.missing(row["reasons"], row["reason_facts"])
            self.table.set_rows(rows)
            self._say("" if rows else tr("Every surveyed pipe is verified."))

        def read(network: Any, _progress: Any) -> list[dict[str, Any]]:
            return survey_counts.rows_to_verify(network)

        self.session.run(
            tr("Reading the network"), on_network(self.session.network_path, read), show, is_quiet=True
        )

    def _update(self) -> None:
        self.form.setEnabled(len(self.table.chosen) == 1)
        self.material.setEnabled(bool(self.table.chosen))
        self.sheets.setEnabled(bool(self.table.rows))

    def _feature(self, pipe: str) -> Any:
        layer = self.session.layer("pipe")
        if layer is None:
            return None
        wanted = QgsExpression.createFieldEqualityExpression("pipe_id", pipe)
        return next(layer.getFeatures(QgsFeatureRequest().setFilterExpression(wanted)), None)

    def _show_pipe(self, row: dict[str, Any]) -> None:
        feature = self._feature(row["pipe_id"])
        if feature is not None and feature.hasGeometry():
            self.session.zoom_to(feature.geometry().boundingBox())

    def _open_form(self) -> None:
        rows = self.table.chosen
        feature = self._feature(rows[0]["pipe_id"]) if rows else None
        if feature is not None:
            open_at_verdict(self.session, self.session.layer("pipe"), feature)

    def _verify_materials(self) -> None:
        """Ask who compared the material of the chosen pipes with the plan, and write it for all of them."""
        if refusal := unsaved_edits(self.session):
            self._say(refusal)
            return
        names = [row["pipe_id"] for row in self.table.chosen]
        question = tr("Who compared the material of %n pipe(s) with the plan today?", "", len(names))
        name = ask_text(self, tr("Material verified"), question)
        if name and name.strip():
            parameters = {
                "NETWORK": self.session.network_path,
                "PIPE": ";".join(names),
                "MATERIAL_VERIFIED_BY": name.strip(),
                "MATERIAL_VERIFIED_ON": datetime.date.today().isoformat(),
            }
            self.session.run_algorithm("verifypipe", parameters, self._verified, failed=self._not_verified)

    def _verified(self, _results: dict[str, Any]) -> None:
        if not sip.isdeleted(self):
            self.fill()

    def _not_verified(self, error: Any) -> None:
        if not sip.isdeleted(self):
            self._say(error.message)

    def _write_sheets(self) -> None:
        rows = self.table.chosen or self.table.rows
        verification_sheets.write_sheets(self.session, [row["pipe_id"] for row in rows])
