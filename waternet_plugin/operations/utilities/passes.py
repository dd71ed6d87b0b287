"""What is done to one utility in each pass over all of them; each function runs in any process.

Sums are kept by a hash of all that they are made of, so that a run that was killed, or a run in which few
utilities changed, reads no more than it must.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from waternet_plugin import store
from waternet_plugin.core.errors import StoreError, WaterNetError
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.pooling.stored_sums import stored_arrays, sums_of_arrays
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.rates.counting import CountedFailures
from waternet_plugin.core.health.rates.cutoff_snapshot import PipeRecords
from waternet_plugin.core.health.rates.inservice import PIPE_COLUMNS
from waternet_plugin.core.health.rates.rates import CohortPrior
from waternet_plugin.core.health.risk.assessment import Assessment
from waternet_plugin.core.health.risk.class_edges import ClassEdges, coarse_sums, exact_sums
from waternet_plugin.core.health.risk.rating import Rating, RatingSums
from waternet_plugin.core.health.utilities import pooled
from waternet_plugin.core.health.utilities.pooled import Fit, Part
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.reports.document import plain
from waternet_plugin.core.reports.health.health import figures_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.utilities.partitions import (
    rating_options,
    read_norm_part,
    read_part,
    read_pipes,
    write_check_files,
    write_partition,
)
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.partitions.check_files import CheckFacts, read_check_facts
from waternet_plugin.store.partitions.full_disk import FullDiskError
from waternet_plugin.store.partitions.kept_arrays import kept, key_of
from waternet_plugin.store.partitions.partition_files import (
    PartitionFacts,
    Utility,
    read_facts,
    write_figures,
    write_rows,
)

Kept = TypeVar("Kept")
# Who only sums up needs no names.
UNNAMED_COLUMNS = tuple(name for name in PIPE_COLUMNS if name != "pipe_id")
RESULT, FIGURES = ".pipe_health.parquet", ".pipe_health.json"


@dataclass(frozen=True)
class Source:
    """A utility that is to be scored: its files, their hash when the run began, what they say.

    ``elsewhere`` are the rows of its pipes that count in another utility.
    """

    utility: Utility
    sha256: str
    facts: PartitionFacts
    elsewhere: tuple[int, ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return Settings(dict(self.facts.settings))


@dataclass(frozen=True)
class ScoringTask:
    """What is asked of every utility: the day, where results go and where sums are kept."""

    as_of: datetime.date
    output: Path

    @property
    def kept(self) -> Path:
        """The folder of the sums."""
        return self.output / "sums"


@dataclass(frozen=True)
class SkippedUtility:
    """A utility that could not be scored, and why."""

    name: str
    sentence: str


@dataclass(frozen=True)
class ScoredUtility:
    """A utility that was scored: its figures by name, and whether they are those of an earlier run."""

    name: str
    figures: dict[str, Any]
    was_there: bool


@dataclass(frozen=True)
class OwnSums:
    """What a utility adds to a group that is the prior of each: its cohorts at the level of its records."""

    cohorts: KeyedSums


@dataclass(frozen=True, eq=False)
class UtilityGroup:
    """Utilities as one network: its fit, its sums of ratings, what decides its classes.

    ``norms_key`` is that of `key_of_norms`, ``key`` the hash of norms and sums.
    """

    fit: Fit
    norms_key: str
    key: str
    means: RatingSums | None = None
    edges: ClassEdges | None = None


def guarded(function: Callable[..., Any], source: Source | Utility | NetworkAddress, *rest: Any) -> Any:
    """Return what a pass makes of a utility or of a network, or why it can't.

    Raises
    ------
    FullDiskError
        When there is no room: that is no fault of the utility.
    """
    try:
        return function(source, *rest)
    except FullDiskError:
        raise
    except WaterNetError as error:
        utility = source.utility if isinstance(source, Source) else source
        return SkippedUtility(utility.name if isinstance(utility, Utility) else str(utility), str(error))


def export_network(address: NetworkAddress, folder: Path, for_checks: bool) -> Utility:
    """Return a network as a partition in a folder, which is written anew when the network has changed.

    ``for_checks`` asks for the tables that checks look at, too.

    Raises
    ------
    InputError, StoreError
        When the network can't be opened or the files can't be written.
    """
    with store.open_network(address) as network:
        utility = Utility(address.display_name, folder)
        now = str(network.position())
        if _position(look_at, utility) != now:
            write_partition(network, utility)
        if for_checks and _position(read_check_facts, utility) != now:
            write_check_files(network, utility)
        return utility


def _position(read: Callable[[Utility], Source | CheckFacts], utility: Utility) -> str:
    """Return the last entry of the change log that files know, '' where they can't be read."""
    try:
        stated = read(utility)
    except WaterNetError:
        return ""
    return stated.facts.position if isinstance(stated, Source) else stated.position


