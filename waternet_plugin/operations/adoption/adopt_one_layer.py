"""Adopt one foreign layer or file into a table of a network, update by it, or try either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from waternet_plugin.core.cells.headings import Header, name_with_titles
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, rejected_rows, source_columns
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.doubts.doubt_texts import hint_text
from waternet_plugin.core.exchange.drawings.cad_layers import on_layers, with_layers
from waternet_plugin.core.exchange.drawings.drawn_guess import guess_drawn
from waternet_plugin.core.exchange.guessing.guessing import Guess, guess
from waternet_plugin.core.exchange.guessing.tables.table_guess import guessed_of_projects
from waternet_plugin.core.exchange.inspections.crew_signs import are_of_defects
from waternet_plugin.core.exchange.mapping import mapping_check, mapping_file
from waternet_plugin.core.exchange.mapping.adoptable_tables import (
    OwnTables,
    adoptable,
    adoptable_tables,
)
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.period_columns import PeriodColumns, long_rows
from waternet_plugin.core.exchange.mapping.reading_mapping import READING
from waternet_plugin.core.exchange.periods.period_headings import period_columns, with_periods
from waternet_plugin.core.exchange.periods.rows_of_file import in_rows_of_file
from waternet_plugin.core.exchange.update_modes import INSERT
from waternet_plugin.core.places.coordinates import LON_LAT
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.adoption.adoption import (
    adoption_report,
    is_there_already,
    nothing_adopted,
    summary_lines,
)
from waternet_plugin.core.reports.adoption.updating import public_changes
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.workbooks.row_numbers import row_numbers
from waternet_plugin.core.workbooks.sheet_tables import titles_above
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.operations.adoption.adoption_places import mapping_with_place
from waternet_plugin.operations.adoption.adoption_target import Target
from waternet_plugin.operations.adoption.file_kinds import other_import
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.foreign import foreign, foreign_descriptions, foreign_sources
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class AdoptLayerRequest:
    """What is adopted, and how.

    Parameters
    ----------
    source
        A path, or path|layername=name; not read where the rows are handed in.
    mapping
        A mapping as JSON text, or the path of one; '' guesses one in a dry run.
    table
        Name of the table; '' guesses it in a dry run.
    dry_run
        Only look what would be adopted.
    name
        What people call the source; '' for the name of its file and layer.
    mode
        What becomes of rows whose ids are there: `MODES`.
    take_conflicts, clear, take_geometry
        Of an update, see `UpdateChoice`.
    personal
        List changes of fields about people too.
    own
        Tables of the network with fields or codes of its own, which the mapping may name.

    Raises
    ------
    InputError
        For a mapping or table that is missing or does not fit.
    """

    source: str
    mapping: str = ""
    table: str = ""
    dry_run: bool = False
    name: str = ""
    mode: str = INSERT
    take_conflicts: bool = False
    clear: bool = False
    take_geometry: bool = False
    personal: bool = False
    own: OwnTables = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.mapping and not self.dry_run:
            raise InputError(
                tr(
                    "A MAPPING is required. Run with DRY_RUN and REPORT first: this guesses one and writes "
                    "it next to the report."
                )
            )
        if self.table:
            adoptable(self.table, self.own)
        elif self.mapping:
            raise InputError(
                tr("TABLE is required. Choose one of: {tables}.").format(tables=listed(adoptable_tables()))
            )
        if self.mapping:
            mapping_check.for_table(mapping_file.parse(self.mapping), adoptable(self.table, self.own))

    @property
    def choice(self) -> UpdateChoice | None:
        """What of the rows that are there is updated; None adopts new rows alone."""
        if self.mode == INSERT:
            return None
        return UpdateChoice(self.mode, self.take_conflicts, self.clear, self.take_geometry)

    @property
    def parsed_mapping(self) -> Mapping | None:
        """The mapping, None where one is guessed."""
        return mapping_file.parse(self.mapping) if self.mapping else None

    @property
    def encoding(self) -> str | None:
        """The encoding that the mapping names, None where it is to be found out."""
        parsed = self.parsed_mapping
        return (parsed.encoding if parsed is not None else "") or None

    @property
    def shown_name(self) -> str:
        """What people call the source."""
        path, _, layer = self.source.partition("|layername=")
        return self.name or f"{Path(path).name} {layer.split('|')[0]}".strip()


@dataclass(frozen=True)
class AdoptLayerResult(Written):
    """What became of a source.

    Parameters
    ----------
    adoption
        The rows that were adopted, or would be, and those that were rejected.
    source_rows
        The rows as they were read.
    rejected
        The rejected ones of them with the reasons.
    changes
        What an update changes, `CHANGE_COLUMNS`; of fields about people where it was asked for.
    report
        All that on a page.
    summary
        The same in sentences.
    guessed_mapping
        The mapping where it was guessed, None where it was given.
    """

    adoption: AdoptionResult
    source_rows: pd.DataFrame
    rejected: pd.DataFrame
    changes: pd.DataFrame
    report: Report
    summary: tuple[str, ...]
    guessed_mapping: Mapping | None


def adopt_layer(
    network: Network,
    request: AdoptLayerRequest,
    progress: Progress = SILENT,
    *,
    rows: pd.DataFrame | None = None,
    before_commit: Callable[[AdoptLayerResult], Any] = no_outputs,
) -> AdoptLayerResult:
    """Adopt a source as one batch, or look what adopting it would give.

    Parameters
    ----------
    rows
        The rows of a source that is not a file; None reads the file.
    before_commit
        Called before the batch is committed, and at the end of a dry run: when it raises, nothing is written.

    Raises
    ------
    InputError
        For everything that stops an adoption.
    """
    source = request.shown_name
    progress.at(0.01, tr("Reading {source}").format(source=source))
    read_file, header = _read(request, rows)
    if rows is None and not request.table and are_of_defects(source_columns(read_file.frame)):
        message = tr(
            "{file} lists defects of drains, one a row. Import it by waternet:{algorithm}, or name the table."
        )
        raise InputError(message.format(file=source, algorithm="importinspections"))
    mapping, table, guessed = request.parsed_mapping, request.table, None
    periods = _periods(request, read_file, header) if mapping is None else mapping.periods
    laid = None if periods is None else long_rows(read_file.frame, periods)
    read = read_file if laid is None else replace(read_file, frame=laid.frame)
    target = Target(network.crs, network)
    if mapping is None:
        guessed = _guess(request, read, header, target, periods, is_file=rows is None)
        given = with_periods(replace(guessed.mapping, header=header), guessed.table, periods)
        if guessed.table == READING:
            given = replace(given, time_zone=target.settings.text("general.time_zone"))
        guessed = replace(guessed, mapping=given)
        mapping, table = guessed.mapping, guessed.table
        if not request.table and guessed_of_projects(table, read.frame):
            message = tr(
                "{file} lists projects without a place: these come from plans here, and no table takes them. "
                "Name the table if its rows are something else."
            )
            raise InputError(message.format(file=source))
    described = adoptable(table, target.own)
    if rows is None and foreign_sources.is_drawn(request.source):
        mapping = with_layers(mapping, read.frame, described)
    mapping, placed = _placed(network, request, read, mapping, described, is_guessed=guessed is not None)
    part = adopt_layers.MappedFrame(
        source,
        read.frame,
        mapping,
        table,
        read.left_out,
        choice=request.choice,
        origin=request.source if rows is None else "",
        doubtful=read.doubtful,
    )
    adoption = adopt_layers.examine(target, part, dry_run=request.dry_run, progress=progress.part(0.3, 0.6))
    if placed:
        adoption = replace(adoption, notes=(placed, *adoption.notes))
    hint = hint_text(adoption.doubts)
    if hint:
        adoption = replace(adoption, notes=(*adoption.notes, hint))
    if laid is not None:
        adoption = in_rows_of_file(adoption, laid.origin, row_numbers(read_file.frame))
    done = _result(request, read_file, adoption, guessed, network.name)

    if request.dry_run:
        before_commit(done)
        return done
    if not adoption.assets_written:
        if is_there_already(adoption):
            before_commit(done)
            return done
        raise InputError(nothing_adopted(adoption))
    batch_id = adopt_layers.write(
        network,
        adoption,
        name=source,
        origin=part.origin,
        seen=target.seen,
        within=lambda: before_commit(done),
        progress=progress.part(0.6, 0.95),
    )
    return replace(done, batch_id=batch_id)


def _placed(
    network: Network,
    request: AdoptLayerRequest,
    read: foreign.ForeignRows,
    mapping: Mapping,
    table: Table,
    *,
    is_guessed: bool,
) -> tuple[Mapping, str]:
    """Return the mapping with the coordinate system of rows that name none, and why it is that one."""
    if not table.has_geometry:
        return mapping, ""
    mapping = mapping_check.for_columns(mapping_check.for_table(mapping, table), source_columns(read.frame))
    frame = read.frame[on_layers(read.frame, mapping.layers)] if mapping.layers else read.frame
    titles = _titles(read, mapping.header)
    default = mapping.crs if is_guessed and mapping.crs != LON_LAT else ""
    bare = replace(mapping, crs="") if default else mapping
    name = request.shown_name
    return mapping_with_place(network, name, frame, bare, table.name, texts=titles, default=default)


def _titles(read: foreign.ForeignRows, header: Header | None) -> list[str]:
    """Return the texts above a table."""
    return titles_above(read.top, header.row) if header is not None else []


def _periods(
    request: AdoptLayerRequest, read: foreign.ForeignRows, header: Header | None
) -> PeriodColumns | None:
    """Return the columns that are months, days or times of the day, None where a table has none."""
    return period_columns(read.frame, [*_titles(read, header), request.shown_name])


def _guess(
    request: AdoptLayerRequest,
    read: foreign.ForeignRows,
    header: Header | None,
    target: Target,
    periods: PeriodColumns | None,
    *,
    is_file: bool,
) -> Guess:
    """Return how the rows of a source may become rows of a table."""
    table = request.table or (periods.table if periods is not None else "")
    # Rows of an open layer have no file.
    layer = foreign_descriptions.single_layer(request.source) if is_file else ""
    source = name_with_titles(f"{request.shown_name} {layer}".strip(), _titles(read, header))
    frame = read.frame
    if foreign_sources.is_drawn(request.source):
        return guess_drawn(
            frame,
            table=table,
            name=source,
            target_crs=target.crs,
            ids=target.ids,
            own=target.own,
            settings=target.settings,
        )
    return guess(
        frame,
        table=table or None,
        name=source,
        target_crs=target.crs,
        ids=target.ids,
        own=target.own,
        settings=target.settings,
    )


def _read(request: AdoptLayerRequest, rows: pd.DataFrame | None) -> tuple[foreign.ForeignRows, Any]:
    """Return what the source holds, and where its columns are named; found out where there is no mapping."""
    mapping = request.parsed_mapping
    if rows is not None:
        if mapping is not None and mapping.header is not None:
            message = tr("{file} has its own column names. Remove “header” from the mapping.")
            raise InputError(message.format(file=request.shown_name))
        return foreign.ForeignRows(rows, ""), None
    encoding, source = request.encoding, request.source
    if request.table:
        source = foreign_sources.of_table(source, adoptable(request.table))
    try:
        header = foreign.find_header(source, encoding=encoding) if mapping is None else mapping.header
        return foreign.read_rows(source, encoding=encoding, header=header), header
    except InputError as error:
        path = Path(foreign_sources.split_source(source)[0])
        algorithm = "" if foreign_sources.is_sheet(source) else other_import(path)
        if not algorithm:
            raise
        message = tr("{file} is neither a layer nor a table. Import it by waternet:{algorithm}.")
        raise InputError(message.format(file=path.name, algorithm=algorithm)) from error


def _result(
    request: AdoptLayerRequest,
    read: foreign.ForeignRows,
    adoption: AdoptionResult,
    guessed: Guess | None,
    network: str,
) -> AdoptLayerResult:
    changes, left_out = adoption.changes, ""
    if not request.personal:
        changes, left_out = public_changes(adoption.described, changes)
    summary = summary_lines(adoption, dry_run=request.dry_run)
    rejected = rejected_rows(read.frame, adoption)
    numbered = adoption.rejected.assign(source_row=rejected["source_row"].to_numpy())
    return AdoptLayerResult(
        batch_id="",
        adoption=adoption,
        source_rows=read.frame,
        rejected=rejected,
        changes=changes,
        report=adoption_report(
            replace(adoption, rejected=numbered),
            source=request.shown_name,
            network=network,
            encoding=read.encoding,
            dry_run=request.dry_run,
            guessed=guessed,
        ),
        summary=(*summary, *((left_out,) if left_out else ())),
        guessed_mapping=None if guessed is None else adoption.mapping,
    )
