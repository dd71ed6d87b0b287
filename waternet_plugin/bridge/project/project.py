"""Build the project of a network: layers, tree, styles, themes, snapping, extent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    Qgis,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

from waternet_plugin.bridge.layers import relations
from waternet_plugin.bridge.layers.marks import NETWORK_MARK
from waternet_plugin.bridge.layers.sources import SHOWN_ONLY, table_of
from waternet_plugin.bridge.project import layer_styles, layer_tree
from waternet_plugin.bridge.project.layer_styles import GeneratedStyle
from waternet_plugin.bridge.project.project_basis import ProjectBasis, project_basis_at
from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.side_thread import computed
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store import Place, with_backup_advice
from waternet_plugin.store.addresses import NetworkAddress, absolute, stored_address
from waternet_plugin.store.outputs import refuse_network_as_output
from waternet_plugin.store.permissions import share_as

if TYPE_CHECKING:
    from waternet_plugin.store.network import ProviderSource

SCOPE = "WaterNet"
# Shares of the time that it takes to furnish a project, and then to build one with its file.
_MADE, _WITH_STYLES, _WITH_FORMS, _SHOWN = 0.5, 0.9, 0.96, 0.98
_READ, _WITH_LAYERS = 0.2, 0.8


@dataclass(frozen=True)
class BuiltProject:
    """A project that was written.

    Parameters
    ----------
    path
        The .qgz.
    themes
        Names of its map themes by the theme's code.
    unchanged_styles
        Styles that somebody edited and that were left as they are (layer: style).
    """

    path: Path
    themes: dict[str, str]
    unchanged_styles: tuple[str, ...]


def palettes() -> list[str]:
    """Return the names of all palettes, those of paper among them."""
    return sorted({*look.PALETTES, *look.ON_PAPER.values()})


def checked(theme: str, palette: str, language: str) -> Look:
    """Return palette and language as one choice, or say what there is to choose from."""
    for name, value, known in (
        ("THEME", theme, list(look.themes())),
        ("PALETTE", palette, palettes()),
        ("LANGUAGE", language, list(look.LANGUAGES)),
    ):
        if value not in known:
            message = tr("{name}: “{value}” is not one of the choices. Give one of: {choices}.")
            raise InputError(message.format(name=name, value=value, choices=listed(known)))
    return Look(palette, language)


def _of_network(chosen: Look, basis: ProjectBasis) -> Look:
    """Return a look with what the network itself says of it."""
    return replace(chosen, own_codes=basis.own_codes, required_mpa=basis.required_mpa)


def _layer(
    project: QgsProject, address: NetworkAddress, key: str, name: str, shown: ProviderSource
) -> QgsVectorLayer:
    """Return the layer of a table, made new or found and pointed to the network."""
    layer = layer_tree.layer_of(project, key)
    if layer is None:
        options = QgsVectorLayer.LayerOptions(project.transformContext())
        options.loadDefaultStyle = False
        layer = QgsVectorLayer(shown.source, name, shown.provider, options)
        layer.setCustomProperty(layer_tree.LAYER_MARK, key)
        project.addMapLayer(layer, False)
    elif (layer.source(), layer.providerType()) != (shown.source, shown.provider):
        layer.setDataSource(shown.source, name, shown.provider)
    layer.setName(name)
    if not layer.isValid():
        message = tr("The table {table} of {path} can't be shown.").format(table=key, path=address)
        raise StoreError(with_backup_advice(message, address))
    if address.is_file:
        layer.removeCustomProperty(NETWORK_MARK)
    else:
        layer.setCustomProperty(NETWORK_MARK, str(address))
    layer.setReadOnly(key in SHOWN_ONLY or not table(key).is_editable)
    return layer


def _layers(
    project: QgsProject,
    address: NetworkAddress,
    sources: Mapping[str, ProviderSource],
    chosen: Look,
    progress: Progress,
) -> dict[str, QgsVectorLayer]:
    """Return all layers; QGIS opens the file for each, so progress is told between two."""
    layers = {}
    for number, (key, source) in enumerate(sources.items()):
        progress.at(number / len(sources))
        layers[key] = _layer(project, address, key, chosen.word(key), source)
    return layers


def read_generated_styles(project: QgsProject) -> dict[str, dict[str, GeneratedStyle]]:
    """Return the styles we generated, by layer and key, as the project remembers them.

    An entry of another form, which a later version or a person may have written, counts as unknown.
    """
    stored = stored_object(project.readEntry(SCOPE, "styles", "")[0])
    return {
        key: {style: GeneratedStyle(**entry) for style, entry in styles.items() if _is_generated_style(entry)}
        for key, styles in stored.items()
        if isinstance(styles, dict)
    }


def _is_generated_style(entry: Any) -> bool:
    """Return whether a stored entry has the texts of a style that we generated, and no other."""
    names = {field.name for field in fields(GeneratedStyle)}
    return (
        isinstance(entry, dict)
        and set(entry) == names
        and all(isinstance(value, str) for value in entry.values())
    )


def remember(
    project: QgsProject, generated: dict[str, dict[str, GeneratedStyle]], theme: str, chosen: Look
) -> None:
    """Keep with the project what a later building needs to know."""
    entries = {
        key: {style: asdict(entry) for style, entry in styles.items()} for key, styles in generated.items()
    }
    project.writeEntry(SCOPE, "styles", json.dumps(entries, ensure_ascii=False, sort_keys=True))
    project.writeEntry(SCOPE, "theme", theme)
    project.writeEntry(SCOPE, "palette", chosen.palette)
    project.writeEntry(SCOPE, "language", chosen.language)


def tell(layer: QgsVectorLayer, key: str, chosen: Look, ids: dict[str, str], progress: Progress) -> None:
    """Set tip and display name in every style of a layer: both are kept with the style."""
    tip = layer_styles.tip_of(key, chosen, ids)
    if not tip:
        return
    manager = layer.styleManager()
    styles = manager.styles()
    for number, style in enumerate(styles):
        progress.at(number / len(styles))
        manager.setCurrentStyle(style)
        layer.setMapTipTemplate(tip)


def furnish(
    project: QgsProject,
    basis: ProjectBasis,
    *,
    theme: str = "system",
    palette: str = "screen",
    language: str | None = None,
    base_layers: Sequence[str | Path] = (),
    place: tuple[float, float] | None = None,
    progress: Progress = SILENT,
) -> tuple[str, ...]:
    """Put a network's layers, styles and themes into a project, new or built earlier.

    Parameters
    ----------
    project
        The project; layers, groups and themes that are not ours stay as they are.
    basis
        What it shows of the network.
    theme
        The theme it opens with.
    palette
        ``screen``, ``print`` or ``cjj61``; for pages also ``cjj61_paper`` (see ``look.ON_PAPER``).
    language
        ``en`` or ``zh_CN``; None for that of the interface.
    base_layers
        Files of the town behind the pipes.
    place
        Longitude and latitude in degrees where the map of a network without pipes begins.

    Returns
    -------
    The styles that somebody edited and that were kept, as “layer: style”.

    Raises
    ------
    WaterNetError
        With one sentence, when the choice can't be used or a layer can't be shown.
    """
    chosen = _of_network(checked(theme, palette, language or texts.language()), basis)
    before = read_generated_styles(project)
    old_names = [layer_tree.theme_name(each, old) for each in look.themes() for old in look.LANGUAGES]
    layers = _layers(project, basis.address, basis.sources, chosen, progress.part(0.0, _MADE))
    for key, layer in layers.items():
        # QGIS asks each layer when it writes the project: a server looks at every row then. Layers of some
        # rows reach less far than their table.
        if table_of(key) in basis.extents and not layer.subsetString():
            layer.setExtent(QgsRectangle(*basis.extents[table_of(key)]))
    relations.relate(project, layers, chosen)
    worn: dict[str, dict[str, GeneratedStyle]] = {}
    edited_styles: list[str] = []
    styling = progress.part(_MADE, _WITH_STYLES)
    for number, (key, layer) in enumerate(layers.items()):
        part = styling.part(number / len(layers), (number + 1) / len(layers))
        worn[key], kept_styles = layer_styles.dress(
            layer, key, chosen, basis.figures, before.get(key, {}), basis.tables[key], part
        )
        edited_styles += [f"{layer.name()}: {style}" for style in kept_styles]
    layer_tree.arrange(project, layers, chosen)
    layer_tree.add_base_layers(project, base_layers, chosen)
    names = {each: layer_tree.theme_name(each, chosen.language) for each in look.themes()}
    for old_name in set(old_names) - set(names.values()):
        if before and project.mapThemeCollection().hasMapTheme(old_name):
            project.mapThemeCollection().removeMapTheme(old_name)
    ids = {key: layer.id() for key, layer in layers.items()}
    telling = progress.part(_WITH_STYLES, _WITH_FORMS)
    for number, (key, layer) in enumerate(layers.items()):
        tell(layer, key, chosen, ids, telling.part(number / len(layers), (number + 1) / len(layers)))
    progress.at(_WITH_FORMS)
    layer_tree.record_themes(project, layers, worn, names)
    layer_tree.show(project, layers, worn, theme)
    progress.at(_SHOWN)
    remember(project, worn, theme, chosen)
    if not before:
        layer_tree.set_snapping(project, layers)
        crs = layers["pipe"].crs()
        project.setCrs(crs)
        project.setTitle(basis.title)
        extent = QgsReferencedRectangle(layer_tree.extent([layers["pipe"], layers["node"]], crs, place), crs)
        project.viewSettings().setDefaultViewExtent(extent)
        project.viewSettings().setPresetFullExtent(extent)
    progress.at(1.0)
    return tuple(edited_styles)


def furnish_pages(
    project: QgsProject,
    basis: ProjectBasis,
    *,
    theme: str,
    palette: str,
    language: str,
    base_layers: Sequence[str | Path],
    with_all: bool,
    progress: Progress = SILENT,
) -> None:
    """Put a network's layers into an empty project to print from: each as the theme shows it, and no forms.

    The choices are those of ``furnish``, which takes longer, since it makes all styles, forms and themes.
    ``with_all`` adds the layers that the theme does not show, for expressions of a page that ask for them.
    """
    chosen = _of_network(checked(theme, palette, language), basis)
    visible = layer_tree.visible_keys(theme)
    sources = {key: source for key, source in basis.sources.items() if with_all or key in visible}
    project.setTitle(basis.title)
    layers = _layers(project, basis.address, sources, chosen, progress)
    for key in visible:
        layer_styles.draw_as(layers[key], key, layer_tree.style_of(theme, key), chosen, basis.figures)
    progress.at(1.0)
    layer_tree.arrange(project, layers, chosen)
    layer_tree.add_base_layers(project, base_layers, chosen)
    layer_tree.show(project, layers, {}, theme)
    project.setCrs(next(layer.crs() for layer in layers.values() if layer.isSpatial()))


def _opened(output: Path) -> QgsProject:
    """Return an earlier project of ours to bring up to date, else an empty one."""
    project = QgsProject()
    if not output.exists():
        return project
    readable = project.read(str(output))
    network, ours = project.readEntry(SCOPE, "network", "")
    if not readable or not ours or not network:
        message = tr("{path} already exists and was not built by WaterNet. Choose another name.")
        raise InputError(message.format(path=output))
    return project


def _save(project: QgsProject, output: Path, network: NetworkAddress) -> None:
    """Write the project beside its place, from which its paths count; it gets its name when whole."""
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    project.writeMapLayer.connect(relations.name_relations)
    with scratch.part(output) as part:
        if not project.write(str(part)):
            message = tr(
                "The project {path} can't be written: {reason}. Check the disk and the permissions of the "
                "folder."
            )
            raise InputError(message.format(path=output, reason=project.error()))
        if network.is_file and output.parent == network.path.parent:
            # QGIS gives it to its maker alone.
            with suppress(OSError):
                share_as(part, network.path)
        replace_set({part: output})


def build_project(
    network_address: Place,
    output: str | Path | None = None,
    *,
    theme: str = "system",
    palette: str = "screen",
    language: str | None = None,
    base_layers: Sequence[str | Path] = (),
    place: tuple[float, float] | None = None,
    progress: Progress = SILENT,
) -> BuiltProject:
    """Write the project of a network, or bring an earlier one up to date.

    Only in the main thread. An earlier project keeps its own layers, layouts and extent, and every style
    that somebody edited.

    Parameters
    ----------
    network_address
        The network's GeoPackage, or the address of its schema.
    output
        The .qgz; None for the network's name beside it, or in the folder of a schema's outputs.
    theme, palette, language, base_layers, place, progress
        As ``furnish`` has them.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    network = absolute(network_address)
    target = Path(os.path.abspath(output)) if output else network.project_path
    if target.suffix.lower() != ".qgz":
        raise InputError(tr("{path} must end in .qgz.").format(path=target))
    refuse_network_as_output(target, [str(network)])
    if not output and not network.is_file:
        target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.is_dir():
        message = tr("The folder {folder} does not exist. Create it or choose another one.")
        raise InputError(message.format(folder=target.parent))
    chosen = checked(theme, palette, language or texts.language())
    project = _opened(target)
    try:
        # Of a million pipes what the legends say takes seconds to read.
        basis = computed(lambda _progress: project_basis_at(network), progress.part(0.0, _READ))
        edited_styles = furnish(
            project,
            basis,
            theme=theme,
            palette=palette,
            language=chosen.language,
            base_layers=base_layers,
            place=place,
            progress=progress.part(_READ, _WITH_LAYERS),
        )
        project.writeEntry(SCOPE, "network", stored_address(network, target.parent))
        _save(project, target, network)
    finally:
        # Its layers go now: left to Python's collector they may outlive GDAL, which crashes QGIS at its end.
        project.clear()
    names = {each: layer_tree.theme_name(each, chosen.language) for each in look.themes()}
    return BuiltProject(target, names, edited_styles)
