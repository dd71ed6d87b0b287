"""How many kilometres to renew now, and why: for the network, for some pipes, for one pipe."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.health.rates.reason_words import WORDS
from waternet_plugin.core.health.rates.reasons import common_reasons
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.operations.health.recorded_runs import Run, summary_of, worse_of

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

COLUMNS = (
    "pipe_id street diameter_mm material install_year length_m class rate_per_100km_y consequence"
    " likelihood risk evidence reasons reason_facts"
).split()
_MOST_REASONS = 5
_KM = 1000.0
_WORST = "renew_now"
# Bounds of the interval that a pipe's own record leaves: one in ten lies below, one above.
_LOW, _HIGH = 0.1, 0.9


@dataclass(frozen=True)
class GroupAnswer:
    """What a set of pipes is like; lengths in m, rates in failures per 100 km and year.

    ``class_m`` and ``evidence_m`` are metres by code, ``unrated_m`` those not assessed by their reason;
    ``rate`` and ``mean_rate`` those of the rated pipes and of the whole network; ``worst_rate_ratio`` and
    ``worst_cost_ratio`` compare the pipes to renew now with the network (NaN where there are none); ``why``
    has their reasons with the metres each is said of, most first; ``worse`` says what got worse since the
    run before, ``compared`` is that run, a slash and this one; ``expected`` failures within
    ``horizon_years``; ``data_grade`` the letter, ``notes`` sentences on what the records are worth.
    """

    as_of: datetime.date | None
    pipes: int
    class_m: Mapping[str, float]
    evidence_m: Mapping[str, float]
    rated_m: float
    rate: float
    mean_rate: float
    worst_rate_ratio: float
    worst_cost_ratio: float
    why: tuple[tuple[str, float], ...]
    expected: float
    horizon_years: float
    data_grade: str
    notes: tuple[str, ...]
    unrated_m: Mapping[str, float] = field(default_factory=dict)
    worse: str = ""
    compared: str = ""

    @property
    def renew_now_m(self) -> float:
        """Metres to renew now."""
        return self.class_m.get(_WORST, 0.0)


@dataclass(frozen=True)
class FailureRow:
    """One failure of a pipe, and whether it counts in the pipe's rate."""

    failure_id: str
    date: datetime.date | None
    kind: str
    counts: bool


@dataclass(frozen=True)
class PipeAnswer:
    """What one pipe is like; rates in failures per 100 km and year, ``consequence`` money a failure.

    ``interval`` is what four in five such pipes lie between, None where only published rates speak;
    ``reasons`` come with whether they lower the rate; ``risk_ratio`` is its risk per km over the network's.
    """

    as_of: datetime.date | None
    pipe_id: str
    street: str
    material: str
    diameter_mm: float
    install_year: float
    length_m: float
    class_: str
    rate: float
    mean_rate: float
    interval: tuple[float, float] | None
    likelihood: float
    horizon_years: float
    consequence: float
    risk_ratio: float
    evidence: str
    reasons: tuple[tuple[str, bool], ...]
    failures: tuple[FailureRow, ...]


def _sums(pipes: pd.DataFrame, column: str) -> dict[str, float]:
    """Return metres by code, in the order of the code list."""
    name = {"class": "health_class", "evidence": "evidence"}[column]
    known = pipes[pipes[column].notna()]
    metres = known["length_m"].groupby(known[column]).sum().to_dict()
    return {code: float(metres.get(code, 0.0)) for code in domain(name)}


def _weighted(values: pd.Series, lengths: pd.Series) -> float:
    """Return the mean by length of what is known, NaN for nothing."""
    known = values.notna() & (lengths > 0)
    total = float(lengths[known].sum())
    return float((values[known] * lengths[known]).sum()) / total if total > 0 else float("nan")


def _why(pipes: pd.DataFrame) -> tuple[tuple[str, float], ...]:
    """Return the reasons of some pipes with the metres each is said of."""
    # Many pipes share a text: each is taken apart once.
    keys = [pipes["reason_facts"].fillna(""), pipes["reasons"].fillna("")]
    metres: dict[Any, float] = pipes["length_m"].groupby(keys).sum().to_dict()
    return common_reasons.by_length(metres, most=_MOST_REASONS)


