"""Files on their way into the wizard: which of those chosen are read, and what is read of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.cells.headings import Header
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.exchange.mapping.adoptable_tables import OwnTables
from waternet_plugin.core.exchange.mapping.period_columns import long_rows
from waternet_plugin.core.files.drawn_entities import DRAWN
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.operations.adoption.file_kinds import SURVEY, kind_of

if TYPE_CHECKING:
    from waternet_plugin.store.foreign.foreign import ForeignRows

# Files that belong to another one of the same name.
_COMPANIONS = frozenset(
    {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qmd", ".qpj", ".csvt", ".idx"}
)
# What a dropped folder is searched for.
_DATA = frozenset(
    {".shp", ".gpkg", ".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods", ".geojson", ".json", ".fgb", ".gml"}
    | {".kml", ".kmz", ".dxf", ".tab", ".mif", ".gpx", ".sqlite", ".gdb"}
)
# What other imports read.
_ELSEWHERE = frozenset(
    {
        ".inp",
        ".xml",
        ".jxl",
        ".jobxml",
        ".gsi",
        ".idx",
        ".sdr",
        ".rw5",
        ".dat",
        ".pnezd",
        ".penzd",
        ".raw",
        ".xyz",
    }
)
# A whole disk is no delivery.
_DEPTH = 4
# Begin the names of files that programs keep beside others.
_HIDDEN = ("~$", ".")
_TEXT = frozenset({".csv", ".txt", ".tsv"})
# Tables that are read here where nobody else takes them.
TABLE_ENDS = frozenset({*_TEXT, ".xlsx", ".xls"})


@dataclass(frozen=True)
class ReadRequest:
    """What is to be read: INPUT of ``adoptlayers``, its encoding and header, '' and None to find out.

    ``period_within`` is the year or month that columns of periods lack, '' where the file says it.
    """

    origin: str
    encoding: str = ""
    header: Header | None = None
    period_within: str = ""


def _is_job(path: Path) -> bool:
    return path.suffix.lower() == ".idx" and kind_of(path) == SURVEY


def _unpacked(path: Path) -> list[Path]:
    """Return the folders in a zipped folder, none of any other file or of one that can't be unpacked.

    Whoever reads that one says why.
    """
    from waternet_plugin.store.foreign import foreign_sources, packed_folders

    with suppress(WaterNetError):
        if packed_folders.is_packed(path) and path.is_file():
            foreign_sources.check_unpacked(path)
            return packed_folders.unpacked(path)
    return []


def files_of(paths: Iterable[str], depth: int = _DEPTH) -> list[str]:
    """Return the files worth reading among those that were chosen, folders and zipped ones looked into.

    Parameters
    ----------
    depth
        How many folders within each other are looked into.
    """
    found: list[str] = []
    for text in paths:
        path = Path(text)
        inside = _unpacked(path)
        if inside:
            found += [one for one in files_of(map(str, inside), 1) if one not in found]
            continue
        if path.is_dir() and path.suffix.lower() != ".gdb":
            known = _DATA | _ELSEWHERE
            within = sorted(one for one in path.iterdir() if not one.name.startswith(_HIDDEN))
            files = [one for one in within if one.suffix.lower() in known]
            folders = [one for one in within if one.is_dir() and one not in files and not one.is_symlink()]
            found += files_of(map(str, [*files, *(folders if depth > 1 else [])]), depth - 1)
            continue
        if path.suffix.lower() in _COMPANIONS:
            main = next(
                (path.with_suffix(end) for end in (".shp", ".SHP", ".csv") if path.with_suffix(end).exists()),
                None,
            )
            # A .dbf of its own is a table like any other; a .idx may be a job of an instrument.
            if main is None and path.suffix.lower() != ".dbf" and not _is_job(path):
                continue
            path = main or path
        if str(path) not in found:
            found.append(str(path))
    return found


def source_name(origin: str) -> str:
    """Return what people call a file, or a layer of one."""
    from waternet_plugin.store.foreign.foreign_sources import is_drawn

    path, _, layer = origin.partition("|layername=")
    layer = layer.split("|")[0]
    if is_drawn(path):
        layer = dict(zip(DRAWN, (tr("blocks"), tr("lines"), tr("areas")))).get(layer, "")
    return f"{Path(path).name} {layer}".strip()


def read_file(
    origin: str,
    *,
    encoding: str = "",
    header: Header | None = None,
    period_within: str = "",
    target_crs: object = None,
    own: OwnTables | None = None,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> list[LayerSource]:
    """Read every layer of a file; what can't be read comes back with the sentence that says why.

    Where a sheet or text file names its columns is found out unless a header is given. ``own`` are the tables
    with fields or codes of its own of the network that the rows go to, ``settings`` are its settings,
    ``period_within`` is the year or month
    of its columns that a person typed.
    """
    from waternet_plugin.store.foreign import foreign
    from waternet_plugin.store.foreign.foreign_descriptions import read_layers
    from waternet_plugin.store.foreign.foreign_sources import is_drawn, split_source

    path, layer = split_source(origin)
    if is_drawn(path) and layer not in DRAWN:
        # QGIS knows a drawing as one layer; its blocks, lines and areas become different rows.
        layer = None
    names: Sequence[str | None] = [layer]
    layer_name = ""
    try:
        if layer is None and Path(path).suffix.lower() not in _TEXT:
            found = [one.name for one in read_layers(path, encoding=encoding or None)]
            if len(found) == 1 and not is_drawn(path):
                layer_name = found[0] if found[0] != Path(path).stem else ""
            else:
                names = found
    except WaterNetError as error:
        return [LayerSource(origin, source_name(origin), path=path, encoding=encoding, error=error.message)]
    sources = []
    for number, name in enumerate(names):
        step = progress.part(number / len(names), (number + 1) / len(names))
        step.at(0.0, tr("Reading {source}").format(source=source_name(origin)))
        inner = f"{path}|layername={name}" if name else path
        source = LayerSource(inner, source_name(inner), path=path, encoding=encoding, own=own or {})
        source.settings = settings
        source.layer_name, source.period_within = layer_name, period_within
        try:
            source.header = header or foreign.find_header(inner, encoding=encoding or None)
            read = _look_at_readings(source) or foreign.read_rows(
                inner, encoding=encoding or None, header=source.header
            )
            source.encoding_used, source.top, source.left_out = read.encoding, read.top, read.left_out
            source.estimated_rows, source.doubtful = read.estimated_rows, read.doubtful
            step.at(0.6)
            take_frame(source, _in_rows(source, read.frame), target_crs)
        except WaterNetError as error:
            source.error = error.message
            # Another row can be chosen where the columns are not named as was said.
            with suppress(WaterNetError):
                source.top = foreign.top_rows(inner, encoding=encoding or None)
        sources.append(source)
    _leave_prose_out(sources)
    return sources


def _in_rows(source: LayerSource, frame: Any) -> Any:
    """Return the rows of a table; one with a column for each month, day or hour has a row for each then.

    Raises
    ------
    InputError
        When nothing says of which year or month the columns are.
    """
    from waternet_plugin.core.exchange.periods.period_headings import period_columns

    source.periods = period_columns(frame, [*source.titles, source.name])
    if source.periods is not None and source.period_within:
        source.periods = replace(source.periods, within=source.period_within, lacks="")
    return frame if source.periods is None else long_rows(frame, source.periods).frame


def _leave_prose_out(sources: Sequence[LayerSource]) -> None:
    """Untick hidden sheets, and those of which no column is known, beside one whose columns are: notes."""
    from waternet_plugin.store.foreign.foreign_workbooks import hidden_sheets

    hidden = hidden_sheets(Path(sources[0].path)) if sources else frozenset()
    for source in sources:
        if (
            source.taken
            and source.origin.partition("|layername=")[2] in hidden
            and len(hidden) < len(sources)
        ):
            source.taken = False
            source.why_left = tr("The sheet is hidden, so it is left out. Tick it to take it.")
    is_known = [
        bool(one.frame is not None and (set(one.mapping.fields) - {"note"} or one.has_shapes))
        for one in sources
    ]
    for source, known in zip(sources, is_known):
        if any(is_known) and not known and source.taken:
            source.taken = False
            source.why_left = tr("No column of this sheet is known, so it is left out. Tick it to take it.")


def _look_at_readings(source: LayerSource) -> ForeignRows | None:
    """Return some rows of a long file of readings, which says enough to guess by; None for any other file.

    Other tables are read whole: each of their codes is asked for.
    """
    from waternet_plugin.core.exchange.adoption.adoption import source_columns
    from waternet_plugin.core.exchange.guessing.reading_guess import looks_like_readings
    from waternet_plugin.store.foreign import foreign

    try:
        look = foreign.look_at_rows(source.origin, encoding=source.encoding or None, header=source.header)
    except WaterNetError:
        # What is wrong is told with its line by whoever reads all of it.
        return None
    if look is None or not looks_like_readings(look.frame, source_columns(look.frame)):
        return None
    return look


def take_frame(source: LayerSource, frame: Any, target_crs: object = None) -> None:
    """Give a source its rows and guess what they are."""
    from waternet_plugin.core.exchange.guessing.tables.table_guess import guessed_of_projects

    source.frame, source.error = frame, ""
    if not len(frame):
        source.frame = None
        source.error = tr("The layer has no rows. Choose another file or layer.")
        return
    source.use_table(source.periods.table if source.periods is not None else "", target_crs)
    # A drawing without a layer that speaks for the rows is a base map until somebody names some.
    source.taken = not source.is_drawn or bool(source.mapping.layers)
    if guessed_of_projects(source.table, frame):
        source.taken = False
        source.why_left = tr(
            "It lists projects without a place: these come from plans here. Tick it to take its rows as "
            "something else."
        )
    # Counts the codes here, where reading has a thread of its own.
    source.meanings()
