"""A network as a partition: what scoring needs of it, in two files, and the tables that checks look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.frames import empty, plain
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.rates.inservice import NORM_COLUMNS, PIPE_COLUMNS
from waternet_plugin.core.health.risk.assessment import FAILURE_COLUMNS
from waternet_plugin.core.health.risk.crossings import CROSSINGS, crossings_of
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.utilities.pooled import Part
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.issue_lifecycle import ISSUE_COLUMNS
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_all
from waternet_plugin.operations.health.failure_records import matched_within_m, read_failures
from waternet_plugin.operations.network.burst_impact import read_impact
from waternet_plugin.store.network import Network
from waternet_plugin.store.outputs import refuse_network_as_output
from waternet_plugin.store.partitions.check_files import CHECK_TABLES, CheckFacts, write_check_tables
from waternet_plugin.store.partitions.partition_files import (
    TABLES,
    PartitionFacts,
    StoredRows,
    Utility,
    read_rows,
    write_rows,
)

# What was read wrongly shows in a network alone: its files have no value that is not of its column's type.
_OF_NETWORKS = ("doctor_encoding", "doctor_unreadable")
_CUT_OFF = ("customers", "households", "critical")
_CROSSING = "crossing"
_CONSEQUENCE = (*_CUT_OFF, _CROSSING)
_NORM_FAILURES = ("date", "kind")
_SCORED_FAILURES = (*_NORM_FAILURES, "match_state")
_FAILURE_COLUMNS = tuple(
    dict.fromkeys([*FAILURE_COLUMNS, *matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
)


def write_partition(network: Network, utility: Utility, progress: Progress = SILENT) -> dict[str, int]:
    """Write a network as a partition and return the rows of each file; failures without a match get one.

    Parameters
    ----------
    utility
        The name and folder of the files.

    Raises
    ------
    StoreError
        When a file can't be written.
    """
    for name in TABLES:
        refuse_network_as_output(utility.file(name))
    settings, position = network.settings(), network.position()
    failures = read_failures(network)
    wanted = dict.fromkeys([*PIPE_COLUMNS, "burial", *matching.PIPE_COLUMNS, *isolation_model.PIPE_COLUMNS])
    pipes = network.read("pipe", list(wanted))
    progress.at(0.3)
    known = failures.with_matches(failures.match(pipes, settings, progress.part(0.3, 0.5)))
    impact = read_impact(network, pipes, settings=settings, progress=progress.part(0.5, 0.8))
    crossing = crossings_of(pipes["burial"], None)
    rows = pipes[[*PIPE_COLUMNS, GEOMETRY_COLUMN]]
    if impact is not None:
        rows = rows.assign(**{name: getattr(impact, name) for name in _CUT_OFF})
    if crossing is not None:
        rows = rows.assign(**{_CROSSING: np.array(CROSSINGS, dtype=object)[crossing]})
    changed = {key: value for key, value in _own_settings(settings).items() if key.startswith("health.")}
    facts = PartitionFacts(
        settings=changed,
        crs=network.crs.to_string(),
        position=str(position),
        radius_m=matched_within_m(settings),
        needs_shapes=failures.needs_coordinates,
        customers_from="" if impact is None else impact.how,
        customers=0 if impact is None else impact.connected,
        customers_lost=0 if impact is None else impact.lost,
        bounds=bounds_of(rows[GEOMETRY_COLUMN].to_numpy()),
    )
    frames = {"pipe": rows, "failure": known[[*_FAILURE_COLUMNS, GEOMETRY_COLUMN]]}
    with scratch.folder(utility.folder, "partition") as folder:
        made = Utility(utility.name, folder)
        for name, frame in frames.items():
            write_rows(made.file(name), frame, asdict(facts), facts.crs)
        replace_set({made.file(name): utility.file(name) for name in frames})
    return {name: len(frame) for name, frame in frames.items()}


def rules_of_files() -> tuple[str, ...]:
    """Return the ids of the rules that files of a utility are checked by."""
    return tuple(rule for rule in catalogue() if rule not in _OF_NETWORKS)


def write_check_files(network: Network, utility: Utility, progress: Progress = SILENT) -> dict[str, int]:
    """Write the tables that checks look at and return the rows of each; names of people stay out.

    Raises
    ------
    StoreError
        When a file can't be written.
    """
    settings, position = network.settings(), network.position()
    for name in CHECK_TABLES:
        refuse_network_as_output(utility.check_file(name))
    tables = {
        **read_all(network, rules_of_files(), progress),
        "issue": network.read("issue", [*ISSUE_COLUMNS]),
    }
    for name, frame in tables.items():
        people = [field.name for field in table(name).personal_fields if field.name in frame.columns]
        tables[name] = plain(frame.drop(columns=people))
    facts = CheckFacts(_own_settings(settings), network.crs.to_string(), str(position))
    write_check_tables(utility, tables, facts)
    return {name: len(frame) for name, frame in tables.items()}


def _own_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that differ from the defaults."""
    shipped = Settings()
    return {key: settings.text(key) for key in defaults() if settings.text(key) != shipped.text(key)}


