"""What the wizard knows: the sources, the network they go to, and what is still to be answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyproj
import shapely

from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.guessing.meter_names import with_meters_of_file
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.update_modes import INSERT
from waternet_plugin.core.network.model.strays import bulk_box
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DEGREE_M
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.code_answers import CodeAnswers
from waternet_plugin.gui.wizard.sources.library import Library, load
from waternet_plugin.gui.wizard.sources.source import LAST, LayerSource
from waternet_plugin.gui.wizard.sources.source_places import SourcePlaces
from waternet_plugin.store.geopackage.location import network_shares, synced
from waternet_plugin.store.metric import metric_crs, metric_crs_at

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

NETWORK_END = ".gpkg"
# Folders whose names say nothing of the town.
_ANYBODYS_FOLDERS = frozenset(
    {"downloads", "desktop", "documents", "data", "tmp", "temp", "gis", "shp", "下载", "桌面", "文档", "数据"}
    | {"新建文件夹", "资料", "new folder"}
)
# From this share of rows whose ids are in the network on a file is taken for an update of it.
DELIVERED_SHARE = 0.5


@dataclass(frozen=True)
class Fault:
    """Why a step can't be left: the sentence, the source it speaks of, and the field or ''."""

    text: str
    source: LayerSource | None = None
    field: str = ""


