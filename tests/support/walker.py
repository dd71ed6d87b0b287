"""A person who does things in any order: random steps through dock and wizard, and what must hold after each.

The same walk goes in tests with a fake window and in desktop QGIS (``tests/desktop/walks.py``). Steps do not
wait for the work they start, so that the next one meets it under way.
"""

from __future__ import annotations

import random
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, QTimer
from qgis.PyQt.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox, QWidget

from support.shape_files import written_in
from support.widgets import trigger
from waternet_plugin import language
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.gui.start import open_networks

EAST, NORTH = 500_000, 2_500_000
PATIENCE_S = 60.0
# What our layers stand in: marks of layers made by us.
_MARKS = (layer_tree.LAYER_MARK, "waternet/rejected", layer_tree.BASE_MARK)


def write_files(folder: Path) -> list[Path]:
    """Write two small files of a utility: pipes in GBK, one of them without a line, and failures."""
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry import LineString

    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "管线编号": f"X-{number}",
            "管线类别": "给水",
            "材质": ("球墨铸铁", "灰口铸铁", "PE")[number % 3],
            "管径": 100 * (1 + number % 4),
            "埋设年代": 1970 + number,
            "geometry": LineString(
                [(EAST, NORTH + 500 + 30 * number), (EAST + 90, NORTH + 500 + 30 * number)]
            ),
        }
        for number in range(12)
    ]
    rows[-1]["geometry"] = None
    pipes = folder / "管线.shp"
    with written_in("gb18030"):
        gpd.GeoDataFrame(rows, crs="EPSG:4547").to_file(pipes, encoding="gb18030")
    failures = folder / "抢修.csv"
    events = [
        {"抢修编号": f"R-{number}", "日期": f"20{10 + number}-03-01", "管线编号": f"X-{number % 5}"}
        for number in range(9)
    ]
    pd.DataFrame(events).to_csv(failures, index=False, encoding="gb18030")
    return [pipes, failures]


def step(weight: int = 3, *, network: bool = False, wizard: bool = False) -> Callable[[Any], Any]:
    """Say how often a step is taken, and whether it needs a network or the wizard to be open."""

    def mark(method: Any) -> Any:
        method.weight, method.network, method.wizard = weight, network, wizard
        return method

    return mark


