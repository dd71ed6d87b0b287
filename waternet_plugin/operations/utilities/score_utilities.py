"""Score many utilities in one run: each alone, as one network, or each with the others as its prior."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from waternet_plugin.core.errors import InputError, WaterNetError
from waternet_plugin.core.health.parameter_checks import check_span
from waternet_plugin.core.health.pooling.keyed_sums import KeyedSums
from waternet_plugin.core.health.pooling.stored_sums import digest_of
from waternet_plugin.core.health.pooling.sums import Norms, Sums
from waternet_plugin.core.health.rates.window import find_window
from waternet_plugin.core.health.risk.class_edges import edges_of, looked_into, with_exact
from waternet_plugin.core.health.risk.rating import RatingSums
from waternet_plugin.core.health.utilities.border_pipes import count_elsewhere, shared_numbers
from waternet_plugin.core.health.utilities.pooled import fit_network, prior_of
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, plain
from waternet_plugin.core.reports.health.utilities import ALONE, GROUP, PARTLY, POOLS, utilities_report
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.utilities import borders, passes
from waternet_plugin.operations.utilities.checks import CheckedUtility, check_utility
from waternet_plugin.operations.utilities.engines import MOST_WORKERS, OneProcess, PassEngine, engine
from waternet_plugin.operations.utilities.partitions import rating_options
from waternet_plugin.operations.utilities.passes import (
    ScoredUtility,
    ScoringTask,
    SkippedUtility,
    Source,
    UtilityGroup,
)
from waternet_plugin.store import addresses
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.partitions.kept_arrays import clock_of, drop_unused, key_of
from waternet_plugin.store.partitions.partition_files import Utility, write_figures

Named = TypeVar("Named", ScoredUtility, CheckedUtility, SkippedUtility)
_ENDING = ".pipe.parquet"
# Records that begin this much later than those of the group are named.
_LATE_DAYS = 366
_SUMMED_AT_ONCE = 8


@dataclass(frozen=True)
class ScoreUtilitiesRequest:
    """What a scoring is asked for.

    Attributes
    ----------
    inputs
        Folders of partitions, their files, or networks.
    output
        The folder of the results.
    as_of
        The day; None: today.
    pool
        One of `POOLS`.
    workers, scheduler
        Processes of this machine; or the address of a running scheduler of Dask.
    strict
        Whether a utility that can't be scored, or checked, stops the run.
    checks
        Whether each is checked, too.

    Raises
    ------
    InputError
        When something is missing or makes no sense.
    """

    inputs: Sequence[str]
    output: Path
    as_of: datetime.date | None = None
    pool: str = ALONE
    workers: int = 1
    scheduler: str = ""
    strict: bool = False
    checks: bool = False

    def __post_init__(self) -> None:
        check_span(as_of=self.day, horizon_years=1.0, window_start=None)
        if not 1 <= self.workers <= MOST_WORKERS:
            raise InputError(tr("WORKERS must be 1 to {most}.").format(most=MOST_WORKERS))
        if not self.inputs:
            raise InputError(tr("INPUTS is empty. Name a folder of utilities, or networks."))
        if self.pool not in POOLS:
            message = tr("POOL “{pool}” is not known. Choose one of: {known}.")
            raise InputError(message.format(pool=self.pool, known=listed(POOLS)))

    @property
    def day(self) -> datetime.date:
        """The day of the assessment."""
        return self.as_of or datetime.date.today()


@dataclass(frozen=True)
class ScoreUtilitiesResult:
    """What was scored and checked, what was not and why; ``notes`` warn, ``how`` says who did the work."""

    scored: tuple[ScoredUtility, ...]
    left_out: tuple[SkippedUtility, ...]
    checked: tuple[CheckedUtility, ...]
    unchecked: tuple[SkippedUtility, ...]
    notes: tuple[str, ...]
    how: str
    dashboard: str
    request: ScoreUtilitiesRequest

    @property
    def rated_pipes(self) -> int:
        """How many pipes have a rate."""
        return sum(int(utility.figures["rated_pipes"]) for utility in self.scored)

    @property
    def issues(self) -> int:
        """How many findings the checks of all utilities have."""
        return sum(int(utility.figures["findings"]) for utility in self.checked)

    @property
    def reused(self) -> int:
        """How many utilities have the results of an earlier run, which still hold."""
        return sum(utility.was_there for utility in self.scored)

    def report(self) -> Report:
        """Return the report: all utilities side by side."""
        page = (tr("Its page: {address}").format(address=self.dashboard),) if self.dashboard else ()
        return utilities_report(
            [utility.figures for utility in self.scored],
            left_out=[(each.name, each.sentence) for each in self.left_out],
            checks=[utility.figures for utility in self.checked],
            unchecked=[(each.name, each.sentence) for each in self.unchecked],
            pool=self.request.pool,
            as_of=self.request.day,
            notes=self.notes,
            work=(self.how, *page),
        )


def score_utilities(request: ScoreUtilitiesRequest, progress: Progress = SILENT) -> ScoreUtilitiesResult:
    """Score all utilities that can be read and write a file of pipes for each.

    Raises
    ------
    InputError
        When nothing can be scored, settings of pooled utilities differ, or, strictly, one can't be read.
    StoreError
        When results can't be written or all workers are gone.
    """
    try:
        request.output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = tr("{folder} can't be written to: {reason}. Make room or choose another folder.")
        raise InputError(message.format(folder=request.output, reason=error.strerror or error)) from error
    task = ScoringTask(request.day, request.output)
    begun = clock_of(request.output)
    with engine(request.workers, request.scheduler) as workers:
        run = _Run(workers, task, request.strict)
        sources = run.read(_utilities(request, run, progress.part(0.0, 0.1)), progress.part(0.1, 0.15))
        if request.pool != ALONE:
            _check_settings(sources)
        done = 0.5 if request.checks else 1.0
        counted, scored = run.scored(sources, request.pool, progress.part(0.15, done))
        if not scored:
            raise InputError(_nothing(run.left_out))
        checked, unchecked = run.checked(counted if request.checks else (), progress.part(done, 1.0))
        result = ScoreUtilitiesResult(
            _by_name(scored),
            _by_name(run.left_out),
            _by_name(checked),
            _by_name(unchecked),
            tuple(run.notes),
            workers.how,
            workers.dashboard,
            request,
        )
        if result.reused < len(scored):
            # Rates of a group change every night, and its sums with them. Where all results hold, not all
            # sums were asked for.
            drop_unused(task.kept, begun)
        # Without an indent: of many utilities that takes twenty times as long.
        figures = json.dumps(plain(result.report().figures), ensure_ascii=False)
        write_figures(request.output / "summary.json", figures)
        return result


def _by_name(utilities: Sequence[Named]) -> tuple[Named, ...]:
    return tuple(sorted(utilities, key=lambda utility: utility.name))


def _nothing(left_out: Sequence[SkippedUtility]) -> str:
    if left_out:
        return tr("No utility can be scored. {first}").format(first=left_out[0].sentence)
    return tr("There is no utility in INPUTS: no file that ends in .pipe.parquet, and no network.")


def _utilities(request: ScoreUtilitiesRequest, run: _Run, progress: Progress) -> list[Utility]:
    """Return the utilities of the inputs; networks are exported to the folder of results first."""
    found: list[tuple[str, str, Utility | NetworkAddress]] = []
    for text in request.inputs:
        path = Path(text)
        files = sorted(path.glob(f"*{_ENDING}")) if path.is_dir() else [path]
        if text.endswith(_ENDING) or path.is_dir():
            utilities = [Utility(file.name[: -len(_ENDING)], file.parent) for file in files]
            found += [(utility.name, str(utility.folder), utility) for utility in utilities]
        else:
            address = run.tried(addresses.parse, text)
            found += [] if address is None else [(address.display_name, str(address), address)]
    names = Counter(name for name, _place, _utility in found)
    for name in sorted(name for name, count in names.items() if count > 1):
        places = sorted({place for other, place, _utility in found if other == name})
        message = tr("{name} is there twice, in {folders}. Take one of them out.")
        run.leave_out(name, message.format(name=name, folders=listed(places)))
    once = [utility for name, _place, utility in found if names[name] == 1]
    networks = [each for each in once if isinstance(each, NetworkAddress)]
    exported = run.exported(networks, request.output / "networks", request.checks, progress)
    return [*(each for each in once if isinstance(each, Utility)), *exported]


def _check_settings(sources: Sequence[Source]) -> None:
    """Refuse to pool utilities whose settings differ."""
    for source in sources[1:]:
        first, own = dict(sources[0].facts.settings), dict(source.facts.settings)
        keys = sorted(key for key in {*first, *own} if first.get(key) != own.get(key))
        if keys:
            names = {"first": sources[0].utility.name, "second": source.utility.name}
            raise InputError(
                tr(
                    "{first} and {second} differ in the setting {key}. Pooled utilities need the same "
                    "settings: make them equal or choose POOL=alone."
                ).format(key=keys[0], **names)
            )


class _Run:
    """One scoring: who works, what is asked, and what was left out on the way."""

    def __init__(self, workers: PassEngine, task: ScoringTask, strict: bool) -> None:
        self.workers, self.task, self.strict = workers, task, strict
        self.left_out: list[SkippedUtility] = []
        self.notes: list[str] = []

    def leave_out(self, name: str, sentence: str) -> None:
        """Note a utility that can't be scored; strictly, stop."""
        if self.strict:
            raise InputError(sentence)
        self.left_out.append(SkippedUtility(name, sentence))

    def tried(self, function: Callable[[str], Any], name: str) -> Any:
        """Return what a function makes, None where it can't."""
        try:
            return function(name)
        except WaterNetError as error:
            self.leave_out(name, str(error))
            return None

    def _pass(
        self, function: Callable[..., Any], sources: Sequence[Any], *rest: Any, progress: Progress
    ) -> tuple[list[Any], list[Any]]:
        """Return the sources that a pass went well for, and what it made of each."""
        made = self.workers.run(function, sources, rest, progress)
        good = self._good(made)
        return [sources[number] for number in good], [made[number] for number in good]

    def _summed(
        self,
        function: Callable[..., Any],
        sources: Sequence[Any],
        *rest: Any,
        merge: Callable[[Sequence[Any]], Any],
        progress: Progress,
        noted: Callable[[Any, Any], None] = lambda _source, _result: None,
    ) -> tuple[list[Any], Any]:
        """Return the sources that a pass went well for, and the sum of what it made of them, None of none.

        ``noted`` hears of each source and its result.
        """
        pending: list[Any] = []
        good: list[int] = []
        skipped: list[SkippedUtility] = []
        for place, result in self.workers.results(function, sources, rest, progress):
            if isinstance(result, SkippedUtility):
                skipped.append(result)
                continue
            good.append(place)
            noted(sources[place], result)
            pending.append(result)
            # The sum of many is hardly larger than one of them: they never lie in memory all together.
            if len(pending) == _SUMMED_AT_ONCE:
                pending = [merge(pending)]
        for each in skipped:
            self.leave_out(each.name, each.sentence)
        return [sources[place] for place in sorted(good)], merge(pending) if pending else None

    def _good(self, made: Sequence[Any]) -> list[int]:
        """Return which results are some, and note the others."""
        for result in made:
            if isinstance(result, SkippedUtility):
                self.leave_out(result.name, result.sentence)
        return [number for number, result in enumerate(made) if not isinstance(result, SkippedUtility)]

    def exported(
        self, networks: Sequence[NetworkAddress], folder: Path, for_checks: bool, progress: Progress
    ) -> list[Utility]:
        """Return networks as partitions; only this process may know the way to a server."""
        if networks:
            folder.mkdir(parents=True, exist_ok=True)
        files = [each for each in networks if each.is_file]
        schemas = [each for each in networks if not each.is_file]
        share = len(files) / max(len(networks), 1)
        made = self.workers.run(passes.export_network, files, (folder, for_checks), progress.part(0.0, share))
        alone = OneProcess(self.workers.how)
        made += alone.run(passes.export_network, schemas, (folder, for_checks), progress.part(share, 1.0))
        return [made[number] for number in self._good(made)]

    def read(self, utilities: Sequence[Utility], progress: Progress) -> list[Source]:
        """Return the utilities whose files can be read."""
        return self._pass(passes.look_at, utilities, progress=progress)[1]

    def each_counted_once(self, sources: Sequence[Source], progress: Progress) -> list[Source]:
        """Return the utilities with the rows of their pipes that count in another one."""
        neighbours = borders.neighbour_boxes(sources)
        first = sorted(
            (source for source in sources if source.utility.name in neighbours),
            key=lambda source: source.utility.name,
        )
        if not first:
            return list(sources)
        placed, numbers = self._pass(
            borders.border_numbers, first, self.task, neighbours, progress=progress.part(0.0, 0.6)
        )
        shared = shared_numbers(numbers)
        measured, found = self._pass(
            borders.shared_pipes, placed, self.task, neighbours, shared, progress=progress.part(0.6, 1.0)
        )
        elsewhere = count_elsewhere(
            [pipes.numbers for pipes in found], [pipes.distances_m for pipes in found]
        )
        if len(shared):
            self.notes.append(
                tr(
                    "%n pipe(s) lie in the files of several utilities; each counts where its middle lies.",
                    "",
                    len(shared),
                )
            )
        rows = {
            source.utility.name: tuple(pipes.rows[away].tolist())
            for source, pipes, away in zip(measured, found, elsewhere)
        }
        lost = {source.utility.name for source in first} - rows.keys()
        return [
            replace(source, elsewhere=rows.get(source.utility.name, ()))
            for source in sources
            if source.utility.name not in lost
        ]

    def scored(
        self, sources: Sequence[Source], pool: str, progress: Progress
    ) -> tuple[list[Source], list[ScoredUtility]]:
        """Score utilities in one of `POOLS`; pipes that count in one that drops out count in the others.

        Returned are the utilities as they were counted, and what came of them.
        """
        way = {ALONE: self.alone, PARTLY: self.partly, GROUP: self.group}[pool]
        while True:
            self.notes.clear()
            counted = self.each_counted_once(sources, progress.part(0.0, 0.1))
            scored = way(counted, progress.part(0.1, 1.0))
            names = {utility.name for utility in scored}
            left = [source for source in sources if source.utility.name in names]
            if not left or len(left) == len(sources) or not any(source.elsewhere for source in counted):
                return [source for source in counted if source.utility.name in names], scored
            sources = left

    def checked(
        self, sources: Sequence[Source], progress: Progress
    ) -> tuple[list[CheckedUtility], list[SkippedUtility]]:
        """Check utilities; those that can't be are scored all the same."""
        progress.at(0.0, tr("Checking"))
        made = self.workers.run(check_utility, sources, (self.task,), progress)
        skipped = [each for each in made if isinstance(each, SkippedUtility)]
        if skipped and self.strict:
            raise InputError(skipped[0].sentence)
        return [each for each in made if isinstance(each, CheckedUtility)], skipped

    def alone(self, sources: Sequence[Source], progress: Progress) -> list[ScoredUtility]:
        """Score each by itself."""
        return self._pass(passes.score_alone, sources, self.task, progress=progress)[1]

    def partly(self, sources: Sequence[Source], progress: Progress) -> list[ScoredUtility]:
        """Score each with what the group says of cohorts as its prior."""
        progress.at(0.0, tr("Summing"))
        sources, total = self._summed(
            passes.own_sums_of,
            sources,
            self.task,
            merge=KeyedSums.merged,
            progress=progress.part(0.0, 0.4),
        )
        if not sources:
            return []
        prior = prior_of(total, sources[0].settings)
        key = digest_of(passes.OwnSums(total))
        progress.at(0.4, tr("Assessing"))
        return self._pass(
            passes.score_with_prior, sources, self.task, prior, key, progress=progress.part(0.4, 1.0)
        )[1]

    def group(self, sources: Sequence[Source], progress: Progress) -> list[ScoredUtility]:
        """Score all as one network; who drops out on the way is left out of every sum."""
        while True:
            count = len(sources)
            if not count:
                return []
            sources, scored = self._as_one(sources, progress)
            if len(sources) == count:
                return scored

    def _as_one(
        self, sources: Sequence[Source], progress: Progress
    ) -> tuple[list[Source], list[ScoredUtility]]:
        """Return the utilities that are left, and where none dropped out their results."""
        count, task, settings = len(sources), self.task, sources[0].settings
        progress.at(0.0, tr("Summing"))
        starts: dict[str, datetime.date | None] = {}

        def note_start(source: Source, norms: Norms) -> None:
            starts[source.utility.name] = _first_day(norms, task, settings)

        left, network = self._summed(
            passes.norms_of,
            sources,
            task,
            merge=Norms.merged,
            noted=note_start,
            progress=progress.part(0.0, 0.1),
        )
        if len(left) < count:
            return left, []
        key = passes.key_of_norms(sources[0], task, network)
        left, total = self._summed(
            passes.sums_of,
            sources,
            task,
            network,
            key,
            merge=Sums.merged,
            progress=progress.part(0.1, 0.35),
        )
        if len(left) < count:
            return left, []
        options = rating_options(sources[0].facts)
        group = UtilityGroup(
            fit_network(network, total, task.as_of, options, settings),
            key,
            key_of(digest_of(network), digest_of(total)),
        )
        progress.at(0.35, tr("Assessing"))
        left, means = self._summed(
            passes.rating_sums_of,
            sources,
            task,
            group,
            merge=RatingSums.merged,
            progress=progress.part(0.35, 0.6),
        )
        if len(left) < count:
            return left, []
        wanted = looked_into(means.risks, settings)
        left, exact = self._summed(
            passes.exact_risks_of,
            sources,
            task,
            group,
            wanted,
            merge=KeyedSums.merged,
            progress=progress.part(0.6, 0.65),
        )
        if len(left) < count:
            return left, []
        risks = with_exact(means.risks, exact, wanted)
        edges = edges_of(risks, means.mean_rate, total.own_failures > 0, settings)
        self.notes += _late_records(_first_day(network, task, settings), starts)
        return self._pass(
            passes.score_in_group,
            sources,
            task,
            replace(group, means=means, edges=edges),
            progress=progress.part(0.65, 1.0),
        )


def _first_day(norms: Norms, task: ScoringTask, settings: Settings) -> datetime.date | None:
    """Return when the records of a network begin, None without any."""
    dates, failures = norms.dates, norms.failures
    return find_window(dates, as_of=task.as_of, given=None, settings=settings, failures=failures).start


def _late_records(start: datetime.date | None, starts: Mapping[str, datetime.date | None]) -> list[str]:
    """Return which utilities have records that begin much later than those of the group.

    Parameters
    ----------
    start
        When the records of the group begin, None without any.
    starts
        The same of each utility, by name.
    """
    notes = []
    for name, first in sorted(starts.items()):
        if start is not None and first is not None and (first - start).days > _LATE_DAYS:
            notes.append(
                tr(
                    "{name}: its records begin on {first}, those of the group on {start}, so its rates come "
                    "out too low. POOL=partly or POOL=alone uses its own records."
                ).format(name=name, first=first, start=start)
            )
    return notes
