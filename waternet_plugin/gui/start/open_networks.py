"""Open networks: their project, in the open project, again after they moved; show themes and places."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsApplication,
    QgsProject,
    QgsSnappingConfig,
    QgsTolerance,
)
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin import dependencies, store
from waternet_plugin.bridge.layers.marks import LAYER_MARK
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.side_thread import computed
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.gui.session import memory
from waternet_plugin.gui.session.session import Session
from waternet_plugin.gui.start import recent
from waternet_plugin.gui.tasks import lookout, tasks
from waternet_plugin.gui.widgets.progress_window import progress_window
from waternet_plugin.processing.job import PROJECT_SCOPE
from waternet_plugin.store.addresses import parse

if TYPE_CHECKING:
    from waternet_plugin.store.network import ProviderSource

# A project that we did not build: our layers were added to somebody's own.
_ADDED = "added"
# After so long people are told what is waited for.
_PATIENCE_MS = 1500
# Share of the time that it takes to prepare a map.
_LOOKED_AT = 0.1


def is_network(path: str) -> bool:
    """Return whether a file is one of our networks."""
    if Path(path).suffix.lower() != ".gpkg":
        return False
    try:
        _try(path)
    except WaterNetError:
        return False
    return True


def _try(path: str) -> None:
    """Open a network once: a WaterNetError for one that is missing, damaged or newer."""
    tasks.keep_packages_apart()

    with store.open_network(path):
        pass


def _sources(path: str, layer_keys: list[str]) -> dict[str, ProviderSource]:
    """Return by what QGIS shows layers of a network, by their keys."""
    tasks.keep_packages_apart()
    from waternet_plugin.bridge.layers.sources import layer_source

    with store.open_network(path) as network:
        return {key: layer_source(network, key) for key in layer_keys}


def open_project(session: Session, path: str) -> bool:
    """Open a project file; QGIS asks about unsaved work first."""
    if not Path(path).is_file():
        session.say(
            tr("The project {path} no longer exists. Find it, or open another one.").format(path=path),
            "error",
        )
        return False
    return leave_project(session) and bool(session.iface.addProject(path))


def leave_project(session: Session) -> bool:
    """Close the open project; QGIS asks about unsaved work first, and the answer may be no."""
    titles = _under_way()
    if titles:
        # QGIS would say so in a box that waits for a click.
        text = tr("{titles}: still in progress in this project. Wait or cancel, then open the other project.")
        session.say(text.format(titles=listed(titles)), "warning")
        return False
    return bool(session.iface.newProject(True))


def _under_way() -> list[str]:
    """Return the titles of the tasks that need layers of the open project."""
    manager = QgsApplication.taskManager()
    layers = QgsProject.instance().mapLayers().values()
    return sorted({task.description() for layer in layers for task in manager.tasksDependentOnLayer(layer)})


def prepare_map(path: str, parent: QWidget, place: tuple[float, float] | None = None) -> None:
    """Look whether a network is whole and build the project that it lacks; a window shows how far it is.

    Parameters
    ----------
    place
        Longitude and latitude in degrees where the map of a network without pipes begins.

    Raises
    ------
    WaterNetError
        For a network that is missing, damaged or newer; CancelledError when the user asks to stop: no project
        is there then.
    """
    text = tr("Preparing the map of {name}").format(name=parse(path).display_name)
    with progress_window(parent, text) as progress:
        # At first it also loads packages.
        computed(lambda _progress: _try(path), progress.part(0.0, _LOOKED_AT))
        if not parse(path).project_path.exists():
            from waternet_plugin.bridge.project.project import build_project

            build_project(path, place=place, progress=progress.part(_LOOKED_AT, 1.0))


def open_network(session: Session, path: str) -> bool:
    """Open the project beside a network, built first where it is not there."""
    try:
        project = parse(path).project_path
    except WaterNetError as error:
        session.say_error(error)
        return False
    try:
        # Where packages are missing, a project that is there opens as a map, as QGIS itself opens it.
        if not dependencies.missing() or not project.is_file():
            # Before QGIS closes what is open.
            prepare_map(path, session.iface.mainWindow())
    except WaterNetError as error:
        session.say_error(error)
        return False
    if not open_project(session, str(project)):
        return False
    recent.add(path)
    session.look_at_project()
    _begin_with_pipes(session)
    return True


def open_recent(session: Session, path: str, tell: Callable[[str], Any] | None = None) -> None:
    """Open a network of the list as soon as its drive answers: one that does not answer holds nobody up.

    Parameters
    ----------
    path
        The network.
    tell
        Takes a sentence for the user; the message bar if None.
    """
    say = tell if tell is not None else partial(session.say, level="warning")
    name = parse(path).display_name
    waiting = QTimer(session, singleShot=True)
    waiting.timeout.connect(
        lambda: say(
            tr("{name}: its drive is not responding yet. It opens when the drive responds.").format(name=name)
        )
    )
    waiting.start(_PATIENCE_MS)

    def answered(is_present: dict[str, bool]) -> None:
        waiting.stop()
        waiting.deleteLater()
        if session.is_closed:
            return
        if is_present[path]:
            session.open_network(path)
        else:
            say(
                tr("{path} is not there: it was moved or renamed, or its drive is not connected.").format(
                    path=path
                )
            )

    session.lookout.ask(partial(lookout.are_there, [path]), answered)


def _begin_with_pipes(session: Session) -> None:
    """Make the pipes current, switch map tips on, fold the tree to its groups."""
    from waternet_plugin.bridge.project import layer_tree

    layer_tree.first_look(session.iface)
    # To make a layer current opens its group.
    for group in QgsProject.instance().layerTreeRoot().findGroups():
        group.setExpanded(False)


def add_to_project(session: Session, path: str) -> bool:
    """Add a network's layers to the open project; its CRS, view, title and snapping stay as they are."""
    project = QgsProject.instance()
    canvas = session.iface.mapCanvas()
    crs, title, extent = project.crs(), project.title(), canvas.extent()
    snapping, topological = project.snappingConfig(), project.topologicalEditing()
    first, full = project.viewSettings().defaultViewExtent(), project.viewSettings().presetFullExtent()
    current = session.iface.activeLayer()
    if session.network_path:
        message = tr(
            "This project already belongs to the network {name}. Close it first, or open another project."
        )
        session.say_error(InputError(message.format(name=session.network_name)))
        return False
    try:
        tasks.keep_packages_apart()
        from waternet_plugin.bridge.project.project import furnish
        from waternet_plugin.bridge.project.project_basis import project_basis_at

        furnish(project, project_basis_at(path))
    except WaterNetError as error:
        session.say_error(error)
        return False
    memory.write_network(project, path)
    project.writeEntry(PROJECT_SCOPE, _ADDED, "yes")
    if crs.isValid():
        project.setCrs(crs)
    project.setTitle(title)
    project.setSnappingConfig(snapping)
    project.setTopologicalEditing(topological)
    project.viewSettings().setDefaultViewExtent(first)
    project.viewSettings().setPresetFullExtent(full)
    if not extent.isEmpty():
        canvas.setExtent(extent)
    if current is not None:
        session.iface.setActiveLayer(current)
    recent.add(path)
    session.look_at_project()
    return True