class Walker:
    """Takes random steps and looks around after each.

    Parameters
    ----------
    plugin
        The loaded plugin.
    iface
        The window, real or fake.
    networks
        Networks with their projects, of which copies are used.
    folder
        Place of the copies and of what is made on the way.
    seed
        Decides the steps.
    """

    def __init__(self, plugin: Any, iface: Any, networks: list[Path], folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)
        self.plugin, self.iface, self.folder = plugin, iface, folder
        self.steps: list[str] = []
        self.faults: list[str] = []
        self.networks = [self._copied(source, number) for number, source in enumerate(networks)]
        self.files = write_files(folder / "files")
        self._samples = 0
        self._answerer = QTimer()
        self._answerer.setInterval(40)
        self._answerer.timeout.connect(self._answer)

    def _copied(self, source: Path, number: int) -> Path:
        place = self.folder / f"town{number}"
        place.mkdir(parents=True)
        for suffix in (".gpkg", ".qgz"):
            shutil.copy(source.with_suffix(suffix), place / f"{source.stem}{suffix}")
        return place / source.name

    @property
    def session(self) -> Any:
        """The plugin's session."""
        return self.plugin.session

    # ----------------------------------------------------------------------------- hearing and looking

    def __enter__(self) -> Walker:
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._hear_exception
        threading.excepthook = lambda args: self._hear_exception(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        QgsApplication.messageLog().messageReceived.connect(self._hear_message)
        self._answerer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._answerer.stop()
        sys.excepthook, threading.excepthook = self._hooks
        QgsApplication.messageLog().messageReceived.disconnect(self._hear_message)
        language.install("en")

    def _hear_exception(self, kind: Any, error: Any, trace: Any) -> None:
        self.faults.append("".join(traceback.format_exception(kind, error, trace)))

    def _hear_message(self, text: str, tag: str, _level: int) -> None:
        if "Traceback" in text or ("Error: " in text and tag in ("WaterNet", "Python error")):
            self.faults.append(f"{tag}: {text}")

    def _answer(self) -> None:
        """Press any button of a question that is open; choose no file."""
        window = QApplication.activeModalWidget()
        if isinstance(window, QMessageBox) and window.buttons():
            self._chance.choice(window.buttons()).click()
        elif isinstance(window, QFileDialog):
            window.reject()

    def look_around(self) -> None:
        """Find layers of ours that stand outside our groups or have a source that will not last."""
        project = QgsProject.instance()
        root = project.layerTreeRoot()
        network = self.session.network_path
        for layer in project.mapLayers().values():
            if not any(layer.customProperty(mark) for mark in _MARKS):
                if network and layer.source().startswith(network + "|"):
                    self.faults.append(f"{layer.name()}: reads our network and is not marked as ours")
                continue
            if layer.dataProvider().name() == "memory":
                self.faults.append(f"{layer.name()}: in memory only")
            if layer.customProperty(layer_tree.LAYER_MARK) and network:
                path = layer.source().split("|")[0]
                if Path(path) != Path(network):
                    self.faults.append(f"{layer.name()}: reads {path}, the network is {network}")
            if not network:
                continue
            node, marks = root.findLayer(layer.id()), []
            while node is not None and node.parent() is not None:
                node = node.parent()
                marks.append(node.customProperty(layer_tree.GROUP_MARK))
            if not any(marks):
                self.faults.append(f"{layer.name()}: outside our groups")

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was started is under way."""
        wizard = self.session.window("wn_wizard")
        return not self.session.running and not (wizard is not None and wizard.is_busy)

    def let_work(self, seconds: float = 0.0, until: Callable[[], Any] | None = None) -> None:
        """Let QGIS work for a time, or until something holds."""
        end = time.monotonic() + (PATIENCE_S if until is not None else seconds)
        while True:
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            if until is not None and until():
                return
            if time.monotonic() >= end:
                if until is not None:
                    self.faults.append(f"nothing came to an end: {self.session.running}")
                return
            time.sleep(0.005)

    # ------------------------------------------------------------------------------------------ walking

    def walk(self, steps: int) -> None:
        """Take some steps; stops at the first fault."""
        names = [name for name in dir(self) if name.startswith("do_")]
        while len(self.steps) < steps and not self.faults:
            possible = [name for name in names if self._is_possible(getattr(type(self), name).__dict__)]
            weights = [getattr(type(self), name).__dict__.get("weight", 3) for name in possible]
            name = self._chance.choices(possible, weights)[0]
            self.steps.append(name[3:])
            told = getattr(self, name)()
            if told:
                self.steps[-1] += f" {told}"
            # Mostly a person looks what came of it; sometimes the next step comes at once.
            if self._chance.random() < 0.6:
                self.let_work(until=lambda: self.is_idle)
            self.let_work(self._chance.choice((0.0, 0.0, 0.02, 0.1)))
            self.look_around()
        self.let_work(until=lambda: self.is_idle)
        self.let_work(0.1)
        self.look_around()

    def _is_possible(self, needs: dict[str, Any]) -> bool:
        """Return whether what a step needs, a network or the wizard, is open."""
        return not (
            (needs.get("network") and not self.session.network_path)
            or (needs.get("wizard") and self._wizard() is None)
        )

    def story(self) -> str:
        """Return the faults and the last steps before them."""
        return "\n".join([*self.faults, f"after {len(self.steps)} steps:", *self.steps[-25:]])

    def _press(self, name: str, parent: QObject | None = None) -> str:
        """Press the button or trigger the action of a name, if it can be pressed now."""
        found = (parent or self.iface.mainWindow()).findChild(QObject, name)
        if found is None or not found.isEnabled() or (isinstance(found, QWidget) and not found.isVisible()):
            return "(not there)"
        found.trigger() if hasattr(found, "trigger") else found.click()
        return ""

    # ------------------------------------------------------------------------------- networks, projects

    @step(8)
    def do_open_network(self) -> str:
        path = self._chance.choice(self.networks)
        self.session.open_network(str(path))
        return path.parent.name

    @step(2, network=True)
    def do_close_network(self) -> None:
        self.session.iface.newProject(True)

    @step(2)
    def do_add_to_project(self) -> None:
        self.session.add_to_project(str(self._chance.choice(self.networks)))

    @step(1)
    def do_new_project(self) -> None:
        QgsProject.instance().clear()

    @step(3)
    def do_save_project(self) -> str:
        project = QgsProject.instance()
        if not project.fileName():
            project.setFileName(str(self.folder / "mine.qgz"))
        project.write()
        return Path(project.fileName()).name

    @step(2, network=True)
    def do_save_project_elsewhere(self) -> str:
        place = self.folder / f"elsewhere{self._chance.randrange(3)}"
        place.mkdir(exist_ok=True)
        QgsProject.instance().write(str(place / "copy.qgz"))
        return place.name

    @step(3)
    def do_reopen_project(self) -> None:
        path = QgsProject.instance().fileName()
        if path and Path(path).exists():
            open_networks.open_project(self.session, path)

    @step(1, network=True)
    def do_network_goes_away_and_comes_back(self) -> None:
        path = Path(self.session.network_path)
        if not path.exists():
            return
        away = path.with_name("away.gpkg")
        # A write under way has its own file; what is moved then would be half a network.
        self.let_work(until=lambda: self.is_idle)
        path.rename(away)
        self.session.look_at_file()
        self.let_work(0.05)
        action = self._chance.choice(("theme", "undo", "nothing"))
        if action == "theme":
            self.session.show_theme("health")
        elif action == "undo":
            self.session.run_algorithm("undobatch", {}, lambda _results: None)
        self.let_work(until=lambda: self.is_idle)
        away.rename(path)
        self.session.look_at_file()

    @step(1)
    def do_sample_town(self) -> None:
        if self._samples >= 2:
            return
        self._samples += 1
        page = self.session.open_start_page()
        from waternet_plugin.gui.start.start_page import SampleTown

        self._town = SampleTown(self.session, page.sample.working)
        self._town.start(self.folder / f"sample{self._samples}")

    @step(1)
    def do_start_page(self) -> None:
        self.session.open_start_page()

    # --------------------------------------------------------------------------------------------- map

    @step(3, network=True)
    def do_theme(self) -> str:
        self.plugin.actions.menu.findChild(QObject, "wn_menu_map").fill()
        theme = self._chance.choice(("system", "material", "age", "status", "health", "verified", "plan"))
        return theme + self._press(f"wn_theme_{theme}", self.plugin.actions.menu)

    @step(3, network=True)
    def do_palette(self) -> str:
        self.plugin.actions.menu.findChild(QObject, "wn_menu_map").fill()
        palette = self._chance.choice(("screen", "print", "cjj61"))
        return palette + self._press(f"wn_palette_{palette}", self.plugin.actions.menu)

    @step(3)
    def do_language(self) -> str:
        chosen = language.install(self._chance.choice(("en", "zh_CN")))
        self.plugin.dock.refresh()
        return chosen

    @step(4, network=True)
    def do_notice(self) -> str:
        """Press the button of a notice in the dock: rewrite, put back, switch snapping on."""
        name = self._chance.choice(("language", "layers", "snapping"))
        return name + self._press(f"wn_notice_{name}_button", self.plugin.dock)

    @step(3)
    def do_remove_layer(self) -> str:
        layers = sorted(QgsProject.instance().mapLayers().values(), key=lambda layer: layer.name())
        if not layers:
            return ""
        layer = self._chance.choice(layers)
        name = layer.name()
        QgsProject.instance().removeMapLayer(layer.id())
        return name

    @step(1)
    def do_remove_group(self) -> str:
        root = QgsProject.instance().layerTreeRoot()
        groups = root.findGroups()
        if not groups:
            return ""
        group = self._chance.choice(groups)
        name = group.name()
        # As QGIS does it: the layers go, then the group.
        QgsProject.instance().removeMapLayers([node.layerId() for node in group.findLayers()])
        with suppress(RuntimeError):
            root.removeChildNode(group)
        return name

    @step(2)
    def do_own_layer(self) -> None:
        """Somebody's own layer comes into the project."""
        layer = QgsVectorLayer("Point?crs=EPSG:4547&field=name:string", "mine", "memory")
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(EAST, NORTH)))
        layer.dataProvider().addFeatures([feature])
        layer.setCustomProperty("skipMemoryLayersCheck", 1)
        QgsProject.instance().addMapLayer(layer)

    # ------------------------------------------------------------------------------------ what is written

    @step(3, network=True)
    def do_undo(self) -> None:
        trigger(self.plugin.dock, "wn_network_undo")

    @step(1, network=True)
    def do_assess(self) -> None:
        self._press("wn_section_health_button")

    @step(2, network=True)
    def do_cancel(self) -> str:
        """Cancel what is under way."""
        names = ["wn_section_health_cancel", "wn_section_network_cancel", "wn_wizard_cancel"]
        return " ".join(name + self._press(name) for name in names)

    @step(4, network=True)
    def do_edit(self) -> str:
        layer = self.session.layer("pipe")
        if layer is None or not layer.isValid():
            return ""
        if not layer.isEditable():
            if not layer.startEditing():
                return "(read-only)"
            feature = next(iter(layer.getFeatures()), None)
            if feature is not None:
                layer.changeAttributeValue(
                    feature.id(), layer.fields().lookupField("note"), f"note {len(self.steps)}"
                )
            return "begun"
        if self._chance.random() < 0.5:
            return f"saved {layer.commitChanges()}"
        return f"dropped {layer.rollBack()}"

    # ------------------------------------------------------------------------------------------- wizard

    def _wizard(self) -> Any:
        wizard = self.session.window("wn_wizard")
        return wizard if wizard is not None and wizard.isVisible() else None

    @step(5)
    def do_wizard_files(self) -> str:
        files = self._chance.sample(self.files, self._chance.choice((1, 1, 2)))
        self.session.open_wizard([str(path) for path in files])
        return " ".join(path.name for path in files)

    @step(1)
    def do_wizard_drop_layers(self) -> None:
        layers = [layer for layer in QgsProject.instance().mapLayers().values() if layer.name() == "mine"]
        self.session.open_wizard([], layers)

    @step(18, wizard=True)
    def do_wizard_on(self) -> str:
        wizard = self._wizard()
        if wizard.step == 3 and wizard.state.makes_network:
            wizard.state.new_path = str(self.folder / "made" / f"net{len(self.steps)}.gpkg")
        return self._press("wn_wizard_next", wizard) or f"step {wizard.step}"

    @step(3, wizard=True)
    def do_wizard_back(self) -> str:
        return self._press("wn_wizard_back", self._wizard())

    @step(3, wizard=True)
    def do_wizard_rail(self) -> str:
        wizard = self._wizard()
        wizard.go_to(self._chance.randrange(5))
        return f"step {wizard.step}"

    @step(14, wizard=True)
    def do_wizard_codes(self) -> None:
        wizard = self._wizard()
        if not wizard.is_busy and wizard.step == 2:
            wizard.codes.accept_suggestions()
            if self._chance.random() < 0.8:
                wizard.codes.give_up_rest()

    @step(1, wizard=True)
    def do_wizard_table(self) -> str:
        wizard = self._wizard()
        if wizard.is_busy or not wizard.state.sources or wizard.step != 0:
            return "(not there)"
        table = self._chance.choice(("pipe", "pipe", "failure", "node", "customer"))
        wizard.files.table_changed.emit(self._chance.choice(wizard.state.sources), table)
        return table

    @step(8, wizard=True)
    def do_wizard_rejected(self) -> str:
        return self._press("wn_wizard_show_rejected", self._wizard())

    @step(6, wizard=True)
    def do_wizard_undo(self) -> str:
        return self._press("wn_wizard_undo", self._wizard())

    @step(1, wizard=True)
    def do_wizard_close(self) -> None:
        self._wizard().close()

    # -------------------------------------------------------------------------------------- other windows

    @step(3, network=True)
    def do_window(self) -> str:
        """Open a window of the dock, or close all that are open."""
        session = self.session
        name = self._chance.choice(("batches", "statistics", "print", "export", "close"))
        if name == "batches":
            trigger(self.plugin.dock, "wn_network_batches")
        elif name == "statistics":
            self.plugin.dock.sections[0].length.click()
        elif name == "print":
            session.open_print_dialog()
        elif name == "export":
            session.open_export_dialog()
        else:
            for window in QApplication.topLevelWidgets():
                if isinstance(window, QDialog) and window.objectName().startswith("wn_"):
                    window.close()
        return name
