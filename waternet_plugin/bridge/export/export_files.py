"""Write tables of a network to a file: beside its place first, so that it is whole or not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waternet_plugin.bridge.export import content as contents
from waternet_plugin.bridge.export.file_values import VALUES
from waternet_plugin.bridge.export.formats import SINGLE, TOGETHER, FormatOptions
from waternet_plugin.bridge.export.headers import HEADERS
from waternet_plugin.bridge.export.losses import Losses
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.utilities.partitions import write_check_files, write_partition
from waternet_plugin.store.geopackage.location import network_shares
from waternet_plugin.store.outputs import refuse_network_as_output
from waternet_plugin.store.partitions.check_files import CHECK_TABLES
from waternet_plugin.store.partitions.partition_files import TABLES, Utility

if TYPE_CHECKING:
    from waternet_plugin.store import Network

ENCODINGS = ("utf-8", "gbk")
_AS_STORED = FormatOptions()
# Formats by the ending of the file's name.
FORMATS = (".gpkg", ".shp", ".csv", ".xlsx", ".parquet")
# Pipes and failures of a utility, in a file each.
_PARTITION = ".parquet"
# Files of an older shapefile that would no longer fit the new one.
_SIDES = "shp shx dbf prj cpg qix sbn sbx qpj qmd shp.xml ind idm".split()


@dataclass(frozen=True)
class ExportedFiles:
    """What was written: the files, rows by table, and what the format could not hold, in sentences."""

    paths: tuple[Path, ...]
    rows: dict[str, int]
    notes: tuple[str, ...]

    @property
    def files(self) -> int:
        """How many files there are, not counting those that only go with another one."""
        return sum(path.suffix in (*FORMATS, ".dbf") for path in self.paths if not self._goes_along(path))

    def _goes_along(self, path: Path) -> bool:
        return path.suffix == ".dbf" and path.with_suffix(".shp") in self.paths

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def check_target(path: Path) -> None:
    """Refuse a file that can't be written, and one that must not be replaced.

    Raises
    ------
    InputError
        With the reason and what to do.
    """
    if path.suffix.lower() not in FORMATS:
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=listed(FORMATS)))
    folder = path.absolute().parent
    if not folder.is_dir():
        message = tr("The folder {folder} does not exist. Create it or choose another one.")
        raise InputError(message.format(folder=folder))
    if not network_shares.takes_new_files(folder):
        message = tr("The folder {folder} can't be written to. Choose another one.")
        raise InputError(message.format(folder=folder))
    refuse_network_as_output(path)
    if path.suffix.lower() == ".gpkg" and path.exists():
        if path.with_name(path.name + "-wal").exists() or path.with_name(path.name + "-journal").exists():
            message = tr("{name} is open in another program. Close it there or choose another name.")
            raise InputError(message.format(name=path.name))


def _check_choice(choice: FormatOptions) -> None:
    for name, value, known in (
        ("HEADERS", choice.headers, HEADERS),
        ("VALUES", choice.values, VALUES),
        ("ENCODING", choice.encoding, ENCODINGS),
    ):
        if value not in known:
            message = tr("{name} “{value}” is not known. Choose one of: {known}.")
            raise InputError(message.format(name=name, value=value, known=listed(known)))


def _put_in_place(folder: Path, target: Path, stems: Sequence[str]) -> tuple[Path, ...]:
    """Move the finished files to where they belong and return them, the main one of each table first."""
    first = (target.suffix.lower(), ".dbf")

    def rank(path: Path) -> tuple[int, int, str]:
        kind = first.index(path.suffix) if path.suffix in first else len(first)
        return kind, stems.index(path.stem) if path.stem in stems else len(stems), path.name

    made = sorted(folder.iterdir(), key=rank)
    places = {path: target.parent / path.name for path in made}
    for place in places.values():
        # The ending is written in small letters, whatever was asked for.
        refuse_network_as_output(place)
    old = [
        target.parent / f"{path.stem}.{side}"
        for path in made
        if path.suffix in (".shp", ".dbf")
        for side in _SIDES
    ]
    replace_set(places, old)
    return tuple(places.values())


def _partition(
    network: Network, tables: Sequence[str], output: Path, *, ids: Sequence[str] | None, progress: Progress
) -> ExportedFiles:
    """Write pipes and failures as `scoreutilities` reads them, with all tables what its checks read, too."""
    for_checks = set(tables) == set(CHECK_TABLES)
    if (set(tables) != set(TABLES) and not for_checks) or ids is not None:
        message = tr(
            "A .parquet holds a utility for scoring: give TABLE=pipe;failure, to check it, too, "
            "TABLE={tables}, and leave IDS empty."
        )
        raise InputError(message.format(tables=";".join(CHECK_TABLES)))
    utility = Utility(output.stem, output.parent)
    rows = write_partition(network, utility, progress.part(0.0, 0.5 if for_checks else 1.0))
    files = [utility.file(name) for name in rows]
    if for_checks:
        rows = write_check_files(network, utility, progress.part(0.5, 1.0))
        files += [utility.check_file(name) for name in rows]
    return ExportedFiles(tuple(files), rows, ())


def export_tables(
    network: Network,
    tables: Sequence[str],
    output: Path,
    *,
    ids: Sequence[str] | None = None,
    personal: bool = False,
    choice: FormatOptions = _AS_STORED,
    progress: Progress = SILENT,
) -> ExportedFiles:
    """Write tables of a network to a file; its ending says the format.

    GeoPackage and XLSX hold several tables in one file; shapefiles and CSV get one file a table, named
    behind the file's name, where there are several. A table without rows is left out when there are others.

    Parameters
    ----------
    tables
        Tables, or the views ``pipe_health`` and ``pipe_plan``.
    output
        The file; one that is there is replaced when the new one is complete.
    ids
        Only rows with these ids; for one table only.
    personal
        With the fields about people; without them the notes tell what was left out.
    choice
        Headers, values and encoding.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    _check_choice(choice)
    check_target(output)
    if output.suffix.lower() == _PARTITION:
        return _partition(network, tables, output.absolute(), ids=ids, progress=progress)
    found = []
    for number, name in enumerate(tables):
        progress.at(0.3 * number / len(tables))
        found.append(contents.content_of(network, name, ids, personal=personal))
    filled = [content for content in found if content.rows]
    if not filled:
        raise InputError(
            tr("There is nothing to export: {tables} has no rows.").format(tables=contents.listed(tables))
        )
    suffix = output.suffix.lower()
    losses = Losses()
    if ids is not None:
        losses.note("missing", tables[0], len(set(ids)) - filled[0].rows)
    rest = progress.part(0.3, 1.0)
    single = len(tables) == 1 or suffix in TOGETHER
    stems = [output.stem if single else f"{output.stem}_{content.name}" for content in filled]
    with scratch.folder(output.absolute().parent, "export") as folder:
        if suffix in TOGETHER:
            TOGETHER[suffix](folder, output.stem, filled, choice, losses, rest)
        else:
            for number, content in enumerate(filled):
                part = rest.part(number / len(filled), (number + 1) / len(filled))
                SINGLE[suffix](folder, stems[number], content, choice, losses, part)
        paths = _put_in_place(folder, output.absolute(), stems)
    notes = (*contents.personal_left_out(filled), *losses.sentences())
    return ExportedFiles(paths, {content.name: content.rows for content in filled}, notes)
