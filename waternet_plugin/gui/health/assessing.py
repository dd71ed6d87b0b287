"""Assess from the panel: a day, the records, a horizon; then the map and the answer show themselves."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QLineEdit, QSpinBox, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui import pane
from waternet_plugin.gui.running import RunOptions, show_result

if TYPE_CHECKING:
    from waternet_plugin.gui.section import Section
    from waternet_plugin.gui.session import Session

_HORIZON_YEARS = 5
_MOST_YEARS = 50


class AssessOptions(RunOptions):
    """The options of an assessment."""

    ALGORITHM = "assesshealth"

    def __init__(self, session: Session, section: Section, parent: QWidget) -> None:
        super().__init__("wn_assess_options", tr("Assess"), session, section, parent)
        self.as_of = QLineEdit(self)
        self.as_of.setObjectName("wn_assess_as_of")
        self.records_from = QLineEdit(self)
        self.records_from.setObjectName("wn_assess_records_from")
        self.records_from.setPlaceholderText(tr("found from the records"))
        self.horizon = QSpinBox(self)
        self.horizon.setObjectName("wn_assess_horizon")
        self.horizon.setRange(1, _MOST_YEARS)
        self.horizon.setValue(_HORIZON_YEARS)
        self.add(
            tr("As of"),
            self.as_of,
            tr("Day of the assessment, YYYY-MM-DD; later failures are not looked at. Empty: today."),
        )
        self.add(
            tr("Records from"),
            self.records_from,
            tr("Day from which on all failures were recorded, YYYY-MM-DD. Empty: found from the records."),
        )
        self.add(tr("Horizon, years"), self.horizon, tr("Years ahead that likelihood and risk cover."))

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

    def show_newest(self) -> None:
        """Turn map and panel to the new assessment."""
        show_run(self._session, None)


def show_run(session: Session, run_id: str | None) -> None:
    """Show a run on the map and in the panel.

    Parameters
    ----------
    session
        What the windows share.
    run_id
        The run; None for always the newest.
    """

    def choose(network: Any) -> tuple[Any, bool]:
        from waternet_plugin.gui.health import recorded

        runs = recorded.read_runs(network)
        wanted = runs.named(run_id) if run_id else None
        changes = (wanted is not None) != runs.chosen or (
            wanted is not None and runs.shown is not None and wanted.run_id != runs.shown.run_id
        )
        if changes:
            network.show_run(wanted.run_id if wanted else None)
            runs = recorded.read_runs(network)
        return runs.shown, changes

    def open_pane() -> None:
        from waternet_plugin.gui.health.why import NETWORK, WhyPane

        pane.open_pane(session, WhyPane, mode=NETWORK)

    show_result(session, tr("Showing the assessment"), choose, show_on_map, open_pane)


def show_on_map(session: Session, run: Any) -> None:
    """Turn the map to health, its legend to the kilometres of a run."""
    from waternet_plugin.bridge import refreshing

    metres = {code: 1000.0 * float(km) for code, km in run.figures.get("class_km", {}).items()}
    refreshing.refresh_results(QgsProject.instance(), health_m=metres)
    session.reload_layers("pipe_health")
    session.show_theme("health")