@dataclass
class State:
    """The wizard's memory; it knows no widgets.

    ``network_path`` and ``network_crs`` are those of the open network, '' for none; ``new_path``, ``new_crs``
    and ``new_title`` belong to the one that is made on the way.
    """

    network_path: str = ""
    network_crs: str = ""
    new_path: str = ""
    new_crs: str = ""
    # The tables of the open network to which its users added fields, by name.
    own_tables: dict[str, Table] = field(default_factory=dict)
    # What titles call the new network; '' for the name of its file.
    new_title: str = ""
    # Whether a person wrote that; it follows the file otherwise.
    is_title_given: bool = False
    # The coordinate system that was proposed for it; another one was chosen by a person.
    proposed_crs: str = ""
    # A new network although one is open.
    is_new_wanted: bool = False
    # Where the files lie, and what of that is asked.
    places: SourcePlaces = field(default_factory=SourcePlaces)
    sources: list[LayerSource] = field(default_factory=list)
    # What a person typed or chose since the files were read.
    touched: bool = False
    # Grows with every change: a dry run of an earlier version says nothing any more.
    version: int = 0
    results: list[AdoptionResult] = field(default_factory=list)
    codes: CodeAnswers = field(default_factory=CodeAnswers)
    # What files whose ids are there may do: see `UpdateChoice`.
    update_mode: str = "both"
    take_conflicts: bool = False
    take_geometry: bool = False

    def change(self) -> None:
        """Note that something changed that the dry run depends on."""
        self.version += 1

    @property
    def makes_network(self) -> bool:
        """Whether the network is made on the way."""
        return self.is_new_wanted or not self.network_path

    @property
    def is_crs_given(self) -> bool:
        """Whether a person chose the coordinate system of the network that is made."""
        return bool(self.new_crs) and self.new_crs != self.proposed_crs

    @property
    def target_path(self) -> str:
        """The network the rows go to."""
        return self.new_path if self.makes_network else self.network_path

    @property
    def target_crs(self) -> str:
        """The CRS of that network, '' while it is not known."""
        return self.new_crs if self.makes_network else self.network_crs

    @property
    def ready(self) -> list[LayerSource]:
        """The wanted sources in the order in which they are adopted."""
        from waternet_plugin.operations.adoption.adopt_layers import in_order

        wanted = [source for source in self.sources if source.ready]
        return [wanted[place] for place in in_order(source.table for source in wanted)]

    def is_update(self, source: LayerSource) -> bool:
        """Return whether a source is one that came before: its ids are in the network that it goes to."""
        return not self.makes_network and source.share_there >= DELIVERED_SHARE

    def choice_of(self, source: LayerSource) -> UpdateChoice | None:
        """Return what a source updates, None where it only adds new rows."""
        if self.update_mode == INSERT or not self.is_update(source):
            return None
        return UpdateChoice(
            self.update_mode, take_conflicts=self.take_conflicts, take_geometry=self.take_geometry
        )

    @property
    def is_known_delivery(self) -> bool:
        """Whether all files come with columns that were answered the last time, and nothing is asked again.

        They update what is there, or add rows without a place, such as the volumes of one more month.
        """
        ready = [] if self.makes_network else self.ready
        return bool(ready) and all(
            one.basis == LAST and (self.is_update(one) or not one.described.has_geometry) for one in ready
        )

    def forget_answers(self) -> None:
        """Forget what was said of an update: the next one is asked anew."""
        self.update_mode, self.take_conflicts, self.take_geometry = "both", False, False

    @property
    def offered_tables(self) -> dict[str, Table]:
        """The tables with fields or codes of its own of the network that the rows go to."""
        return {} if self.makes_network else self.own_tables

    def offer_own_fields(self) -> None:
        """Let sources know the fields and codes of the network that they go to."""
        for source in self.sources:
            source.own = self.offered_tables

    def add(self, sources: Iterable[LayerSource]) -> None:
        """Add sources; one that is there already is replaced where it stands."""
        for source in sources:
            source.own = self.offered_tables
            same = [place for place, one in enumerate(self.sources) if one.origin == source.origin]
            if same:
                source.taken = self.sources[same[0]].taken
                self.sources[same[0]] = source
            else:
                self.sources.append(source)

    def offer_saved(self, library: Library, sources: Iterable[LayerSource]) -> None:
        """Give sources the mapping last used for a file with the same columns."""
        for source in sources:
            kept = library.last(source.columns) if source.frame is not None else None
            if kept is None:
                continue
            try:
                guessed = source.guess.mapping if source.guess is not None else Mapping()
                source.use_mapping(with_meters_of_file(load(kept.path), guessed), kept.table, LAST)
            except WaterNetError:
                # Kept by another version, say; the guess stands.
                continue

    # -------------------------------------------------------------------------------------- placing

    def pipes_crs(self) -> str:
        """Return the CRS of the pipes among the sources, else that of the network that is open."""
        for source in self.ready:
            if source.table == "pipe":
                named = source.mapping.crs or crs_text(source.own_crs)
                if named:
                    return str(named)
        return "" if self.is_new_wanted else self.network_crs

    def fill_locations(self) -> None:
        """Propose what is not said: the new network's CRS and path, and a CRS where a file has none."""
        given = self.new_crs if self.is_crs_given else ""
        self.places.decide(self.ready, self.network_crs, is_new=self.makes_network, given_crs=given)
        if not self.new_crs:
            self.new_crs = self.proposed_crs = self._proposed_crs() or self.places.metric_crs
        if not self.new_path:
            self.new_path = self._proposed_path()
            if not self.is_title_given:
                self.new_title = self._proposed_title()
        fallback = self.pipes_crs() or self.target_crs
        for source in self.ready:
            # What fits no reading is taken as the others are, where nothing tells how far off it lies.
            if fallback and self.places.is_bare(source):
                source.set_crs(fallback)

    def _proposed_crs(self) -> str:
        """Return a metric CRS for what is drawn: the file's own if it is one, else the zone it lies in."""
        for source in sorted(self.ready, key=lambda one: not one.has_shapes):
            named = source.mapping.crs or crs_text(source.own_crs)
            if not row_coordinates.needs_coordinates(source) or not named:
                continue
            try:
                return crs_text(metric_crs(named))
            except InputError:
                try:
                    shapes, _ = row_coordinates.placed(source, "EPSG:4326")
                except WaterNetError:
                    continue
                if len(shapes):
                    box = bulk_box(shapely.bounds(shapes) * DEGREE_M)
                    if box is None:
                        continue
                    west, south, east, north = (edge / DEGREE_M for edge in box)
                    return metric_crs_at((west + east) / 2, (south + north) / 2)
        if self.network_crs:
            return crs_text(pyproj.CRS.from_user_input(self.network_crs))
        return ""

    def name_file(self, path: str) -> None:
        """Say where the new network is made; it is called like that as long as nobody gave it a name."""
        self.new_path = path.strip()
        if not self.is_title_given:
            self.new_title = Path(self.new_path).stem

    def name_network(self, title: str) -> None:
        """Say what titles call the new network."""
        self.new_title, self.is_title_given = title.strip(), True

    def forget_new(self) -> None:
        """Forget the network that was to be made."""
        self.new_path = self.new_crs = self.new_title = ""
        self.proposed_crs = ""
        self.is_title_given = self.is_new_wanted = False

    def _proposed_title(self) -> str:
        """Return the name of the folder the files came in, or of the first file where that says nothing."""
        first = next((Path(source.path).absolute() for source in self.ready if source.path), None)
        if first is None:
            return Path(self.new_path).stem
        folder = first.parent.name
        return first.stem if folder.casefold() in _ANYBODYS_FOLDERS or not folder else folder

    def _proposed_path(self) -> str:
        """Return a file that is not there yet: beside the first file, else under Documents/WaterNet.

        Never where a program copies it to a cloud, nor on a share.
        """
        from qgis.PyQt.QtCore import QStandardPaths

        first = next((Path(source.path) for source in self.ready if source.path), None)
        folder = first.absolute().parent if first is not None else None
        if folder is None or not synced.is_local(folder) or not network_shares.takes_new_files(folder):
            where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
            folder = synced.local_folder(where)
        # Named after the folder the files came in: it is more often the town's than the file is.
        stem = (
            first.absolute().parent.name if first is not None and first.absolute().parent.name else "network"
        )
        path, number = folder / f"{stem}{NETWORK_END}", 2
        while path.exists():
            path, number = folder / f"{stem}_{number}{NETWORK_END}", number + 1
        return str(path)

    def asks_codes(self) -> bool:
        """Return whether a file has codes to be looked at."""
        return any(source.meanings() for source in self.ready)

    def asks_place(self) -> bool:
        """Return whether there is a network to be made, or a file whose rows may have a place."""
        return self.makes_network or any(source.described.has_geometry for source in self.ready)

    # ------------------------------------------------------------------------------------- checking

    def files_fault(self) -> Fault | None:
        """Return why the first step can't be left."""
        if not self.sources:
            return Fault(tr("No file is chosen yet. Choose files, or drop them here."))
        if not self.ready:
            broken = next((source for source in self.sources if source.taken and source.error), None)
            if broken is not None:
                return Fault(broken.error, broken)
            return Fault(tr("No layer is ticked. Tick the layers to adopt."))
        for source in self.sources:
            if source.taken and source.error:
                text = tr("{name} can't be read: {reason} Or untick it.")
                return Fault(text.format(name=source.name, reason=source.error), source)
            if source.ready and source.is_drawn and not source.mapping.layers:
                text = tr("{name}: no CAD layer is ticked. Tick the layers to take, or untick the drawing.")
                return Fault(text.format(name=source.name), source)
        return None

    def fields_fault(self) -> Fault | None:
        """Return why the second step can't be left."""
        from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table

        for source in self.ready:
            for name, (_typed, sentence) in source.faults.items():
                return Fault(sentence, source, name)
            missing = source.missing_fields()
            if missing:
                label = source.described.field(missing[0]).label
                text = tr("{name}: nothing fills “{field}”. Choose its column, or one value for all rows.")
                return Fault(text.format(name=source.name, field=label), source, missing[0])
            try:
                for_columns(for_table(source.mapping, source.described), source.columns)
            except InputError as error:
                return Fault(error.message, source)
        return None

    def codes_fault(self) -> Fault | None:
        """Return why the third step can't be left."""
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN, OPEN

        self.codes.apply(self.ready)
        waiting = [
            (source, meaning)
            for source in self.ready
            for meaning in source.meanings()
            if meaning.state != GIVEN
        ]
        if not waiting:
            return None
        # What has no suggestion needs a person first.
        source, first = next((pair for pair in waiting if pair[1].state == OPEN), waiting[0])
        if len(waiting) == 1:
            label = source.described.field(first.field).label
            text = tr("The code “{code}” of “{field}” has no meaning yet. Choose one.")
            text = text.format(code=first.value or tr("(empty)"), field=label)
        else:
            text = tr(
                "%n code(s) have no meaning yet. Accept the suggestions or choose a meaning.",
                "",
                len(waiting),
            )
        return Fault(text, source, f"{first.field}\x1f{first.value}")

    def network_fault(self) -> Fault | None:
        """Return why the network can't be made."""
        if not self.makes_network:
            return None
        path = Path(self.new_path)
        sentence = ""
        if not self.new_path.strip() or path.suffix.lower() != NETWORK_END:
            sentence = tr("The network needs a file name that ends in .gpkg.")
        elif path.exists():
            sentence = tr("{path} already exists. Choose another name.").format(path=path)
        else:
            folder = next((parent for parent in path.absolute().parents if parent.exists()), None)
            if folder is None or not network_shares.takes_new_files(folder):
                sentence = tr("The folder {folder} can't be written to. Choose another one.").format(
                    folder=path.parent
                )
        if sentence:
            return Fault(sentence, field="path")
        if not self.new_crs:
            return Fault(
                tr("The network needs a coordinate system. Choose a projected one in metres."), field="crs"
            )
        try:
            metric_crs(self.new_crs)
        except InputError as error:
            return Fault(error.message, field="crs")
        return None

    def location_fault(self) -> Fault | None:
        """Return why the fourth step can't be left."""
        fault = self.network_fault()
        if fault is not None:
            return fault
        for source in self.ready:
            sentence = row_coordinates.axes_fault(source)
            if sentence:
                return Fault(sentence, source, "axes")
            if not row_coordinates.needs_coordinates(source):
                continue
            if self.places.is_open(source):
                text = tr("{name}: choose where its rows lie, here or on the map.")
                return Fault(text.format(name=source.name), source, "place")
            try:
                row_coordinates.placed(source, self.target_crs)
            except WaterNetError as error:
                return Fault(error.message, source, "crs")
        return None


def crs_text(crs: Any) -> str:
    """Return a CRS by its code, else as WKT; '' for none."""
    if crs is None:
        return ""
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_wkt())
