"""The line of the scenario above the list of zones: which one is drawn, and what is done with it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QMenu, QWidget

from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets.layouts import horizontal
from waternet_plugin.gui.widgets.menu_entries import menu_button, menu_entry
from waternet_plugin.gui.widgets.plain_text import literal

if TYPE_CHECKING:
    from waternet_plugin.gui.dma.boundaries.drawing_model import DrawingModel
    from waternet_plugin.gui.dma.kept_scenario import KeptScenario


class ScenarioLine(QWidget):
    """Lists the scenarios and says what a person wants of the one that is drawn.

    The button that compares is put into another line by the pane: this one is full.

    Parameters
    ----------
    scenario
        The one that is drawn, and the list.
    model
        Knows what is not stored.
    parent
        The pane.
    """

    # Id of the scenario to draw on, '' for the network as it is.
    chosen = pyqtSignal(str)
    branched = pyqtSignal()
    saved = pyqtSignal()
    adopted = pyqtSignal()
    # Id of the scenario to compare with, '' for the network as it is.
    compared = pyqtSignal(str)

    def __init__(self, scenario: KeptScenario, model: DrawingModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._scenario, self._model = scenario, model
        self.box = QComboBox(
            self,
            objectName="wn_dma_scenario",
            toolTip=tr("What is drawn on; the network itself stays as it is"),
            activated=self._box_activated,
        )
        self.box.setFixedHeight(24)
        self.branch_button = pane.tool(
            "+", "wn_dma_branch", self.branched.emit, self, toolTip=literal(tr("Go on in a new scenario"))
        )
        self.save_button = pane.tool(
            tr("Save"),
            "wn_dma_save",
            self.saved.emit,
            self,
            toolTip=literal(tr("Store the scenario (Enter)")),
        )
        self.menu = QMenu(self, objectName="wn_dma_compare_menu")
        self.menu.aboutToShow.connect(self.fill_menu)
        self.compare_button = menu_button(
            "wn_dma_compare",
            self.menu,
            self,
            tr("Compare…"),
            toolTip=literal(tr("Compare with the network as it is or with another scenario")),
        )
        self.adopt_button = pane.tool(
            tr("Adopt", "a scenario"),
            "wn_dma_adopt",
            self.adopted.emit,
            self,
            toolTip=literal(
                tr(
                    "Adopt this scenario: zones and meters are written to the network as one batch, with "
                    "work orders for valves and new devices"
                )
            ),
        )
        horizontal(
            *((self.box, 1), self.branch_button, self.save_button, self.adopt_button),
            parent=self,
            margins=0,
        )
        scenario.changed.connect(self.show_scenario)
        self.show_scenario()

    def show_scenario(self) -> None:
        """List the scenarios, the one that is drawn chosen; a star says that it is not stored."""
        scenario, box = self._scenario, self.box
        box.clear()
        box.addItem(tr("Live"), "")
        for head in scenario.heads:
            star = " *" if self._model.is_unsaved and head.scenario_id == scenario.scenario_id else ""
            box.addItem(head.name + star, head.scenario_id)
        if scenario.name and not scenario.scenario_id:
            box.addItem(scenario.name + " *", None)
            box.setCurrentIndex(box.count() - 1)
        else:
            box.setCurrentIndex(max(0, box.findData(scenario.scenario_id)))
        self.save_button.setEnabled(self._model.is_unsaved)
        self.adopt_button.setEnabled(not scenario.is_live)
        self.compare_button.setEnabled(bool(scenario.heads) or not scenario.is_live)

    def _box_activated(self, index: int) -> None:
        wanted = self.box.itemData(index)
        if wanted is None or (wanted == self._scenario.scenario_id and not self._scenario.name):
            return
        self.chosen.emit(wanted)

    def fill_menu(self) -> None:
        """List what the drawn scenario can be compared with."""
        scenario = self._scenario
        self.menu.clear()
        others = [] if scenario.is_live else [("", tr("Live"))]
        others += [
            (head.scenario_id, head.name)
            for head in scenario.heads
            if head.scenario_id != scenario.scenario_id
        ]
        for scenario_id, name in others:
            # An ampersand would mark the key of the entry.
            menu_entry(
                self.menu,
                name.replace("&", "&&"),
                f"wn_dma_compare_{scenario_id or 'live'}",
                partial(self.compared.emit, scenario_id),
            )