def absence_text(session: Session) -> str:
    """Return what is said of a network that is not there any more."""
    if session.address.is_file:
        text = tr(
            "{name} is no longer in its folder: it was moved, renamed or deleted. Choose where it is now."
        )
    else:
        text = tr("{name} can't be reached: its server does not answer, or the schema is gone.")
    return text.format(name=session.network_name)


def move_network(session: Session, path: str) -> bool:
    """Point the open project's layers to where its network is now."""
    try:
        sources = _sources(path, [str(layer.customProperty(LAYER_MARK)) for layer in session.layers()])
    except WaterNetError as error:
        session.say_error(error)
        return False
    for layer in session.layers():
        shown = sources[str(layer.customProperty(LAYER_MARK))]
        layer.setDataSource(shown.source, layer.name(), shown.provider)
    memory.write_network(QgsProject.instance(), path)
    recent.add(path)
    session.look_at_project()
    session.take_errors_back()
    return True


def language_of_project() -> str:
    """Return the language a project's texts are in, '' where we wrote none."""
    return str(QgsProject.instance().readEntry(PROJECT_SCOPE, "language", "")[0])


def missing_layers(session: Session) -> list[str]:
    """Return the keys of our layers that somebody took out of the open project."""
    from waternet_plugin.bridge.project import layer_tree

    layer_keys = {layer.customProperty(layer_tree.LAYER_MARK) for layer in session.layers()}
    return [key for _group, keys in layer_tree.TREE for key in keys if key not in layer_keys]


def rewrite(session: Session) -> bool:
    """Bring the open project's layers and texts up to date, in the language of QGIS; edited styles stay."""
    try:
        tasks.keep_packages_apart()
        from waternet_plugin.bridge.project import switching

        kept = switching.switch(QgsProject.instance(), session.network_path, language=texts.language())
    except WaterNetError as error:
        session.say_error(error)
        return False
    say_unchanged_styles(session, kept)
    session.network_changed.emit()
    return True


def say_unchanged_styles(session: Session, unchanged: tuple[str, ...]) -> None:
    """Name the styles that somebody edited and that were therefore left alone."""
    if unchanged:
        text = tr("You edited these styles, so they were left unchanged: {styles}.")
        session.say(text.format(styles=listed(unchanged)))


def offers_snapping(session: Session) -> bool:
    """Return whether snapping to our pipes is off in a project that we did not build."""
    project = QgsProject.instance()
    pipe = session.layer("pipe")
    if not project.readEntry(PROJECT_SCOPE, _ADDED, "")[0] or pipe is None:
        return False
    config = project.snappingConfig()
    return not (config.enabled() and config.individualLayerSettings(pipe).enabled())


def switch_snapping_on(session: Session) -> None:
    """Snap to our pipes and nodes; what the user chose layer by layer for others stays."""
    project = QgsProject.instance()
    flags = QgsSnappingConfig.SnappingTypes
    config = project.snappingConfig()
    advanced = QgsSnappingConfig.SnappingMode.AdvancedConfiguration
    if config.mode() != advanced:
        # Nothing was chosen layer by layer yet, where QGIS begins with every layer on.
        for layer, settings in config.individualLayerSettings().items():
            settings.setEnabled(False)
            config.setIndividualLayerSettings(layer, settings)
    config.setEnabled(True)
    config.setMode(advanced)
    for key, kind in (("pipe", flags.VertexFlag | flags.SegmentFlag), ("node", flags.VertexFlag)):
        layer = session.layer(key)
        if layer is not None:
            settings = QgsSnappingConfig.IndividualLayerSettings(
                True, kind, 12, QgsTolerance.UnitType.Pixels, 0, 0
            )
            config.setIndividualLayerSettings(layer, settings)
    project.setSnappingConfig(config)
    project.setTopologicalEditing(True)
