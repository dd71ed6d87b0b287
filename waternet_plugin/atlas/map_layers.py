"""What the map of a page consists of: the layers of a theme, in the styles of the project."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from qgis.core import QgsLabelingEngineSettings, QgsProject, QgsVectorLayer, QgsVectorLayerSimpleLabeling

from waternet_plugin.bridge.layers.marks import GROUP_MARK, LAYER_MARK
from waternet_plugin.bridge.printing.page_fonts import printed_format
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.project import project as projects
from waternet_plugin.bridge.project.project_basis import ProjectBasis
from waternet_plugin.bridge.styling import look
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import in_interface, listed, tr
from waternet_plugin.paths import SHIPPED_PAGES
from waternet_plugin.store.addresses import NetworkAddress

_PIPES = ("pipe", "pipe_plan", "pipe_health")
# The key of the group behind the pipes.
_BACKGROUND = "base_map"
# Who lives where is not a matter of a map book.
_NOT_ON_PAPER = ("customer",)
# Palettes as they are on paper; who asks for the screen's colours gets them.
_ON_PAPER = {**look.ON_PAPER, "screen": "screen"}


@dataclass(frozen=True)
class MapContent:
    """What is drawn: ``layers`` top first; pipes, nodes and others among them make the legend."""

    project: QgsProject
    layers: tuple[Any, ...]
    pipes: tuple[QgsVectorLayer, ...]
    nodes: QgsVectorLayer | None = None
    others: tuple[QgsVectorLayer, ...] = ()
    labeling: QgsLabelingEngineSettings = field(default_factory=QgsLabelingEngineSettings)
    # What the project shows behind the pipes and is not there.
    missing: tuple[Path, ...] = ()

    @property
    @in_interface()
    def missing_text(self) -> str:
        """Which files of the background are not there, as a sentence; '' where all are."""
        if self.missing:
            return tr(
                "Not there, so not on the maps: {files}. Put them back, or open the project and repair it."
            ).format(files=listed(path.name for path in self.missing))
        return ""


def _may_have_background(path: Path) -> bool:
    """Return whether the background may have layers; for QGIS to read a project takes a second."""
    try:
        with zipfile.ZipFile(path) as packed:
            text = b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".qgs"))
    except (zipfile.BadZipFile, OSError):
        return True
    groups = [part.partition(b"</layer-tree-group>")[0] for part in text.split(_BACKGROUND.encode())[1:]]
    return any(b"<layer-tree-" in group for group in groups)


def _base_files(network: NetworkAddress) -> tuple[Path, ...]:
    """Return the files of the background that the project beside a network shows, there or not."""
    path = network.project_path
    if not path.exists() or not _may_have_background(path):
        return ()
    project = QgsProject()
    # Nothing is opened: only what the project says is wanted.
    project.read(str(path), QgsProject.ReadFlag.FlagDontResolveLayers)
    groups = [
        group
        for group in project.layerTreeRoot().findGroups()
        if group.customProperty(GROUP_MARK) == _BACKGROUND and group.isVisible()
    ]
    shown = [node.layer() for group in groups for node in group.findLayers() if node.isVisible()]
    files = (each for each in shown if isinstance(each, QgsVectorLayer) and each.providerType() == "ogr")
    return tuple(Path(layer.source().split("|")[0]) for layer in files)


def _set_fonts(layer: QgsVectorLayer, families: tuple[str, ...]) -> None:
    """Write a layer's labels in the fonts of the page, so that their text is found in the PDF."""
    labeling = layer.labeling()
    if labeling is None or labeling.type() != "simple":
        return
    settings = labeling.settings()
    settings.setFormat(printed_format(settings.format(), families))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))


def _follows_theme(template: Path) -> bool:
    """Return whether a map of a page follows a theme of the project."""
    return template.is_file() and b' followPreset="true"' in template.read_bytes()


def map_content(
    basis: ProjectBasis,
    *,
    theme: str,
    palette: str,
    language: str,
    scale: float,
    families: tuple[str, ...],
    templates: Iterable[Path] = (),
    progress: Progress = SILENT,
) -> MapContent:
    """Return the layers of a network as a theme shows them at a scale.

    Parameters
    ----------
    basis
        See `read_project_basis`.
    theme, palette, language
        As for building a project; colours and widths are those of paper.
    scale
        Denominator; layers that do not show at it are left out.
    families
        Fonts of the labels.
    templates
        The pages; for a map of theirs that follows a theme the project has all themes.
    """
    pages = list(templates)
    furnish = projects.furnish
    if not any(map(_follows_theme, pages)):
        # Expressions of a user's own page may ask for any layer.
        has_own = any(page.parent != SHIPPED_PAGES for page in pages)
        furnish = partial(projects.furnish_pages, with_all=has_own)
    project, files = QgsProject(), _base_files(basis.address)
    furnish(
        project,
        basis,
        theme=theme,
        palette=_ON_PAPER[palette],
        language=language,
        base_layers=[path for path in files if path.exists()],
        progress=progress,
    )
    root = project.layerTreeRoot()
    drawn = [
        layer
        for layer in root.layerOrder()
        if root.findLayer(layer.id()).isVisible()
        and layer.isSpatial()
        and layer.isInScaleRange(scale)
        and layer.customProperty(LAYER_MARK) not in _NOT_ON_PAPER
    ]
    for layer in drawn:
        _set_fonts(layer, families)
    ours = {key: layer_tree.layer_of(project, key) for _, keys in layer_tree.TREE for key in keys}
    by_key = {key: layer for key, layer in ours.items() if layer in drawn}
    pipes = tuple(by_key.pop(key) for key in _PIPES if key in by_key)
    return MapContent(
        project=project,
        layers=tuple(drawn),
        pipes=pipes,
        nodes=by_key.pop("node", None),
        others=tuple(by_key.values()),
        labeling=project.labelingEngineSettings(),
        missing=tuple(path for path in files if not path.exists()),
    )
