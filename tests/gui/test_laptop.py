"""Every window at 1366x768 in both languages: none is larger than the screen, no text of it is cut off."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from desktop.cut import box_faults, narrow_faults
from qgis.core import QgsProject
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QDockWidget, QTabWidget, QTreeView
from support.cut_texts import SLACK, cut_texts, keep_picture
from support.every_pane import pane_kinds
from support.fake_iface import FakeIface

from waternet_plugin import language
from waternet_plugin.gui.batches import undoing
from waternet_plugin.gui.network.picking import Pick
from waternet_plugin.gui.network.side_pane import SidePane
from waternet_plugin.gui.panes import pane

# What the frame of a window and the bar of the desktop leave of 1366 x 768.
WIDTH, HEIGHT = 1366, 728
# The panel, and each pane that is a tab beside it.
NARROW = 340
# QGIS's own list of layers, and how much higher than a pane below it the map is.
LAYERS, MAP_SHARE = 220, 1.5


@pytest.fixture(params=["en", "zh_CN"])
def desk(
    request: Any, sample_town: Path, plugin: Any, iface: FakeIface, until: Any, tmp_path: Path
) -> Iterator[Any]:
    """The session with the sample town on a laptop, in a language."""
    language.install(request.param)
    for suffix in (".gpkg", ".qgz"):
        shutil.copy(sample_town / request.param / f"sample_town{suffix}", tmp_path)
    iface.window.resize(WIDTH, HEIGHT)
    iface.window.show()
    assert plugin.session.open_network(str(tmp_path / "sample_town.gpkg"))
    until(lambda: plugin.session.is_idle, 120.0)
    yield plugin.session
    iface.window.hide()
    language.install("en")
    QgsProject.instance().clear()


@pytest.mark.slow
def test_all_panes_fit_a_laptop(
    desk: Any, iface: FakeIface, until: Callable[..., None], request: Any
) -> None:
    code = request.node.callspec.params["desk"]
    wrong = {}
    for kind in [kind for kind in pane_kinds() if kind.NAME != "wn_conflicts"]:
        opened = pane.open_pane(desk, kind)
        until(lambda: desk.is_idle, 120.0)
        QApplication.processEvents()
        keep_picture(iface.window, f"{kind.NAME}.{code}")
        size = iface.window.size()
        if size.width() > WIDTH or size.height() > HEIGHT:
            wrong[kind.NAME] = [f"the window grew to {size.width()} x {size.height()}"]
        elif cut_texts(opened) or box_faults(opened):
            wrong[kind.NAME] = [*cut_texts(opened), *box_faults(opened)]
        opened.close()
    assert wrong == {}


@pytest.mark.slow
def test_m3_m6_panes_below_leave_the_map_and_the_layers_their_room(
    desk: Any, iface: FakeIface, until: Callable[..., None]
) -> None:
    # As QGIS has it: what stands beside the map reaches down to the edge of the window.
    layers = QDockWidget("Layers", iface.window)
    layers.setWidget(QTreeView(layers))
    iface.window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, layers)
    iface.window.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
    iface.window.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.RightDockWidgetArea)
    iface.window.resizeDocks([layers], [LAYERS], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    wrong = {}
    for kind in [one for one in pane_kinds() if Qt.DockWidgetArea.BottomDockWidgetArea == one.AREA]:
        opened = pane.open_pane(desk, kind)
        until(lambda: desk.is_idle, 120.0)
        QApplication.processEvents()
        faults = cut_texts(opened)
        wide = max(opened.minimumSizeHint().width(), opened.minimumWidth())
        if wide > WIDTH - LAYERS - NARROW - SLACK:
            faults.append(f"wants {wide} px, which the layers lose for good")
        if layers.width() < LAYERS - SLACK:
            faults.append(f"the layers have {layers.width()} of {LAYERS} px")
        if iface.canvas.height() < opened.height() * MAP_SHARE:
            faults.append(f"the map is {iface.canvas.height()} high, the pane {opened.height()}")
        if faults:
            wrong[kind.NAME] = faults
        opened.close()
        iface.window.resizeDocks([layers], [LAYERS], Qt.Orientation.Horizontal)
        QApplication.processEvents()
    assert not wrong, "\n".join(f"{name}: {fault}" for name, faults in wrong.items() for fault in faults)


def _filled(pane: Any, until: Callable[..., None]) -> None:
    """Let a side pane answer a question as people ask it, where it does not do so by itself."""
    if pane.NAME == "wn_burst":
        pane.ask(pipe_id="JS-0405")
    elif pane.NAME == "wn_trace":
        pane.ask(begin=Pick(0.0, 0.0, pipe_id="WS-0377"))
    elif pane.NAME == "wn_manholes":
        with pane.session.network() as network:
            nodes = network.read("node", ["node_id", "kind", "system"], geometry=False)
        is_storm = (nodes["kind"] == "manhole") & (nodes["system"] == "storm")
        pane.begin(str(nodes[is_storm]["node_id"].iloc[0]))
    elif pane.NAME == "wn_dma":
        pane.tasks.check()
    until(lambda: pane.session.is_idle, 120.0)


@pytest.mark.slow
def test_every_side_pane_is_read_whole_at_340_px(
    desk: Any, iface: FakeIface, until: Callable[..., None], request: Any
) -> None:
    code = request.node.callspec.params["desk"]
    wrong = {}
    for kind in [one for one in pane_kinds() if issubclass(one, SidePane)]:
        opened = pane.open_pane(desk, kind)
        until(lambda: desk.is_idle, 120.0)
        _filled(opened, until)
        tabs = opened.findChildren(QTabWidget)
        for place in range(max([each.count() for each in tabs], default=1)):
            for each in tabs:
                each.setCurrentIndex(place)
            iface.window.resizeDocks([opened], [NARROW], Qt.Orientation.Horizontal)
            QApplication.processEvents()
            keep_picture(opened, f"{kind.NAME}_{place}.{code}")
            faults = [*cut_texts(opened), *narrow_faults(opened)]
            if opened.width() > NARROW + SLACK:
                faults.append(f"{opened.width()} px wide")
            if faults:
                wrong[f"{kind.NAME} {place}"] = faults
        opened.close()
    assert not wrong, "\n".join(f"{name}: {fault}" for name, faults in wrong.items() for fault in faults)


@pytest.mark.slow
def test_the_panel_fits_a_laptop(desk: Any, plugin: Any, iface: FakeIface, request: Any) -> None:
    QApplication.processEvents()
    keep_picture(iface.window, f"panel.{request.node.callspec.params['desk']}")
    assert plugin.dock.width() <= NARROW + SLACK
    assert cut_texts(plugin.dock) == [] and narrow_faults(plugin.dock) == []
    shown = [one.KEY for one in plugin.dock.sections if not one.isHidden()]
    parts = ["plan", "dma", "drainage", "compounds", "users", "pressure", "programme"]
    assert shown == ["network", "issues", "health", *parts, "print"]


def _openers(session: Any) -> dict[str, Callable[[], Any]]:
    """Return what opens each window that is no pane."""
    from waternet_plugin.gui.batches.backups import BackupsWindow
    from waternet_plugin.gui.batches.batch_list import BatchesWindow
    from waternet_plugin.gui.batches.network_size import SizeWindow
    from waternet_plugin.gui.dock.dialogs.about import AboutWindow
    from waternet_plugin.gui.fieldwork.package_window import open_package_window
    from waternet_plugin.gui.fieldwork.return_window import open_returned
    from waternet_plugin.gui.start.new_network import NewNetworkDialog
    from waternet_plugin.gui.start.packages_page import PackagesPage
    from waternet_plugin.gui.survey import open_survey_wizard
    from waternet_plugin.gui.survey.verification.pipes_to_verify import PipesToVerifyWindow

    window = session.iface.mainWindow()
    kinds = (
        AboutWindow, BackupsWindow, BatchesWindow, SizeWindow, NewNetworkDialog, PipesToVerifyWindow
    )  # fmt: skip
    return {
        "start": session.open_start_page,
        "wizard": session.open_wizard,
        "survey": lambda: open_survey_wizard(session),
        "field package": lambda: open_package_window(session),
        # Of no package: the window says so.
        "returned package": lambda: open_returned(session, str(Path(session.network_path).parent)),
        "print": session.open_print_dialog,
        "export": session.open_export_dialog,
        # Most of the town was changed since.
        "undo": lambda: undoing.undo(session, "B0001", lambda _results: None),
        "packages": lambda: session.show_window(PackagesPage(window, session)),
        **{kind.__name__: lambda kind=kind: session.show_window(kind(session, window)) for kind in kinds},
    }


@pytest.mark.slow
def test_all_windows_fit_a_laptop(desk: Any, until: Callable[..., None], request: Any) -> None:
    code = request.node.callspec.params["desk"]
    wrong = {}
    for name, opens in _openers(desk).items():
        before = set(QApplication.topLevelWidgets())
        opens()
        until(lambda: desk.is_idle, 60.0)
        QApplication.processEvents()
        for window in set(QApplication.topLevelWidgets()) - before:
            if not window.isVisible() or not window.isWindow():
                continue
            keep_picture(window, f"{name}.{code}")
            if window.width() > 1280 or window.height() > HEIGHT:
                wrong[name] = [f"{window.width()} x {window.height()}"]
            elif cut_texts(window) or box_faults(window):
                wrong[name] = [*cut_texts(window), *box_faults(window)]
            window.close()
    assert wrong == {}