def look_at(utility: Utility) -> Source:
    """Return a utility with what its files say; its rows are not read.

    Raises
    ------
    StoreError
        When a file is missing, damaged, of another version or not in metres.
    """
    return Source(utility, utility.sha256(), read_facts(utility))


def check_unchanged(source: Source) -> None:
    """Refuse files that are not those of the beginning of the run.

    Raises
    ------
    StoreError
        When they were replaced.
    """
    if source.utility.sha256() != source.sha256:
        message = tr("The files of {name} changed while they were read. Run again when they are complete.")
        raise StoreError(message.format(name=source.utility.name))


def _unchanged(source: Source, part: Part) -> Part:
    """Return what was read of a utility; its files must be those of the beginning of the run."""
    check_unchanged(source)
    name = source.utility.name
    if part.pipes.empty and source.elsewhere:
        raise StoreError(
            tr("All pipes of {name} lie in the files of others. Take one of them out.").format(name=name)
        )
    if part.pipes.empty:
        raise StoreError(tr("{name} has no pipes. Export it again or take it out.").format(name=name))
    return part


def _part(source: Source) -> Part:
    """Return pipes and failures of a utility."""
    return _unchanged(source, read_part(source.utility, source.facts, source.elsewhere))


def norms_of(source: Source, task: ScoringTask) -> Norms:
    """Return the norms of a utility."""

    def make() -> Norms:
        part = _unchanged(source, read_norm_part(source.utility, source.elsewhere))
        return pooled.norms_of_part(part, task.as_of, source.settings)

    return _kept(task, Norms, make, _key(source, task))


def _kept(task: ScoringTask, kind: type[Kept], make: Callable[[], Kept], key: str) -> Kept:
    """Return sums that an earlier pass or run kept, or make and keep them."""
    return sums_of_arrays(kind, kept(task.kept, key_of(kind.__name__, key), lambda: stored_arrays(make())))


def _key(source: Source, task: ScoringTask, *more: str) -> str:
    elsewhere = (repr(source.elsewhere),) if source.elsewhere else ()
    return key_of(source.sha256, *elsewhere, task.as_of.isoformat(), *more)


def _records(
    source: Source, part: Part, norms: Norms, task: ScoringTask, counted: CountedFailures | None = None
) -> PipeRecords:
    options = rating_options(source.facts)
    return pooled.records_of_part(part, norms, task.as_of, options, source.settings, counted)


def key_of_norms(source: Source, task: ScoringTask, norms: Norms) -> str:
    """Return the hash of what the sums of utilities need of norms; most changes of failures leave it."""
    return key_of("norms", pooled.basis_of(norms, task.as_of, rating_options(source.facts), source.settings))


def sums_of(source: Source, task: ScoringTask, norms: Norms, key: str) -> Sums:
    """Return the sums of a utility; ``norms`` are those of the group, ``key`` is of `key_of_norms`.

    Its failures are counted here and kept: later passes do not read them.
    """

    def make() -> Sums:
        records = _records(source, _part(source), norms, task)
        _counted(source, task, key, lambda: records.counted)
        return records.sums()

    return _kept(task, Sums, make, _key(source, task, key))


def _counted(
    source: Source, task: ScoringTask, key: str, make: Callable[[], CountedFailures]
) -> CountedFailures:
    """Return the counted failures of a utility that were kept, or make and keep them."""
    key = key_of("counted", _key(source, task, key))
    return CountedFailures.of_arrays(kept(task.kept, key, lambda: make().arrays()))


def own_sums_of(source: Source, task: ScoringTask) -> KeyedSums:
    """Return what a utility says of cohorts, by its own norms."""
    own = norms_of(source, task)
    return pooled.scaled_cohorts(sums_of(source, task, own, key_of_norms(source, task, own)), source.settings)


def _rating(source: Source, task: ScoringTask, fit: Fit, key: str, columns: Sequence[str]) -> Rating:
    """Return a utility with its rates; ``key`` is of `key_of_norms`, ``columns`` are those to read."""

    def count() -> CountedFailures:
        return _records(source, _part(source), fit.norms, task).counted

    counted = _counted(source, task, key, count)
    part = _unchanged(source, read_pipes(source.utility, source.facts, columns, source.elsewhere))
    records = _records(source, part, fit.norms, task, counted)
    return pooled.rate_part(part, records, fit, rating_options(source.facts), source.settings)