def bounds_of(shapes: Array) -> tuple[float, ...]:
    """Return the least and the greatest x and y of shapes, nothing without any."""
    if not len(shapes):
        return ()
    bounds = shapely.total_bounds(shapes)
    return tuple(bounds.tolist()) if np.isfinite(bounds).all() else ()


def read_lines(utility: Utility) -> Array:
    """Return the shapes of the pipes of a partition.

    Raises
    ------
    StoreError
        When the file is damaged, or has no shapes.
    """
    columns = (GEOMETRY_COLUMN,)
    return np.asarray(read_rows(utility, "pipe", columns).frame(columns)[GEOMETRY_COLUMN], dtype=object)


def read_norm_part(utility: Utility, elsewhere: Sequence[int] = ()) -> Part:
    """Return what norms are made of: numbers of pipes, days and kinds of failures.

    ``elsewhere`` are the rows of pipes that count in another utility.

    Raises
    ------
    StoreError
        When a file is damaged.
    """
    ids = ("pipe_id",) if elsewhere else ()
    pipes = read_rows(utility, "pipe", (*NORM_COLUMNS, *ids))
    events = read_rows(utility, "failure", (*_NORM_FAILURES, *ids))
    if elsewhere:
        pipes, events = _counted_here(pipes, events, elsewhere)
    return Part(pipes.frame(NORM_COLUMNS), events.frame(_NORM_FAILURES))


def _counted_here(
    pipes: StoredRows, events: StoredRows, elsewhere: Sequence[int]
) -> tuple[StoredRows, StoredRows]:
    """Return pipes and failures without those that count in another utility."""
    of_failure = events.rows_in(pipes)
    return pipes.without(np.array(elsewhere)), events.without(np.flatnonzero(np.isin(of_failure, elsewhere)))


def read_part(utility: Utility, facts: PartitionFacts, elsewhere: Sequence[int] = ()) -> Part:
    """Return the pipes and failures of a partition, texts but for ids as categories.

    ``elsewhere`` are the rows of pipes that count in another utility.

    Raises
    ------
    StoreError
        When a file is damaged, or pipes have no id or the same one.
    """
    # Ambiguous failures are those of cohorts near them.
    places = (GEOMETRY_COLUMN, "street") if facts.needs_shapes else ()
    events = read_rows(utility, "failure", (*_SCORED_FAILURES, "pipe_id", *places))
    stored = read_rows(utility, "pipe", (*PIPE_COLUMNS, *_CONSEQUENCE, *places[:1]))
    if stored.repeats_ids():
        raise StoreError(
            tr(
                "{name} has pipes without an id, or with the same one. Check the network and export again."
            ).format(name=utility.name)
        )
    if elsewhere:
        stored, events = _counted_here(stored, events, elsewhere)
    return replace(
        _with_consequence(stored.frame(stored.columns.column_names), facts),
        failures=events.frame((*_SCORED_FAILURES, *places)),
        pipe_of_failure=events.rows_in(stored),
    )


def read_pipes(
    utility: Utility,
    facts: PartitionFacts,
    names: Sequence[str] = PIPE_COLUMNS,
    elsewhere: Sequence[int] = (),
) -> Part:
    """Return the pipes of a partition without its failures, which were counted before.

    ``elsewhere`` are the rows of pipes that count in another utility.

    Raises
    ------
    StoreError
        When a file is damaged.
    """
    columns = (*names, *_CONSEQUENCE)
    rows = read_rows(utility, "pipe", columns)
    if elsewhere:
        rows = rows.without(np.array(elsewhere))
    return _with_consequence(rows.frame(columns), facts)


def _with_consequence(pipes: pd.DataFrame, facts: PartitionFacts) -> Part:
    """Return pipes and what their consequence rests on, without failures."""
    impact, crossing = None, None
    if facts.customers_from and set(_CUT_OFF) <= set(pipes.columns):
        impact = Impact(
            **{name: pipes[name].to_numpy(float) for name in _CUT_OFF},
            how=facts.customers_from,
            connected=facts.customers,
            lost=facts.customers_lost,
        )
    if _CROSSING in pipes.columns:
        known = pd.Categorical(pipes[_CROSSING], categories=pd.Index(CROSSINGS, dtype=object))
        crossing = known.codes.astype(np.int64).clip(0)
    return Part(pipes, empty("failure", _SCORED_FAILURES), impact, crossing)


def rating_options(facts: PartitionFacts) -> RatingOptions:
    """Return how the pipes of a partition are rated."""
    return RatingOptions(match_radius_m=facts.radius_m)
