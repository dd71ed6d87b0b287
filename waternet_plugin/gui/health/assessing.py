"""Assess from the panel: a day, the records, a horizon; then the map and the answer show themselves."""

from __future__ import annotations

import datetime
from typing import Any

from qgis.PyQt.QtWidgets import QLineEdit, QSpinBox, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.run_options import RunOptions
from waternet_plugin.gui.panes.section import PanelSection
from waternet_plugin.gui.session.session import Session

_HORIZON_YEARS = 5
_MOST_YEARS = 50


class AssessOptions(RunOptions):
    """The options of an assessment."""

    ALGORITHM = "assesshealth"

    def __init__(self, session: Session, section: PanelSection, parent: QWidget) -> None:
        super().__init__("wn_assess_options", tr("Assess"), session, section, parent)
        self.as_of = QLineEdit(self, objectName="wn_assess_as_of")
        self.records_from = QLineEdit(
            self, objectName="wn_assess_records_from", placeholderText=tr("from the records")
        )
        self.horizon = QSpinBox(
            self, objectName="wn_assess_horizon", minimum=1, maximum=_MOST_YEARS, value=_HORIZON_YEARS
        )
        self.add(
            tr("As of"),
            self.as_of,
            tr("Date of the assessment, YYYY-MM-DD; later failures are ignored. Empty: today."),
        )
        self.add(
            tr("Records from"),
            self.records_from,
            tr("Date from which all failures were recorded, YYYY-MM-DD. Empty: determined from the records."),
        )
        self.add(
            tr("Horizon, years"), self.horizon, tr("Number of years ahead that likelihood and risk cover.")
        )

    def open(self) -> None:
        """Unfold with what was used last with this network; the day is always today."""
        self.as_of.setPlaceholderText(datetime.date.today().isoformat())
        self.records_from.setText(str(self._session.remembered("assess/records_from", "") or ""))
        self.horizon.setValue(
            int(self._session.remembered("assess/horizon", _HORIZON_YEARS) or _HORIZON_YEARS)
        )
        super().open()

    def parameters(self) -> dict[str, Any]:
        """Return what was typed, and keep it for the next time."""
        records_from = self.records_from.text().strip()
        self._session.remember("assess/records_from", records_from)
        self._session.remember("assess/horizon", self.horizon.value())
        return {
            "AS_OF": self.as_of.text().strip(),
            "WINDOW_START": records_from,
            "HORIZON": float(self.horizon.value()),
        }

    def show_newest(self, _results: dict[str, Any]) -> None:
        """Turn map and panel to the new assessment."""
        from waternet_plugin.gui.health.why_pane import show_run

        show_run(self._session, None)
