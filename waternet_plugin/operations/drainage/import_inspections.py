"""Import inspections of drains with their defects, from ISYBAU XML or a crew's table, as one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import REJECTED_COLUMNS, AdoptionResult
from waternet_plugin.core.exchange.adoption.verdicts import DUPLICATE_ID, MISSING_VALUE
from waternet_plugin.core.exchange.inspections import isybau
from waternet_plugin.core.exchange.inspections.coding import (
    CJJ_181,
    STANDARDS,
    spoken,
    strange_codes,
)
from waternet_plugin.core.exchange.inspections.crew_drains import with_pipes_of_ends
from waternet_plugin.core.exchange.inspections.crew_headings import ENDS, guessed
from waternet_plugin.core.exchange.inspections.crew_tables import (
    DEFECT,
    INSPECTION,
    KEY,
    CrewTable,
    take_apart,
)
from waternet_plugin.core.exchange.mapping import mapping_file
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.frames import PlainFrames, stacked
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.adoption.adoption import figures_of
from waternet_plugin.core.reports.drainage.inspections import (
    STRANGE_CODE,
    below_line,
    ends_line,
    import_lines,
    left_out_lines,
    nothing_imported,
)
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers, with_row_numbers
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.adoption.adoption_target import Target
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.foreign import foreign
from waternet_plugin.store.network import Network

_XML = ".xml"
# Of the distinct codes so many may be of no standard: they alone are rejected.
_MOST_STRANGE = 0.34


@dataclass(frozen=True)
class InspectionSource:
    """What is imported.

    Attributes
    ----------
    path
        An XML file, or a table as path or path|layername=name.
    mapping
        A mapping as JSON text or the path of one; '' takes what the headings leave no doubt about.
    """

    path: str
    mapping: str = ""

    def __post_init__(self) -> None:
        if self.mapping and mapping_file.parse(self.mapping).fields and self.is_xml:
            raise InputError(tr("ISYBAU XML names its own fields. Leave MAPPING empty."))

    @property
    def is_xml(self) -> bool:
        """Whether the file is XML by its name."""
        return Path(self.path).suffix.lower() == _XML

    @property
    def name(self) -> str:
        """What people call it."""
        path, _, layer = self.path.partition("|layername=")
        return f"{Path(path).name} {layer.split('|')[0]}".strip()


@dataclass(frozen=True)
class ImportedInspections(Written, PlainFrames):
    """What became of a file.

    Attributes
    ----------
    inspections, defects
        The rows that are written.
    rejected
        Rows that are not, with the reason and their own columns.
    rows_in
        Rows of the file.
    lines
        The answer in sentences.
    """

    inspections: pd.DataFrame
    defects: pd.DataFrame
    rejected: pd.DataFrame
    rows_in: int
    lines: tuple[str, ...]

    @property
    def rows_rejected(self) -> int:
        """How many rows of the file are not written."""
        return len(self.rejected)

    @property
    def rows_written(self) -> int:
        """How many rows of the file are written."""
        return self.rows_in - self.rows_rejected


def import_inspections(
    network: Network,
    request: InspectionSource,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ImportedInspections], Any] = no_outputs,
) -> ImportedInspections:
    """Import inspections and their defects as one batch.

    Raises
    ------
    InputError
        When the file can't be read, a mapping does not fit, codes are of another standard, or no row can
        be imported.
    """
    progress.at(0.01, tr("Reading {source}").format(source=request.name))
    read = read_inspections(network, request)
    if not len(read.frame):
        raise InputError(tr("The layer has no rows. Choose another file or layer."))
    target = Target(network.crs, network)
    progress.at(0.3, tr("Reading inspections"))
    frame, mapping, of_ends = with_ends(network, read)
    table = take_apart(frame, mapping)
    table, below = with_one_standard(table), table.below
    numbers = row_numbers(read.frame)
    own = with_row_numbers(table.inspections, numbers[table.inspection_rows])
    inspections = _examined(target, request, own, table.inspection_mapping, INSPECTION)
    standards = _standards(network, table, inspections)
    strange = _strange(table, standards)
    inspections = _with_known_codes(table, inspections, strange)
    table = table.with_codes(standards == CJJ_181)
    known = _known(network, inspections)
    # The defects of an inspection that is rejected are rejected with it.
    orphaned = ~table.defects[KEY].isin(known).to_numpy() & (strange == None)  # noqa: E711
    progress.at(0.5, tr("Reading defects"))
    kept = np.flatnonzero(~orphaned & (strange == None))  # noqa: E711
    own = with_row_numbers(table.defects.iloc[kept], numbers[table.defect_rows[kept]])
    defects = _examined(target, request, own, table.defect_mapping, DEFECT)
    rejected = _rejected(read.frame, table, inspections, defects, kept, orphaned, strange)
    inspection_rows = _rows(inspections, INSPECTION)
    defect_rows = _rows(defects, DEFECT)
    if not len(inspection_rows) and not len(defect_rows):
        raise InputError(nothing_imported(rejected))
    done = ImportedInspections(
        "",
        inspection_rows,
        defect_rows,
        rejected,
        len(frame),
        (*_lines(network, read, rejected, (inspections, defects)), *ends_line(of_ends), *below_line(below)),
    )
    progress.at(0.7, tr("Writing"))
    facts = {
        "source": request.name,
        "inspections": len(inspection_rows),
        "defects": len(defect_rows),
        **{one.table: figures_of(one) for one in (inspections, defects) if one is not None},
    }
    with network.write(
        "adopt", name=request.name, facts=facts, seen=target.seen, backup=True, progress=progress.part(0.7, 1)
    ) as batch:
        for name, rows in ((INSPECTION, inspection_rows), (DEFECT, defect_rows)):
            if len(rows):
                batch.insert(name, rows)
        return finish(batch, done, before_commit)


@dataclass(frozen=True)
class ReadInspections:
    """Rows of a file, their mapping, and what beside the table was left out."""

    frame: pd.DataFrame
    mapping: Mapping
    left_out: tuple[str, ...] = ()

    @property
    def unread(self) -> list[str]:
        """The columns that nothing reads; of XML only those that crews use are told."""
        if self.mapping is isybau.MAPPING:
            return []
        used = {one.column.casefold() for one in self.mapping.fields.values()}
        return [str(one) for one in self.frame.columns if str(one).casefold() not in used]


def read_inspections(network: Network, source: InspectionSource) -> ReadInspections:
    """Return the rows of the file with their mapping."""
    if source.is_xml:
        path = Path(source.path)
        if not path.is_file():
            raise InputError(
                tr("There is no file {path}. Check the name and the folder.").format(path=source.path)
            )
        return ReadInspections(isybau.read(path.read_bytes(), path.name), isybau.MAPPING)
    given = mapping_file.parse(source.mapping) if source.mapping else None
    encoding = (given.encoding if given is not None else "") or None
    header = given.header if given is not None else foreign.find_header(source.path, encoding=encoding)
    read = foreign.read_rows(source.path, encoding=encoding, header=header)
    if given is not None:
        return ReadInspections(read.frame, given, read.left_out)
    target = Target(network.crs, network)
    return ReadInspections(read.frame, replace(guessed(read.frame, target.ids), header=header), read.left_out)


def with_ends(network: Network, read: ReadInspections) -> tuple[pd.DataFrame, Mapping, tuple[str, ...]]:
    """Return rows and mapping with the pipes that lie between the manholes of rows, and which these are."""
    pipes = network.read("pipe", ["pipe_id", *ENDS], geometry=False)
    former = partial(Target(network.crs, network).former_names, "node")
    return with_pipes_of_ends(read.frame, read.mapping, pipes, former)


def with_one_standard(table: CrewTable) -> CrewTable:
    """Return a table whose inspections have a standard: as said, else the one that all or most codes fit.

    Raises
    ------
    InputError
        When the codes fit none or several.
    """
    codes = table.codes
    if table.has_standard or not len(table.inspections) or all(one is None for one in codes):
        return table
    fitting = spoken(codes)
    if len(fitting) == 1:
        return table.with_standard(fitting[0])
    if fitting:
        message = tr(
            "The codes fit several standards ({names}). Name the right one in MAPPING, such as {example}."
        )
        example = f'"defaults": {{"standard": "{fitting[0]}"}}'
        raise InputError(message.format(names=listed(_label(one) for one in fitting), example=example))
    strange = {one: strange_codes(codes, one) for one in STANDARDS}
    nearest, second = sorted(STANDARDS, key=lambda one: len(strange[one]))[:2]
    distinct = len({str(one) for one in codes if one is not None})
    if len(strange[nearest]) < len(strange[second]) and _is_few(len(strange[nearest]), distinct):
        return table.with_standard(nearest)
    message = tr("The codes are not all of the same standard: {codes}. Import each standard separately.")
    told = [
        tr("{codes} (not of {standard})").format(codes=shortened(strange[one]), standard=_label(one))
        for one in (nearest, second)
    ]
    raise InputError(message.format(codes=listed(told)))


def _is_few(strange: int, distinct: int) -> bool:
    """Return whether so few codes are strange that they are slips, and the standard is right."""
    return strange <= _MOST_STRANGE * distinct


def _label(standard: str) -> str:
    return domain("inspection_standard")[standard].label


def _examined(
    target: Target, source: InspectionSource, frame: pd.DataFrame, mapping: Mapping, table: str
) -> Optional[AdoptionResult]:
    """Return what adopting rows of one table gives; None for no rows."""
    if not len(frame):
        return None
    part = adopt_layers.MappedFrame(source.name, frame.reset_index(drop=True), mapping, table)
    return adopt_layers.examine(target, part)


def _rows(result: Optional[AdoptionResult], table: str) -> pd.DataFrame:
    return pd.DataFrame() if result is None else result.rows


def _known(network: Network, inspections: Optional[AdoptionResult]) -> list[str]:
    """Return the inspections that defects may belong to: the new ones, without any those of the network."""
    if inspections is not None:
        return inspections.rows["inspection_id"].tolist()
    return network.read(INSPECTION, ["inspection_id"], geometry=False)["inspection_id"].tolist()


def _standards(network: Network, table: CrewTable, inspections: Optional[AdoptionResult]) -> Array:
    """Return the standard of each defect's inspection, None where nobody knows it."""
    known = (
        network.read(INSPECTION, ["inspection_id", "standard"], geometry=False)
        if inspections is None
        else inspections.rows
    )
    if "standard" not in known or not len(known):
        return np.full(len(table.defects), None, dtype=object)
    standard_of = known.drop_duplicates("inspection_id").set_index("inspection_id")["standard"]
    found = table.defects[KEY].map(standard_of)
    return found.astype(object).where(found.notna(), None).to_numpy(dtype=object)


