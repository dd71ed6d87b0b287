"""The pane where shares and weights are tried: classes and bands on the map as they change, before a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from waternet_plugin.core.colours import STEPS, TEXT, WHITE
from waternet_plugin.core.errors import CancelledError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.progress_line import Working
from waternet_plugin.gui.panes.section import NOTE_PT, ElidedLabel, sized
from waternet_plugin.gui.tasks.tasks import on_network
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import grid, horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label

if TYPE_CHECKING:
    from waternet_plugin.operations.contents.change_settings import ChangedSettings

# Clicks on an arrow follow one another.
_WAIT_MS = 200


def _matrix_page(matrix: Any) -> str:
    """Return the matrix as HTML: km by both bands, the highest likelihood on top."""
    from waternet_plugin.core.health.risk.what_if import RISK_STEPS

    size = len(matrix.km)
    lines = []
    for row in reversed(range(size)):
        cells = [f'<td align="right">{row + 1}&nbsp;</td>']
        for column in range(size):
            product = (row + 1) * (column + 1)
            shade = next(shade for shade, most in zip(STEPS, RISK_STEPS) if product <= most)
            ink = WHITE if shade == STEPS[-1] else TEXT
            km = matrix.km[row][column]
            text = amounts.number(km, 1) if matrix.pipes[row][column] else "&nbsp;"
            cells.append(
                f'<td width="34" align="right" bgcolor="{shade}"><span style="color:{ink}">{text}</span></td>'
            )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    numbers = "".join(f'<td align="right">{column + 1}</td>' for column in range(size))
    lines.append(f"<tr><td></td>{numbers}</tr>")
    return f'<table cellspacing="1" cellpadding="2">{"".join(lines)}</table>'


class WeighPane(pane.Pane):
    """Shares at the left, weights beside them, the matrix at the right; Apply assesses, Discard forgets."""

    NAME = "wn_weigh"
    TOPIC = "weigh"
    TABLES = ("pipe", "failure", "assessment", "customer", "node")
    READS = True

    def build(self) -> QWidget:
        """Return the fields above the line of buttons."""
        from waternet_plugin.gui.health.rehearsal_fields import ShareFields, WeightFields
        from waternet_plugin.operations.health import what_if_run

        self.setWindowTitle(tr("Health: classes and weights"))
        self._module = what_if_run
        self._basis: Any = None
        # What the values typed last come to; None before the first answer.
        self.outcome: Any = None
        self._preview: Any = None
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS, timeout=self._rehearse)
        inside = QWidget()
        self.shares = ShareFields(self._changed, inside)
        self.weights = (
            WeightFields("likelihood", tr("Weights of likelihood"), self._changed, inside),
            WeightFields("consequence", tr("Weights of consequence"), self._changed, inside),
        )
        fields = QWidget()
        horizontal(
            (self._class_side(fields), 1),
            *((each, 2) for each in self.weights),
            self._matrix_side(fields),
            parent=fields,
            spacing=12,
            margins=0,
        )
        # On a laptop the pane is lower than its fields.
        area = QScrollArea(
            inside, objectName="wn_weigh_fields", widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame
        )
        area.setWidget(fields)
        vertical((area, 1), self._button_line(inside), parent=inside, margins=(12, 4, 12, 8))
        self._fields = (self.shares, *self.weights, self.on_map)
        self._enable(False)
        self.visibilityChanged.connect(self._seen)
        return inside

    def _class_side(self, parent: QWidget) -> QVBoxLayout:
        from waternet_plugin.gui.health import pipe_list

        fields = grid()
        self._metres: dict[str, QLabel] = {}
        for row, (code, described) in enumerate(domain("health_class").items()):
            mark = plain_label(
                "", parent, styleSheet=f"background: {pipe_list.class_colour(code)}; border-radius: 5px;"
            )
            mark.setFixedSize(10, 10)
            metres = plain_label(
                "",
                parent,
                textFormat=Qt.TextFormat.RichText,
                objectName=f"wn_weigh_metres_{code}",
                alignment=Qt.AlignmentFlag.AlignRight,
            )
            fields.addWidget(mark, row, 0)
            fields.addWidget(plain_label(described.label, parent), row, 1)
            fields.addWidget(metres, row, 2)
            self._metres[code] = metres
        fields.setColumnStretch(1, 1)
        self._policy = plain_label(
            "", parent, objectName="wn_weigh_policy", wordWrap=True, font=sized(parent.font(), NOTE_PT)
        )
        return vertical(self.shares, fields, self._policy, 1)

    def _matrix_side(self, parent: QWidget) -> QVBoxLayout:
        head = plain_label(tr("Likelihood (up) and consequence (right), km"), parent, wordWrap=True)
        self._matrix = plain_label(
            "", parent, objectName="wn_weigh_matrix", textFormat=Qt.TextFormat.RichText, minimumWidth=212
        )
        return vertical(head, self._matrix, 1, spacing=4)

    def _button_line(self, parent: QWidget) -> QHBoxLayout:
        self.on_map = QComboBox(
            parent,
            objectName="wn_weigh_on_map",
            toolTip=tr("Classes are based on money and shares; weights change the matrix only."),
        )
        self.on_map.setFixedHeight(24)
        self.on_map.addItem(tr("Map: classes"), self._module.CLASSES)
        self.on_map.addItem(tr("Map: likelihood x consequence"), self._module.BANDS)
        self.on_map.currentIndexChanged.connect(lambda _place: self._changed())
        self._said = ElidedLabel(parent, objectName="wn_weigh_said")
        self._working = Working("wn_weigh", parent)
        self._discard = pane.button(
            tr("Discard"),
            "wn_weigh_discard",
            self.discard,
            parent,
            toolTip=tr("Return to the recorded classes"),
        )
        self._apply = pane.button(
            tr("Apply"),
            "wn_weigh_apply",
            self.apply,
            parent,
            toolTip=tr("Saves these values as thresholds of the network and assesses again"),
        )
        return horizontal(self.on_map, (self._said, 1), self._working, self._discard, self._apply)

    def _enable(self, able: bool) -> None:
        for widget in self._fields:
            widget.setEnabled(able)
        self._discard.setEnabled(able and self.is_changed)
        self._apply.setEnabled(able and self.is_changed and not self._missing())

    # What is typed.

    def values(self) -> dict[str, float]:
        """Return shares (0 to 1) and weights (percent) as typed."""
        found = self.shares.values()
        for each in self.weights:
            found.update(each.values())
        return found

    @property
    def is_changed(self) -> bool:
        """Whether something else is typed than the run was made with."""
        if self._basis is None:
            return False
        before = self._basis.values()
        return any(abs(before[key] - value) > 1e-9 for key, value in self.values().items())

    def _missing(self) -> str:
        return next((found for found in (each.missing() for each in self.weights) if found), "")

    def _set_values(self) -> None:
        values = self._basis.values()
        self.shares.set_values(values)
        for each in self.weights:
            each.set_values(values)

    # Reading and classing.

    def refresh(self) -> None:
        """Read the shown run; what was typed for it stays."""
        self._stop()

        def done(basis: Any) -> None:
            same = (
                self._basis is not None and basis is not None and basis.run.run_id == self._basis.run.run_id
            )
            self._basis = basis
            if basis is None:
                self._end_preview()
                self._said.set_text(tr("There is no assessment yet. Assess health first."))
                self._enable(False)
                return
            if not same:
                self._end_preview()
                self._set_values()
            self._enable(True)
            self._rehearse()

        self.read(tr("Reading health"), self._module.read, done, section=self._working)

    def _stop(self) -> None:
        """Drop what is under way: it answers a question of before."""
        self._latest.drop()
        self._wait.stop()

    def _failed(self, error: Any) -> None:
        if not isinstance(error, CancelledError):
            self._said.set_text(error.message, error.message)

    def _changed(self) -> None:
        missing = self._missing()
        self._enable(self._basis is not None)
        if missing:
            self._said.set_text(missing, missing)
            return
        self._wait.start()

    def _rehearse(self) -> None:
        """Class the run again by what is typed, on arrays, in a task."""
        basis, values, module = self._basis, self.values(), self._module
        if basis is None:
            return
        on_map = str(self.on_map.currentData())

        def work(progress: Any) -> Any:
            return module.rehearse(basis, values, on_map, progress)

        def done(outcome: Any) -> None:
            if not self.isHidden():
                self._show(outcome, on_map)

        self._latest.begin(tr("Reclassifying"), work, done, self._failed, is_quiet=True)

    def _show(self, outcome: Any, on_map: str) -> None:
        self.outcome = outcome
        for code, label in self._metres.items():
            before, after = (amounts.km(metres[code]) for metres in (outcome.before_m, outcome.after_m))
            # The unit stands once.
            changed = f"{before.removesuffix(' km')} → <b>{after}</b>"
            label.setText(after if before == after else changed)
        text = tr(
            "Of these to renew now, {km} are added by the policy list, in addition to the length above."
        )
        self._policy.setText(text.format(km=amounts.km(outcome.policy_m)))
        self._policy.setVisible(outcome.policy_m > 0)
        self._matrix.setText(_matrix_page(outcome.matrix))
        run = self._basis.run.run_id
        if self.is_changed:
            text = tr("Preview from assessment {run}; nothing is recorded.").format(run=run)
        else:
            text = tr("As recorded in assessment {run}.").format(run=run)
        if outcome.unchanged:
            kept = tr("%n pipe(s) have kept their bands, which had a different basis.", "", outcome.unchanged)
            text = tr("{first} {then}").format(first=text, then=kept)
        self._said.set_text(text, text)
        self._enable(True)
        if self.is_changed or on_map == self._module.BANDS:
            self._draw(outcome)
        else:
            self._end_preview()

    # The map.

    def _draw(self, outcome: Any) -> None:
        from waternet_plugin.bridge.project import previewing, switching
        from waternet_plugin.bridge.styling import pipes
        from waternet_plugin.bridge.styling.expressions import preview_signs

        layer = self.session.layer("pipe_health")
        if layer is None:
            return
        if self._preview is None:
            if switching.theme_of(QgsProject.instance()) != "health":
                self.session.show_theme("health")
            self._preview = previewing.LayerPreview(layer, self._preview_ended)
        chosen = switching.look_of(QgsProject.instance())
        signs = preview_signs(self._basis.fid, outcome.shown)
        self._preview.show(signs, pipes.preview_renderer(chosen, outcome.legend_m, outcome.words))

    def _preview_ended(self) -> None:
        """Somebody restyles the project: draw again over what they made."""
        self._preview = None
        if not self.isHidden():
            self._wait.start()

    def _end_preview(self) -> None:
        if self._preview is not None:
            self._preview.end()
        self._preview = None

    # Apply and discard.

    def discard(self) -> None:
        """Forget what was typed; the map is as recorded again."""
        if self._basis is None:
            return
        self.on_map.setCurrentIndex(0)
        self._set_values()
        self._rehearse()

    def apply(self) -> None:
        """Keep the values as thresholds of the network and assess anew as the shown run was."""
        if self._basis is None or self._missing():
            return
        from waternet_plugin.gui.health.repeating import assess_again

        path, run = self.session.network_path, self._basis.run
        values = {key: f"{value:.10g}" for key, value in self.values().items()}

        def work(network: Any, progress: Any) -> ChangedSettings:
            from waternet_plugin.operations.contents.change_settings import (
                ChangeSettingsRequest,
                change_settings,
            )

            return change_settings(network, ChangeSettingsRequest(values), progress)

        def done(written: ChangedSettings) -> None:
            if path != self.session.network_path:
                return
            if written.keys:
                self.session.written("setting")
            assess_again(self.session, run, shown, failed=self._failed, section=self._working)

        def shown(_results: Any) -> None:
            from waternet_plugin.gui.health.why_pane import show_run

            self._end_preview()
            self.on_map.setCurrentIndex(0)
            show_run(self.session, None)

        self.session.run(
            tr("Saving the thresholds"), on_network(path, work), done, failed=self._failed, is_quiet=True
        )

    # Coming and going.

    def _seen(self, visible: bool) -> None:
        # A pane that is only behind another one keeps its preview.
        if not visible and self.isHidden():
            self._stop()
            self._end_preview()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take the preview away with the pane."""
        self._stop()
        self._end_preview()
        super().closeEvent(event)