def _unrated(pipes: pd.DataFrame) -> dict[str, float]:
    """Return metres of pipes that are not assessed, by their reason; those of no reason were not there."""
    from waternet_plugin.core.health.rates.inservice import NOT_RATED

    metres: dict[str, float] = dict.fromkeys(NOT_RATED, 0.0)
    for facts, said, length in zip(pipes["reason_facts"], pipes["reasons"], pipes["length_m"].fillna(0.0)):
        code = next((str(fact["is"]) for fact in WORDS.read(facts, said)), "")
        if code in metres:
            metres[code] += float(length)
    return metres


def _mean_cost(run: Run) -> float:
    """Return the mean cost of a failure in the network: its risk over its expected failures."""
    figures = run.figures
    expected = figures.get("expected_failures") or 0.0
    return float(figures.get("risk") or 0.0) / expected if expected else float("nan")


def _notes(run: Run) -> tuple[str, ...]:
    """Return the sentences on what the records of a run are worth."""
    from waternet_plugin.core.reports.health.health import grade_sentence, warnings_of

    summary = summary_of(run)
    return (grade_sentence(summary), *warnings_of(summary))


def network_answer(network: Network, run: Run) -> GroupAnswer:
    """Return the answer for the whole network; only the pipes to renew now are read.

    Parameters
    ----------
    run
        The run that is shown.
    """
    from waternet_plugin.core.reports.health.risk import worsening_sentence

    worst = network.read(
        "assessment",
        ["pipe_id", "rate_per_100km_y", "consequence", "reasons", "reason_facts"],
        where={"run_id": run.run_id, "class": _WORST},
        geometry=False,
    )
    lengths = network.read("pipe", ["pipe_id", "length_m"], ids=worst["pipe_id"].tolist(), geometry=False)
    worst = worst.merge(lengths, on="pipe_id", how="left")
    figures, worse = run.figures, worse_of(run)
    return GroupAnswer(
        as_of=run.as_of,
        pipes=int(figures["pipes"]),
        class_m={code: metres * _KM for code, metres in figures["class_km"].items()},
        evidence_m={code: metres * _KM for code, metres in figures["evidence_km"].items()},
        rated_m=run.rated_m,
        rate=run.network_rate,
        mean_rate=run.network_rate,
        worst_rate_ratio=_weighted(worst["rate_per_100km_y"], worst["length_m"]) / run.network_rate
        if len(worst)
        else float("nan"),
        worst_cost_ratio=_cost_ratio(worst, run),
        why=_why(worst),
        expected=float(figures.get("expected_failures") or 0.0),
        horizon_years=float(figures["horizon_years"]),
        data_grade=str(figures.get("data_grade") or ""),
        notes=_notes(run),
        unrated_m={code: km * _KM for code, km in (figures.get("not_rated_km") or {}).items()},
        worse=worsening_sentence(worse) if worse is not None and (run.got_worse or worse.changed) else "",
        compared=f"{worse.run_id}/{run.run_id}" if worse is not None else "",
    )


def _cost_ratio(pipes: pd.DataFrame, run: Run) -> float:
    """Return what a failure of these pipes costs over the network's mean, both weighed by failures."""
    failures = pipes["rate_per_100km_y"] * pipes["length_m"]
    known = failures.notna() & pipes["consequence"].notna()
    expected = float(failures[known].sum())
    if expected > 0:
        return float((failures[known] * pipes["consequence"][known]).sum()) / expected / _mean_cost(run)
    return float("nan")


def group_answer(pipes: pd.DataFrame, run: Run) -> GroupAnswer:
    """Return the answer for some pipes.

    Parameters
    ----------
    pipes
        Their `COLUMNS` of ``pipe_health``.
    run
        The run that they show.
    """
    rated = pipes[pipes["rate_per_100km_y"].notna()]
    worst = pipes[pipes["class"] == _WORST]
    return GroupAnswer(
        as_of=run.as_of,
        pipes=len(pipes),
        class_m=_sums(pipes.assign(**{"class": pipes["class"].fillna("unknown")}), "class"),
        evidence_m=_sums(rated, "evidence"),
        rated_m=float(rated["length_m"].sum()),
        rate=_weighted(rated["rate_per_100km_y"], rated["length_m"]),
        mean_rate=run.network_rate,
        worst_rate_ratio=_weighted(worst["rate_per_100km_y"], worst["length_m"]) / run.network_rate,
        worst_cost_ratio=_cost_ratio(worst, run),
        why=_why(worst),
        expected=float(rated["likelihood"].sum()),
        horizon_years=float(run.figures["horizon_years"]),
        data_grade=str(run.figures.get("data_grade") or ""),
        notes=(),
        unrated_m=_unrated(pipes[pipes["rate_per_100km_y"].isna()]),
    )