def _strange(table: CrewTable, standards: Array) -> Array:
    """Return why the code of each defect is none of the standard of its inspection, None where it is one.

    Raises
    ------
    InputError
        Where so many codes are strange that the standard is wrong.
    """
    codes = table.codes
    reasons = np.full(len(codes), None, dtype=object)
    for standard in sorted({str(one) for one in standards if one is not None}):
        strange = strange_codes(codes[standards == standard], standard)
        strange = tuple(one for one in strange if not (standard == CJJ_181 and table.means(one)))
        own = {str(one) for one in codes[standards == standard] if one is not None}
        if strange and _is_few(len(strange), len(own)):
            text = tr("The code {code} is not in {standard}. Correct it in the file.")
            for row in np.flatnonzero((standards == standard) & np.isin(codes.astype(str), strange)):
                reasons[row] = text.format(code=codes[row], standard=_label(standard))
        elif strange:
            raise InputError(
                tr(
                    "These codes are not in {standard}: {codes}. Name the standard that the inspections were "
                    "made by, or give the codes a meaning in MAPPING."
                ).format(standard=_label(standard), codes=shortened(strange))
            )
    text = tr("The code {code} has another grade than its row. Correct one of them in the file.")
    for row in np.flatnonzero(table.contradicting & (standards == CJJ_181)):
        reasons[row] = reasons[row] or text.format(code=codes[row])
    return reasons


