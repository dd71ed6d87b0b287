"""The tab of pressure zones: the list, the worst point, a week and a year of each point."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QLocale, QSignalBlocker
from qgis.PyQt.QtWidgets import QAction, QDoubleSpinBox, QWidget

from waternet_plugin.core import texts
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, sized
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.plots.view import PlotView
from waternet_plugin.gui.pressure.pressure_tab import PressureTab
from waternet_plugin.gui.pressure.zones import point_plot, zone_table
from waternet_plugin.gui.pressure.zones.pulse import Pulse
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.users.question_line import QuestionLine
from waternet_plugin.gui.widgets.layouts import vertical
from waternet_plugin.gui.widgets.menu_entries import menu_entry
from waternet_plugin.gui.widgets.plain_text import literal, plain_label
from waternet_plugin.gui.widgets.row_table import ROW_HEIGHT

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.gui.session.session import Session
    from waternet_plugin.operations.hydraulics.run_pressures import RunPressures
    from waternet_plugin.operations.hydraulics.run_velocities import RunVelocities
    from waternet_plugin.operations.pressure.pressure_overview import PointSeries, PressureOverview

DRAW, POINTS, EPANET = "drawpressurezones", "pressurepoints", "runepanet"
WEEK, MONTH, YEAR, ALWAYS = 7, 31, 365, 0
_PLOT_HEIGHT = 150
# The list keeps so many rows on a small screen.
_LEAST_ROWS = 4


class ZonesTab(PressureTab):
    """Lists the pressure zones by their worst points."""

    KEY = "zones"
    ALGORITHM = POINTS
    TABLES = ("pipe", "node", "zone", "reading", "setting")

    def __init__(self, session: Session, owner: pane.Pane) -> None:
        self.result: PressureOverview | None = None
        self.points: list[dict[str, Any]] = []
        # What the model of the last run lacks, and the run where it is on the map.
        self.run_lacks: tuple[str, ...] = ()
        self.run: RunPressures | None = None
        self.velocities: RunVelocities | None = None
        name = f"{owner.NAME}_{self.KEY}"
        self.days = ChoiceBox(
            f"{name}_days",
            [
                (WEEK, tr("the last week")), (MONTH, tr("the last month")), (YEAR, tr("the last year")),
                (ALWAYS, tr("all readings")),
            ],
            MONTH, accessibleName=tr("Time"), minimumWidth=150, chosen=lambda _key: self.refresh(),
        )  # fmt: skip
        self.required = QDoubleSpinBox(
            objectName=f"{name}_required", minimum=0.01, maximum=2.0, decimals=2, singleStep=0.01,
            suffix=" MPa", keyboardTracking=False, accessibleName=tr("Required pressure (MPa)"),
        )  # fmt: skip
        # Not that of QGIS: the sentence around the number is of our language.
        self.required.setLocale(QLocale(texts.language()))
        self.required.valueChanged.connect(self._other_required)
        # None until somebody asks for another than the setting.
        self.required_mpa: float | None = None
        asks = QuestionLine(
            tr("{days}, required: {required}"), {"days": self.days, "required": self.required}
        )
        below = QWidget()
        self.facts = plain_label("", below, objectName=f"{name}_facts", wordWrap=True)
        self.facts.setFont(sized(self.facts.font(), NOTE_PT))
        self.point = ChoiceBox(
            f"{name}_point", accessibleName=tr("Point"), chosen=lambda key: self.show_point(str(key))
        )
        self.plot = PlotView(session, f"{name}_plot", below, with_title=False, minimumHeight=_PLOT_HEIGHT)
        vertical(self.facts, self.point, (self.plot, 1), parent=below, spacing=4, margins=0)
        super().__init__(session, owner, zone_table.columns(), asks=asks, below=below)
        # At the worst point of all, while there is one.
        self.pulse: Pulse | None = None
        self.list.picked.connect(self.show_zone)
        heading_px = self.list.horizontalHeader().sizeHint().height() + 2 * self.list.frameWidth()
        self.list.setMinimumHeight(heading_px + _LEAST_ROWS * ROW_HEIGHT)
        self.add_button(tr("Draw zones"), "draw", self.draw, tr("Find the pressure zones and keep them"))
        self.add_button(
            tr("EPANET"),
            "epanet",
            self.run_epanet,
            tr("Run EPANET on the network as it is, and keep the run"),
        )
        self.worst_button = self.add_button(
            tr("Worst point"), "worst", self.show_worst, tr("Show the point of the lowest pressure")
        )
        self.estimate_button = self.add_button(
            tr("Pipes…"),
            "estimate",
            self.estimate,
            tr("Keep pressures of pipes, estimated from their nearest point"),
        )
        menu_entry(self.menu, tr("Pressure on the map"), f"{name}_map", self._show_map)
        self.run_entry = menu_entry(
            self.menu, tr("Run of EPANET on the map"), f"{name}_run", self._run_wanted, checkable=True
        )
        self.velocity_entry = menu_entry(
            self.menu,
            tr("Velocities of EPANET on the map"),
            f"{name}_velocities",
            self._velocities_wanted,
            checkable=True,
        )
        menu_entry(self.menu, tr("Save the list…"), f"{name}_save", self._save)
        menu_entry(self.menu, tr("Report"), f"{name}_report", self._show_report)
        self._show_none()

    def algorithm_parameters(self) -> dict[str, Any]:
        """Return with what the algorithm opens."""
        return {} if self.required_mpa is None else {"REQUIRED": self.required_mpa}

    # Reading and showing.

    def ask(self, **wanted: Any) -> None:
        """Show the worst point where ``worst`` says so, once it is read."""
        if wanted.get("worst"):
            self.is_stale = False
            self.refresh(then_worst=True)

    def _other_required(self, mpa: float) -> None:
        self.required_mpa = mpa
        self.refresh()

    def refresh(self, *, then_worst: bool = False) -> None:
        """Read zones and points by the network as it is now; nothing is written."""
        days, required_mpa = self.days.key() or None, self.required_mpa

        def work(network: Any, progress: Progress) -> tuple[Any, ...]:
            from waternet_plugin.operations.pressure.pressure_overview import (
                OverviewRequest,
                pressure_overview,
            )

            found = pressure_overview(network, OverviewRequest(days, required_mpa), progress)
            return found, zone_table.zone_rows(found), zone_table.point_rows(found)

        def done(found: tuple[Any, ...]) -> None:
            self.show_zones(*found)
            if then_worst:
                self.show_worst()

        self.read(tr("Reading pressures"), work, done)

    def show_zones(
        self, result: PressureOverview, rows: list[dict[str, Any]], points: list[dict[str, Any]]
    ) -> None:
        """Show zones and points that were read."""
        before = self.point.key()
        self.result, self.points = result, points
        with QSignalBlocker(self.required):
            self.required.setValue(result.required_mpa)
        said = [*result.summary, *result.notes]
        if not rows:
            said.insert(0, tr("No pressure zone is stored yet: press “Draw zones”."))
        if self.run_lacks:
            said.append(tr("%n remark(s) on the model: point here.", "", len(self.run_lacks)))
        self.show_rows(zone_table.headline(points), rows, joined(said))
        self.note.setToolTip(literal("\n".join([*said, *self.run_lacks])))
        self.worst_button.setEnabled(bool(points))
        self.estimate_button.setEnabled(bool(points) and bool(rows))
        self.point.fill([(row["node_id"], zone_table.point_label(row)) for row in points], None)
        if not points:
            self._show_none()
            return
        self.show_point(before if before in {row["node_id"] for row in points} else points[0]["node_id"])

    def refuse(self, error: Any) -> None:
        """Say why there is no answer."""
        self.points = []
        super().refuse(error)
        self._show_none()

    def _show_none(self) -> None:
        self.forget_beside()
        self.facts.setText("")
        self.point.hide()
        self.plot.hide()
        self._leave_map()
        self._redraw("")

    def _redraw(self, node_id: str) -> None:
        """Draw the points, the one that is looked at with its figure, and the run."""
        lines = [] if self.run is None else zone_table.run_lines(self.run)
        lines += [] if self.velocities is None else zone_table.velocity_lines(self.velocities)
        marks = [] if self.run is None else zone_table.run_marks(self.run)
        marks += zone_table.marks(self.points, self.list.rows, node_id)
        self.overlay.show(lines, marks, self.crs)

    def _leave_map(self) -> None:
        self.overlay.clear()
        if self.pulse is not None:
            self.pulse.remove()
        self.pulse = None

    def come(self) -> None:
        """Come to the front."""
        if self.pulse is not None:
            self.pulse.set_running(True)
        super().come()

    def go(self) -> None:
        """Leave the map to another tab."""
        if self.pulse is not None:
            self.pulse.set_running(False)
        super().go()

    def end(self) -> None:
        """Leave the map for good; what was read is read anew."""
        self._forget_run()
        self._leave_map()

    def show_zone(self, row: dict[str, Any]) -> None:
        """Zoom to a zone; its worst point is plotted."""
        self.facts.setText(zone_table.zone_sentence(row))
        if row["wkb"]:
            self.owner.show_row(row)
        elif row["worst_node"]:
            self._zoom_to_point(row["worst_node"])
        if row["worst_node"]:
            self.show_point(row["worst_node"])

    def show_point(self, node_id: str) -> None:
        """Plot a week and a year of a point, and mark it on the map."""
        self.point.choose(node_id)
        self.point.show()
        self._redraw(node_id)
        if self.pulse is None:
            self.pulse = Pulse(self.session.iface.mapCanvas())
        self.pulse.show_at(self.points[0]["xy"], self.crs)
        required_mpa = self.required.value() if self.result is None else self.result.required_mpa

        def work(network: Any) -> PointSeries:
            from waternet_plugin.operations.pressure.pressure_overview import point_series

            return point_series(network, node_id)

        def done(found: PointSeries) -> None:
            labelled = point_plot.plots_of(found, required_mpa, network=self.session.network_title)
            self.plot.setVisible(bool(labelled))
            if labelled:
                self.plot.set_plots(labelled)

        self.read_beside(tr("Reading pressures"), work, done)

    def show_worst(self) -> None:
        """Zoom to the point of the lowest pressure of all, and plot it."""
        if not self.points:
            return
        worst = self.points[0]
        row = next((one for one in self.list.rows if one["zone_id"] == worst["zone_id"]), None)
        if row is not None:
            self.list.choose_where("zone_id", row["zone_id"])
            self.facts.setText(zone_table.zone_sentence(row))
        self._zoom_to_point(worst["node_id"])
        self.show_point(worst["node_id"])

    def _zoom_to_point(self, node_id: str) -> None:
        row = next((one for one in self.points if one["node_id"] == node_id), None)
        if row is not None:
            self.owner.show_row(row)

    # What is done with them.

    def draw(self) -> None:
        """Find the pressure zones and keep them as one batch that can be undone."""
        self.store(DRAW, {"STORE": True}, lambda _results: tr("Pressure zones are drawn."))

    def estimate(self) -> None:
        """Keep the pressures of pipes, estimated from the nearest point of their zone, as one batch."""

        def said(results: dict[str, Any]) -> str:
            return tr(
                "Pressures of %n pipe(s) are estimated from the nearest point.", "", int(results["PIPES"])
            )

        self.store(POINTS, {"STORE": True, **self.algorithm_parameters(), **self._first_day()}, said)

    def _first_day(self) -> dict[str, str]:
        from datetime import timedelta

        days, result = self.days.key(), self.result
        if not days or result is None or result.last is None:
            return {}
        return {"FROM": (result.last - timedelta(days=days - 1)).isoformat()}

    def run_epanet(self) -> None:
        """Run EPANET on the network as it is, in a process of its own, and keep the run."""

        def said(results: dict[str, Any]) -> str:
            self.run_lacks = tuple(str(results.get("LACKS") or "").splitlines())
            self.show_run()
            lowest = results.get("LOWEST_MPA")
            text = tr("EPANET: %n node(s), lowest {mpa} MPa.", "", int(results["NODES"]))
            return text.format(mpa="–" if lowest is None else f"{lowest:.3f}")

        self.store(EPANET, {"STORE": True}, said)

    def _run_wanted(self) -> None:
        if self.run_entry.isChecked():
            self.show_run()
        else:
            self._forget_run()
            self._redraw(str(self.point.key() or ""))

    def _forget_run(self) -> None:
        """Forget what is drawn of a run: pressures or velocities."""
        self.run = self.velocities = None
        for entry in (self.run_entry, self.velocity_entry):
            entry.setChecked(False)

    def _velocities_wanted(self) -> None:
        """Show the velocities of the newest run on the map, or take them off."""
        if not self.velocity_entry.isChecked():
            self._forget_run()
            self._redraw(str(self.point.key() or ""))
            return

        def work(network: Any, _progress: Progress) -> RunVelocities:
            from waternet_plugin.operations.hydraulics.run_velocities import run_velocities

            return run_velocities(network)

        def done(found: RunVelocities) -> None:
            self._forget_run()
            self.velocities = found
            self.velocity_entry.setChecked(True)
            self.facts.setText(zone_table.velocity_sentence(found))
            self._redraw(str(self.point.key() or ""))

        self._read_run(work, done, self.velocity_entry)

    def show_run(self) -> None:
        """Show the newest run of EPANET on the map: pipes by their pressure, and the low points."""

        def work(network: Any, _progress: Progress) -> RunPressures:
            from waternet_plugin.operations.hydraulics.run_pressures import run_pressures

            return run_pressures(network)

        def done(found: RunPressures) -> None:
            self._forget_run()
            self.run = found
            self.run_entry.setChecked(True)
            self._redraw(str(self.point.key() or ""))

        self._read_run(work, done, self.run_entry)

    def _read_run(self, work: Callable[..., Any], done: Callable[[Any], None], entry: QAction) -> None:
        def refused(error: Any) -> None:
            entry.setChecked(False)
            self.say_refusal(error)

        wanted = on_network(self.session.network_path, work)
        self.session.run(tr("Reading the run"), wanted, done, failed=refused, section=self.working)

    def _show_map(self) -> None:
        self.session.show_theme("pressure")

    def _save(self) -> None:
        wanted = (*zone_table.columns(), *zone_table.further_columns())
        pane.save_shown(self, self.list, wanted, tr("Pressure zones"))

    def _show_report(self) -> None:
        from waternet_plugin.gui.panes.report_files import make_and_show

        found = None if self.result is None else self.result.points
        if found is not None:
            make_and_show(self.session, lambda: found.report, "pressure_points")