def interval_of(rate: float, own_failures: int, prior: float) -> tuple[float, float]:
    """Return between which rates four of five such pipes lie.

    What the Gamma-Poisson model of the rates says once the pipe's own failures are counted: a Gamma of the
    shape ``prior + own_failures`` with the mean ``rate``.

    Parameters
    ----------
    rate
        The pipe's rate, failures per 100 km and year.
    own_failures
        Its own failures within the records.
    prior
        Weight of its cohort, in failures.
    """
    from scipy.special import gammaincinv

    shape = prior + own_failures
    return tuple(rate * float(gammaincinv(shape, one)) / shape for one in (_LOW, _HIGH))  # type: ignore[return-value]


def _failures(network: Network, pipe_id: str, run: Run) -> tuple[FailureRow, ...]:
    """Return the failures of a pipe, the latest first."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.health.rates.counting import counted
    from waternet_plugin.core.schema.settings import Settings

    frame = network.read(
        "failure",
        ["failure_id", "date", "kind", "pipe_id", "match_state"],
        where={"pipe_id": pipe_id},
        geometry=False,
    )
    start = run.figures.get("window_start")
    in_rate = counted(
        frame,
        network.read("pipe", ["pipe_id", "install_year", "retired_on"], ids=[pipe_id], geometry=False),
        as_of=run.as_of or datetime.date.min,
        window_start=datetime.date.fromisoformat(start) if start else None,
        settings=Settings(run.parameters.get("settings") or {}),
    ).in_rate
    rows = []
    for row, counts in zip(records(frame), in_rate.tolist()):
        date = row["date"].date() if row["date"] == row["date"] else None
        rows.append(FailureRow(str(row["failure_id"]), date, str(row["kind"] or ""), counts))
    return tuple(sorted(rows, key=lambda one: (one.date or datetime.date.min, one.failure_id), reverse=True))


def pipe_answer(network: Network, pipe_id: str, run: Run) -> PipeAnswer | None:
    """Return the answer for one pipe, None where the network has no pipe of this id.

    Parameters
    ----------
    run
        The run that is shown.
    """
    import math

    from waternet_plugin.core.frames import records
    from waternet_plugin.core.health.rates.reason_words import lowers
    from waternet_plugin.core.schema.settings import Settings

    found = network.read("pipe_health", COLUMNS, ids=[pipe_id], geometry=False)
    if found.empty:
        return None
    row: Mapping[str, Any] = records(found)[0]
    failures = _failures(network, pipe_id, run)
    evidence = row["evidence"] or ""
    settings = Settings(run.parameters.get("settings") or {})
    interval = None
    if evidence in ("A", "B") and math.isfinite(row["rate_per_100km_y"]):
        own = sum(failure.counts for failure in failures)
        interval = interval_of(row["rate_per_100km_y"], own, settings.real_or("health.pipe_prior", 1.0))
    return PipeAnswer(
        as_of=run.as_of,
        pipe_id=pipe_id,
        street=row["street"] or "",
        material=row["material"] or "",
        diameter_mm=row["diameter_mm"],
        install_year=row["install_year"],
        length_m=row["length_m"],
        class_=row["class"] or "unknown",
        rate=row["rate_per_100km_y"],
        mean_rate=run.network_rate,
        interval=interval,
        likelihood=row["likelihood"],
        horizon_years=float(run.figures["horizon_years"]),
        consequence=row["consequence"],
        risk_ratio=_risk_ratio(row, run),
        evidence=evidence,
        reasons=tuple(
            (WORDS.say(fact), lowers(fact)) for fact in WORDS.read(row["reason_facts"], row["reasons"])
        ),
        failures=failures,
    )


def _risk_ratio(row: Mapping[str, Any], run: Run) -> float:
    """Return a pipe's risk per km over that of the network."""
    import math

    total = run.figures.get("risk") or 0.0
    if not (math.isfinite(row["risk"]) and row["length_m"] > 0 and total > 0 and run.rated_m > 0):
        return float("nan")
    return float(row["risk"] / row["length_m"] / (total / run.rated_m))
