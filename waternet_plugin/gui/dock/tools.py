"""The map tools of menu and toolbar: burst, trace, metered areas; each opens its pane and hears clicks."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial
from typing import Any

from qgis.PyQt.QtWidgets import QAction

from waternet_plugin.core.errors import DependencyError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network import shared_network
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.tasks import tasks

# Panes by the tool they belong to: module and class, imported when they are first opened.
_PANES = {
    "burst": ("waternet_plugin.gui.network.bursts.burst_pane", "BurstPane"),
    "trace": ("waternet_plugin.gui.network.traces.trace_pane", "TracePane"),
    "dma": ("waternet_plugin.gui.dma.dma_pane", "DmaPane"),
    "misconnections": ("waternet_plugin.gui.drainage.misconnections.misconnection_pane", "MisconnectionPane"),
    "flow": ("waternet_plugin.gui.drainage.flow_pane", "FlowPane"),
    "manholes": ("waternet_plugin.gui.drainage.manholes.manhole_pane", "ManholePane"),
    "catchments": ("waternet_plugin.gui.drainage.catchment_pane", "CatchmentPane"),
    "condition": ("waternet_plugin.gui.drainage.condition_pane", "ConditionPane"),
    "zones": ("waternet_plugin.gui.drainage.zone_pane", "ZonePane"),
    "compounds": ("waternet_plugin.gui.compounds.compound_pane", "CompoundPane"),
    "outfalls": ("waternet_plugin.gui.compounds.outfall_pane", "OutfallPane"),
    "checklists": ("waternet_plugin.gui.compounds.checklist_pane", "ChecklistPane"),
    "tanks": ("waternet_plugin.gui.compounds.tank_pane", "TankPane"),
    "month": ("waternet_plugin.gui.compounds.month_pane", "MonthPane"),
    "work": ("waternet_plugin.gui.work.work_pane", "WorkPane"),
    "programme": ("waternet_plugin.gui.programmes.programme_pane", "ProgrammePane"),
    "users": ("waternet_plugin.gui.users.users_pane", "UsersPane"),
    "meters": ("waternet_plugin.gui.users.meters_pane", "MetersPane"),
    "meter_tree": ("waternet_plugin.gui.users.tree_pane", "TreePane"),
    "renovation": ("waternet_plugin.gui.users.renovation_pane", "RenovationPane"),
    "contracts": ("waternet_plugin.gui.users.contracts_pane", "ContractsPane"),
    "public": ("waternet_plugin.gui.users.public_pane", "PublicPane"),
    "pressure": ("waternet_plugin.gui.pressure.pressure_pane", "PressurePane"),
    "why": ("waternet_plugin.gui.health.why_pane", "WhyPane"),
    "weigh": ("waternet_plugin.gui.health.weigh", "WeighPane"),
    "compare": ("waternet_plugin.gui.health.compare", "ComparePane"),
    "plan": ("waternet_plugin.gui.plan.list", "PlanPane"),
    "scenarios": ("waternet_plugin.gui.plan.scenario_pane", "ScenarioPane"),
}

# Windows that sections open, as the panes above.
_WINDOWS = {
    "batches": ("waternet_plugin.gui.batches.batch_list", "BatchesWindow"),
    "backups": ("waternet_plugin.gui.batches.backups", "BackupsWindow"),
    "pipes to verify": ("waternet_plugin.gui.survey.verification.pipes_to_verify", "PipesToVerifyWindow"),
}

# Panes that compute in tasks alone; the others need the packages in QGIS's own thread too.
_IN_TASKS = ("burst", "trace", "why", "weigh", "compare", "plan", "scenarios")


def open_pane_of(session: Session, key: str, **wanted: Any) -> None:
    """Open the pane of a tool, or say what is missing on this computer.

    Parameters
    ----------
    key
        Of the tool.
    wanted
        What the pane shows; ``starts=True`` lets it listen to clicks on the map at once.
    """
    try:
        if key not in _IN_TASKS:
            tasks.keep_packages_apart()
    except DependencyError as error:
        session.say_error(error)
        return
    pane.open_pane(session, _class_of(_PANES, key), **wanted)


def open_window_of(session: Session, key: str) -> None:
    """Open a window that takes session and parent."""
    session.show_window(_class_of(_WINDOWS, key)(session, session.iface.mainWindow()))


def open_settings(session: Session) -> None:
    """Open the page of the plugin in QGIS's options."""
    from waternet_plugin.gui.dock.dialogs.settings_page import PAGE

    session.iface.showOptionsDialog(session.iface.mainWindow(), PAGE)


def _class_of(places: dict[str, tuple[str, str]], key: str) -> Any:
    module, name = places[key]
    return getattr(importlib.import_module(module), name)


class MapTools:
    """The actions of the tools, pressed while their tool is the canvas's.

    Parameters
    ----------
    make_action
        Makes an action of menu and toolbar: name, icon, text, tooltip, what a click does, shortcut.
    """

    def __init__(self, session: Session, make_action: Callable[..., QAction]) -> None:
        self._session = session
        self._canvas = session.iface.mapCanvas()
        self.actions: dict[str, QAction] = {}
        for key, icon, text, tooltip, shortcut in (
            (
                "burst",
                "isolateburst",
                tr("Burst"),
                tr("Click a burst pipe: valves to close, customers without water"),
                "Ctrl+Alt+B",
            ),
            (
                "trace",
                "tracenetwork",
                tr("Trace"),
                tr("Click where to start: upstream, downstream, to the source, the shortest way"),
                "Ctrl+Alt+F",
            ),
            (
                "dma",
                "dma",
                tr("Draw DMA"),
                tr("Draw metered areas by clicks and see whether they are closed"),
                "Ctrl+Alt+Z",
            ),
            (
                "flow",
                "inferdirection",
                tr("Flow here"),
                tr("Point at a drain: which way it flows; a click keeps it as seen"),
                "",
            ),
            (
                "misconnections",
                "findmisconnections",
                tr("Why wrong"),
                tr("Click a misconnection: what is wrong, who lies upstream, where the water goes"),
                "",
            ),
            (
                "manholes",
                "nextmanhole",
                tr("Next manhole"),
                tr("Click a dirty manhole: which cover to open next to find the source of sewage"),
                "",
            ),
        ):
            action = make_action(key, icon, text, tooltip, partial(self._pressed, key), shortcut=shortcut)
            action.setCheckable(True)
            self.actions[key] = action
        self._canvas.mapToolSet.connect(self._tool_set)
        session.network_changed.connect(self._network_changed)

    def _pane(self, key: str) -> Any:
        """Return the pane of a tool where it is open, None where it is not."""
        return self._session.window(f"wn_{key}")

    def _pressed(self, key: str) -> None:
        opened = self._pane(key)
        if opened is not None and opened.is_listening:
            opened.stop()
        else:
            open_pane_of(self._session, key, starts=True)
        self._tool_set()

    def _tool_set(self, *_tools: Any) -> None:
        for key, action in self.actions.items():
            opened = self._pane(key)
            action.setChecked(opened is not None and bool(opened.is_listening))

    def _network_changed(self) -> None:
        # The memory of a network that is not open any more; what is open is read at the first question.
        shared_network.let_go(self._session)

    def remove(self) -> None:
        """Let go of the canvas and of the kept network."""
        self._canvas.mapToolSet.disconnect(self._tool_set)
        self._session.network_changed.disconnect(self._network_changed)
        shared_network.let_go(self._session)
