"""The pane that compares two assessments: what got worse, on the map and as a list."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QComboBox, QSizePolicy, QWidget

from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import ElidedLabel
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.layouts import horizontal, vertical
from waternet_plugin.gui.widgets.plain_text import plain_label
from waternet_plugin.gui.widgets.row_table import RowsView

# Tells QGIS and us that a layer holds nothing that could be lost.
MARK = "waternet/changes"
_CHANGES = ("worse", "better", "settings", "new", "gone")


def drop_leftovers(session: Session) -> None:
    """Remove a layer of changes that was saved with a project: its rows are gone."""
    project = QgsProject.instance()
    alive = {each.layer_id for each in pane.panes_of(session, ComparePane) if not sip.isdeleted(each)}
    for layer_id, layer in project.mapLayers().items():
        if layer.customProperty(MARK) and layer_id not in alive:
            project.removeMapLayer(layer_id)


class ComparePane(pane.Pane):
    """Two runs to choose, the changes in kilometres, the changed pipes; its layer goes when it closes."""

    NAME = "wn_compare"
    TOPIC = "compare"
    TABLES = ("assessment",)

    def build(self) -> QWidget:
        """Return the choice of runs above the list."""
        from waternet_plugin.gui.health import run_changes

        self.setWindowTitle(tr("Health: what changed"))
        self._module = run_changes
        self._changes: Any = None
        self.layer_id = ""
        inside = QWidget()
        self.first = self._combo("wn_compare_first", inside)
        self.second = self._combo("wn_compare_second", inside)
        for combo in (self.first, self.second):
            # Whole, however wide the other box is.
            combo.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._change = self._combo("wn_compare_change", inside)
        for code in _CHANGES:
            mark = QPixmap(10, 10)
            mark.fill(QColor(run_changes.change_colour(code)))
            self._change.addItem(QIcon(mark), run_changes.change_label(code), code)
        self._head = ElidedLabel(inside, objectName="wn_compare_head")
        line = horizontal(self.first, plain_label("→", inside), self.second)
        line.addSpacing(8)
        line.addWidget(self._head, 1)
        line.addWidget(self._change)
        line.addWidget(pane.tool(tr("Copy"), "wn_compare_copy", self._copy, inside))
        line.addWidget(pane.tool(tr("CSV…"), "wn_compare_csv", self._save, inside))
        self._rows = RowsView(run_changes.columns(), "wn_compare_list", inside)
        self._rows.picked.connect(self.show_row)
        vertical(line, (self._rows, 1), parent=inside, margins=(12, 4, 12, 8))
        self.first.activated.connect(lambda _place: self._chosen())
        self.second.activated.connect(lambda _place: self._chosen())
        self._change.currentIndexChanged.connect(lambda _place: self._show_rows())
        self.visibilityChanged.connect(self._seen)
        return inside

    def _combo(self, name: str, parent: QWidget) -> QComboBox:
        combo = QComboBox(
            parent, objectName=name, sizeAdjustPolicy=QComboBox.SizeAdjustPolicy.AdjustToContents
        )
        combo.setFixedHeight(24)
        return combo

    def refresh(self) -> None:
        """Compare the two newest runs, or those chosen."""
        self.compare(str(self.first.currentData() or ""), str(self.second.currentData() or ""))

    def ask(self, **wanted: Any) -> None:
        """Compare ``first`` with ``second``; without them those chosen, or the two newest."""
        if wanted:
            self.compare(str(wanted["first"]), str(wanted["second"]))
        else:
            self.refresh()

    def compare(self, first: str, second: str) -> None:
        """Compare two runs; '' for that of the newest day, and the one before it."""
        module = self._module
        main = QCoreApplication.instance().thread()

        def work(network: Any, progress: Any) -> Any:
            from waternet_plugin.operations.health.run_changes import read_run_changes, runs_by_day, two_runs

            runs = runs_by_day(network)
            if len(runs) < 2:
                return runs, None, None
            found = read_run_changes(network, *two_runs(runs, first, second), progress)
            layer = module.layer_of(found, network.crs)
            layer.moveToThread(main)
            return runs, found, layer

        self._head.set_text(tr("Comparing…"))
        self.read(tr("Comparing two assessments"), work, lambda result: self._show(*result), is_quiet=False)

    def _chosen(self) -> None:
        if self.first.currentData() == self.second.currentData():
            self._head.set_text(tr("Choose two different assessments."))
            return
        self.refresh()

    def _show(self, runs: Any, found: Any, layer: Any) -> None:
        self._fill(runs, found)
        self._changes = found
        self._remove_layer()
        if found is None:
            self.setWindowTitle(tr("Health: what changed"))
            self._rows.set_rows([])
            self._head.set_text(
                tr("Two assessments are needed for a comparison. Assess health again, then compare.")
            )
            return
        metres, pipes = found.metres, found.counts
        parts = [
            tr("{change}: %n pipe(s), {length}", "", pipes[code]).format(
                change=self._module.change_label(code),
                length=amounts.length(metres[code]),
            )
            for code in _CHANGES
            if pipes[code]
        ]
        told = tr("; ", "between reasons").join(parts) or tr("Nothing changed.")
        if found.other:
            told = joined((found.other, told))
        self._head.set_text(told)
        # The line above the list is short; the title has room for all of it.
        self.setWindowTitle(tr("What changed: {changes}").format(changes=told))
        self._show_rows()
        self._add_layer(layer)

    def _fill(self, runs: Any, found: Any) -> None:
        """Offer every run, those compared chosen."""
        for combo, wanted in ((self.first, found and found.first), (self.second, found and found.second)):
            combo.blockSignals(True)
            combo.clear()
            for run in reversed(runs):
                day = run.as_of.isoformat() if run.as_of else ""
                combo.addItem(f"{run.run_id}  {day}", run.run_id)
            combo.setCurrentIndex(max(combo.findData(wanted), 0))
            combo.blockSignals(False)

    def _show_rows(self) -> None:
        if self._changes is not None:
            rows = self._module.rows_of(self._changes, str(self._change.currentData()))
            self._rows.set_rows(rows[: self._module.MOST])

    # The layer of the changes.

    def _add_layer(self, layer: Any) -> None:
        """Put the changes above a quiet map of all pipes; the current layer and the selection stay."""
        project = QgsProject.instance()
        # The theme of the plan without the plan: every pipe in one quiet grey.
        self.session.show_theme("plan")
        self.layer_id = layer.id()
        layer.setCustomProperty("skipMemoryLayersCheck", 1)
        layer.setCustomProperty(MARK, "yes")
        project.addMapLayer(layer, False)
        root = project.layerTreeRoot()
        health, plan = (self._node(key) for key in ("pipe_health", "pipe_plan"))
        if plan is not None:
            plan.setItemVisibilityChecked(False)
        group = health.parent() if health is not None else root
        group.insertLayer(0, layer).setItemVisibilityCheckedParentRecursive(True)
        if root.hasCustomLayerOrder():
            order = [each for each in root.customLayerOrder() if each.id() != layer.id()]
            ours = self.session.layer("pipe_health")
            place = order.index(ours) if ours in order else 0
            root.setCustomLayerOrder([*order[:place], layer, *order[place:]])

    def _node(self, key: str) -> Any:
        """Return where one of our layers stands in the tree, None where it is not there."""
        layer = self.session.layer(key)
        return None if layer is None else QgsProject.instance().layerTreeRoot().findLayer(layer.id())

    def _remove_layer(self, *, show_health: bool = False) -> None:
        project = QgsProject.instance()
        if self.layer_id and project.mapLayer(self.layer_id) is not None:
            project.removeMapLayer(self.layer_id)
            if show_health:
                self.session.show_theme("health")
            self.session.iface.mapCanvas().refresh()
        self.layer_id = ""

    def _seen(self, visible: bool) -> None:
        # A pane that is only behind another one keeps its layer.
        if not visible and self.isHidden():
            self._remove_layer(show_health=True)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Take the layer of the changes away with the pane."""
        self._remove_layer(show_health=True)
        super().closeEvent(event)

    # The list.

    def _copy(self) -> None:
        self.copy_rows(self._rows)

    def _save(self) -> None:
        if self._changes is None:
            return
        found, change, rows_of = self._changes, str(self._change.currentData()), self._module.rows_of
        name = f"{found.first}_{found.second}_{self._change.currentText()}"
        pane.save_rows(self.session, self, self._rows.columns, lambda: rows_of(found, change), name)