def _with_known_codes(
    table: CrewTable, inspections: Optional[AdoptionResult], strange: Array
) -> Optional[AdoptionResult]:
    """Return inspections without those all of whose defects are rejected: nothing seen would be untrue."""
    rejected = strange != None  # noqa: E711
    if inspections is None or not rejected.any():
        return inspections
    keys = table.defects[KEY].to_numpy(dtype=object)
    # A row that names the inspection alone, without a defect, keeps it.
    named = np.isin(table.defect_rows, table.inspection_rows)
    lost = set(keys[rejected & named]) - set(keys[~rejected])
    kept = ~inspections.rows["inspection_id"].isin(lost).to_numpy()
    return replace(inspections, rows=inspections.rows[kept], source_rows=inspections.source_rows[kept])


def _rejected(
    frame: pd.DataFrame,
    table: CrewTable,
    inspections: Optional[AdoptionResult],
    defects: Optional[AdoptionResult],
    kept: Array,
    orphaned: Array,
    strange: Array,
) -> pd.DataFrame:
    """Return the rows of the file that are not written, each once, with the reason and their own columns."""
    parts = []
    nameless = tr("The row names neither inspection nor pipe nor manhole. Enter it in the file.")
    parts.append(_verdicts(table.nameless, None, MISSING_VALUE, nameless))
    if inspections is not None:
        parts.append(_moved(inspections.rejected, table.inspection_rows))
        with_it = tr("Its inspection is not imported: its id already exists, or its row is rejected.")
    else:
        with_it = tr("There is no inspection with this id. Import the inspections first.")
    lost = np.flatnonzero(orphaned)
    code = DUPLICATE_ID if inspections is not None else MISSING_VALUE
    parts.append(_verdicts(table.defect_rows[lost], table.defects[KEY].to_numpy()[lost], code, with_it))
    rows = np.flatnonzero(strange != None)  # noqa: E711
    told = _verdicts(table.defect_rows[rows], table.defects[KEY].to_numpy()[rows], STRANGE_CODE, "")
    parts.append(told.assign(reason=strange[rows]))
    if defects is not None:
        parts.append(_moved(defects.rejected, table.defect_rows[kept]))
    told = stacked([one for one in parts if len(one)] or parts[:1])
    told = told.drop_duplicates("source_row").sort_values("source_row", ignore_index=True)
    own = frame.iloc[told["source_row"].to_numpy(dtype=np.int64) - 1].reset_index(drop=True)
    told["source_row"] = row_numbers(frame)[told["source_row"].to_numpy(dtype=np.int64) - 1]
    kept_columns = [one for one in own.columns if one not in REJECTED_COLUMNS]
    return pd.concat([told, pd.DataFrame(own[kept_columns])], axis=1)


def _verdicts(rows: Array, ids: Optional[Array], code: str, sentence: str) -> pd.DataFrame:
    columns = (
        np.asarray(rows, dtype=np.int64) + 1,
        np.full(len(rows), None, dtype=object) if ids is None else ids,
        np.full(len(rows), code, dtype=object),
        np.full(len(rows), sentence, dtype=object),
    )
    return pd.DataFrame(dict(zip(REJECTED_COLUMNS, columns)))


def _moved(rejected: pd.DataFrame, rows: Array) -> pd.DataFrame:
    """Return rejected rows of a part with the numbers that they have in the file."""
    return rejected.assign(source_row=rows[rejected["source_row"].to_numpy(dtype=np.int64) - 1] + 1)


def _lines(
    network: Network,
    read: ReadInspections,
    rejected: pd.DataFrame,
    results: tuple[Optional[AdoptionResult], Optional[AdoptionResult]],
) -> list[str]:
    pipes = network.read("pipe", ["pipe_id", "length_m"], geometry=False)
    nodes = network.read("node", ["node_id"], geometry=False)
    left_out = left_out_lines(read.unread, read.left_out)
    return import_lines(len(read.frame), rejected, results, left_out, pipes, nodes)