def _rating_sums(source: Source, task: ScoringTask, group: UtilityGroup) -> RatingSums:
    def make() -> RatingSums:
        rating = _rating(source, task, group.fit, group.norms_key, UNNAMED_COLUMNS)
        return replace(rating.sums, risks=rating.ranked.exact())

    return _kept(task, RatingSums, make, _key(source, task, group.key))


def rating_sums_of(source: Source, task: ScoringTask, group: UtilityGroup) -> RatingSums:
    """Return the sums of a rated utility, pipes of like risk together."""
    sums = _rating_sums(source, task, group)
    return replace(sums, risks=coarse_sums(sums.risks))


def exact_risks_of(source: Source, task: ScoringTask, group: UtilityGroup, wanted: Any) -> KeyedSums:
    """Return the pipes of some risks, each risk apart; ``wanted`` are those of `looked_into`."""
    return exact_sums(_rating_sums(source, task, group).risks, wanted)


def score_in_group(source: Source, task: ScoringTask, group: UtilityGroup) -> ScoredUtility:
    """Write the results of a utility that is rated as a part of one network."""

    def make() -> Assessment:
        assert group.means is not None and group.edges is not None
        rating = _rating(source, task, group.fit, group.norms_key, PIPE_COLUMNS)
        return pooled.assess_part(rating, group.means, group.edges, group.fit)

    return _written(source, task, key_of("group", group.key, repr(group.edges)), make)


def score_alone(source: Source, task: ScoringTask) -> ScoredUtility:
    """Write the results of a utility that is rated by itself; its files are read once."""

    def make() -> Assessment:
        settings, options, part = source.settings, rating_options(source.facts), _part(source)
        norms = pooled.norms_of_part(part, task.as_of, settings)
        records = _records(source, part, norms, task)
        fit = pooled.fit_network(norms, records.sums(), task.as_of, options, settings)
        return _assessed_alone(pooled.rate_part(part, records, fit, options, settings), fit)

    return _written(source, task, key_of("alone", ""), make)


def score_with_prior(source: Source, task: ScoringTask, prior: CohortPrior, key: str) -> ScoredUtility:
    """Write the results of a utility that is rated by itself with a group as its prior."""

    def make() -> Assessment:
        norms = norms_of(source, task)
        norms_key = key_of_norms(source, task, norms)
        sums = sums_of(source, task, norms, norms_key)
        options = rating_options(source.facts)
        fit = replace(pooled.fit_network(norms, sums, task.as_of, options, source.settings), prior=prior)
        return _assessed_alone(_rating(source, task, fit, norms_key, PIPE_COLUMNS), fit)

    return _written(source, task, key_of("alone", key), make)


def _assessed_alone(rating: Rating, fit: Fit) -> Assessment:
    """Return the assessment of pipes that are a whole network."""
    return pooled.assess_part(rating, rating.sums, rating.edges, fit)


def _written(source: Source, task: ScoringTask, key: str, make: Callable[[], Assessment]) -> ScoredUtility:
    """Write what is assessed, and its figures last; what an earlier run wrote of the same stays."""
    name = source.utility.name
    key = _key(source, task, key)
    rows, figures = task.output / f"{name}{RESULT}", task.output / f"{name}{FIGURES}"
    earlier = figures_made_of(key, rows, figures)
    if earlier is not None:
        return ScoredUtility(name, earlier, True)
    assessment = make()
    write_rows(rows, assessment.pipes, {"utility": name, "made_of": key})
    made = plain({"utility": name, **figures_of(assessment.summary)})
    write_figures(figures, json.dumps({**made, "made_of": key}, ensure_ascii=False))
    return ScoredUtility(name, made, False)


def figures_made_of(key: str, rows: Path, figures: Path) -> dict[str, Any] | None:
    """Return the figures that an earlier run wrote of the same, None where it did not.

    Parameters
    ----------
    key
        Hash of all that they are made of.
    rows, figures
        The files that the run wrote, the one of the figures last.
    """
    try:
        earlier = stored_object(figures.read_text("utf-8")) if rows.exists() else {}
    except (OSError, ValueError):
        return None
    return earlier if earlier.pop("made_of", None) == key else None
