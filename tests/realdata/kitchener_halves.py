"""The constants of the rates: chosen on one half of a real city's records, judged on the other.

``python tests/realdata/kitchener_halves.py`` reads ``WATERNET_DATA``/kitchener into
frames of the core and prints two tables.

The choosing half knows nothing after 2006-12-31: cut-offs 2001 to 2005, one, three and five years after each
as far as they end by then. One failure there is half a point of capture, so constants are told apart by
likelihood: the logarithm of the chance that each failure falls on the pipe it fell on, per 100 failures. The
level is left out of it, since one winter moves it by a third. A constant stays as near to what it was,
published or set before, as values allow that are not worse than the best one beyond chance; a new one takes
the best value. The members of the combination have equal parts, which no likelihood of so few failures speaks
against; weights that suit the years before each cut-off best do worse in the year that follows.

The judging half: cut-offs 2007 to 2014, with what every model would have caught on 5, 10 and 20 % of length.
No value was chosen anew after it was seen.

It decided one thing. Two changes of structure were better on the choosing half beyond chance, by about 4 of
these units each: a prior that grows with the length of a pipe instead of one for each pipe, and a factor of
the failures on pipes within some 200 m for pipes that never failed. Judged once, both together caught 0.6 to
0.8 points less than without them, and the combination stayed as it was.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent / "build" / "plugins")]

from kitchener_frames import city  # noqa: E402

SHARES = (0.05, 0.1, 0.2)
AHEAD = (1, 3, 5)
LAST_KNOWN = 2006
CHOOSING = tuple((year, ahead) for ahead in AHEAD for year in range(2001, LAST_KNOWN - ahead + 1))
JUDGING = tuple((year, ahead) for ahead in AHEAD for year in range(2007, 2015 - ahead + 1))
# Units of log-likelihood: a value that is better by less may be so by chance (95 %, one constant).
BEYOND_CHANCE = 1.92
MODELS = ("combined", "hierarchy", "glm", "glm_eb")
MEMBERS = ("hierarchy", "glm_eb")
# The first cut-off whose following year the weights of the members may be learned from.
FIRST_PAST = 1998

Rate = Callable[[Any, datetime.date], Any]


@dataclass(frozen=True)
class Trial:
    """One cut-off and what came after: log-likelihood, failures and shares caught of each model."""

    likelihood: float
    failures: int
    captured: tuple[float, ...]
    records: float


@dataclass(frozen=True)
class Row:
    """A constant or model that was tried: likelihood of 100 failures less that of the one in force."""

    name: str
    value: str
    gains: tuple[float, ...]
    captured: float
    in_force: bool


@dataclass(frozen=True)
class Judged:
    """A model on the judging half: by years ahead, one row of three shares a cut-off."""

    model: str
    captured: dict[int, tuple[tuple[float, ...], ...]]

    def mean(self, ahead: int) -> tuple[float, ...]:
        """Mean shares over the cut-offs, and their mean."""
        shares = np.mean(self.captured[ahead], axis=0)
        return (*shares.tolist(), float(shares.mean()))

    def worst(self, ahead: int) -> float:
        """Mean of the three shares at the worst cut-off."""
        return float(np.mean(self.captured[ahead], axis=1).min())


@dataclass(frozen=True)
class Halves:
    """Both tables; ``totals`` are expected over actual failures of five years."""

    choosing: tuple[Row, ...]
    thinned: tuple[tuple[str, float, float, float, float], ...]
    failures: int
    judged: tuple[Judged, ...]
    without_records: Judged
    totals: dict[int, float]

    @property
    def beyond_chance(self) -> float:
        """What a likelihood of 100 failures must be better by."""
        return 100.0 * BEYOND_CHANCE / self.failures


def _day(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


def by_model(model: str) -> Rate:
    """Return the rates of a model."""
    return lambda past, day: past.rate(model, day)


def mean_of(weights: Mapping[str, float]) -> Rate:
    """Return a mean of models' logarithms."""
    total = sum(weights.values())
    return lambda past, day: np.exp(
        sum(weight * np.log(past.rate(model, day)) for model, weight in weights.items()) / total
    )


def of_the_past(past: Any, day: datetime.date) -> Any:
    """Return the mean of the members' logarithms whose weights make the years before a day likeliest.

    Cut-offs a year apart, each with the failures of the year after it, all of which were known by the day.
    """
    from waternet_plugin.core.health.evaluation.holdout_period import trial_of

    tests = []
    for year in range(FIRST_PAST, day.year):
        trial = trial_of(past.on(_day(year)), past.events, _day(year + 1))
        tests.append((trial, [np.log(past.rate(name, _day(year))[trial.rows]) for name in MEMBERS]))

    def likelihood(weight: float) -> float:
        total = 0.0
        for trial, (one, other) in tests:
            likely = np.exp(weight * one + (1.0 - weight) * other) * trial.length_m
            total += float(trial.failures @ np.log(likely / likely.sum()))
        return total

    weight = float(max(np.linspace(0.0, 1.0, 41), key=likelihood))
    return mean_of(dict(zip(MEMBERS, (weight, 1.0 - weight))))(past, day)


def trials_of(
    pipes: Any,
    failures: Any,
    rates: Mapping[str, Rate],
    tests: Sequence[tuple[int, int]],
    *,
    settings: Mapping[str, str] | None = None,
    known: Callable[[int], Any] | None = None,
) -> dict[str, dict[tuple[int, int], Trial]]:
    """Return what each way of rating makes of each cut-off and years ahead.

    Parameters
    ----------
    pipes, failures
        Of all years that may be looked at.
    rates
        Ways of rating by name.
    tests
        Cut-off years and years ahead.
    settings
        Values other than the shipped ones.
    known
        Which failures are on record for a cut-off year, as a mask; None for all.
    """
    from support.capture_frames import capture

    from waternet_plugin.core.health.evaluation.holdout_period import trial_of
    from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
    from waternet_plugin.core.schema.settings import Settings

    made = Settings({f"health.{key}": value for key, value in (settings or {}).items()})
    found: dict[str, dict[tuple[int, int], Trial]] = {name: {} for name in rates}
    pasts: dict[Any, SnapshotCache] = {}
    for year, ahead in tests:
        key = ahead if known is None else (year, ahead)
        if key not in pasts:
            kept = failures if known is None else failures[known(year)].reset_index(drop=True)
            pasts[key] = SnapshotCache(
                pipes, kept, horizon_years=ahead, window_start=None, radius_m=25.0, settings=made
            )
        past, day = pasts[key], _day(year)
        origin = past.on(day)
        trial = trial_of(origin, past.events, _day(year + ahead))
        for name, rate_of in rates.items():
            rate = rate_of(past, day)[trial.rows]
            likely = rate * trial.length_m
            caught = capture(trial.length_m, rate, trial.failures, SHARES).matched
            found[name][year, ahead] = Trial(
                float(trial.failures @ np.log(likely / likely.sum())),
                int(trial.failures.sum()),
                tuple(float(one) for one in caught),
                origin.records,
            )
    return found


def _likelihood(tests: Mapping[tuple[int, int], Trial], ahead: int | None = None) -> float:
    """Return the mean logarithm of 100 failures, of all years ahead or of one."""
    chosen = [one for (_, years), one in tests.items() if ahead in (None, years)]
    return 100.0 * sum(one.likelihood for one in chosen) / sum(one.failures for one in chosen)


def _row(name: str, value: str, tests: Any, base: Any, in_force: bool) -> Row:
    gains = [_likelihood(tests, ahead) - _likelihood(base, ahead) for ahead in (*AHEAD, None)]
    caught = float(np.mean([one.captured for one in tests.values()]))
    return Row(name, value, tuple(gains), caught, in_force)


# Constant, the model that it is tried in, values.
TRIED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("vintage_years", "hierarchy", ("1", "3", "5", "7", "9", "21")),
    ("cell_prior", "hierarchy", ("2", "3", "5", "8", "12")),
    ("pipe_prior", "hierarchy", ("0.5", "1", "1.5", "2", "3")),
    ("pipe_prior", "combined", ("0.5", "1", "1.5", "2", "3")),
    ("street_prior", "hierarchy", ("0.5", "1", "2", "4", "1000")),
    ("street_prior", "glm_eb", ("0.5", "1", "2", "4", "1000")),
    ("length_exponent", "hierarchy", ("0", "-0.05", "-0.1", "-0.15", "-0.2", "-0.27")),
    ("length_exponent", "no records", ("0", "-0.05", "-0.1", "-0.15", "-0.2", "-0.27")),
    ("vintage_factor.cast_iron", "hierarchy", ("1946:1", "1946:0.85", "1946:0.7", "1946:0.6", "1946:0.5")),
    ("vintage_factor.cast_iron", "no records", ("1946:1", "1946:0.85", "1946:0.7", "1946:0.6", "1946:0.5")),
    ("glm_penalty", "glm_eb", ("1", "3", "10", "20", "30", "60")),
    ("glm_penalty", "glm", ("1", "3", "10", "20", "30", "60")),
    ("glm_slices", "glm", ("2", "4", "8")),
)
STACKS: tuple[tuple[str, dict[str, float]], ...] = (
    ("hierarchy", {"hierarchy": 1}),
    ("glm", {"glm": 1}),
    ("glm_eb", {"glm_eb": 1}),
    ("hierarchy, glm_eb", {"hierarchy": 1, "glm_eb": 1}),
    ("all three", {"hierarchy": 1, "glm": 1, "glm_eb": 1}),
    ("half hierarchy", {"hierarchy": 2, "glm": 1, "glm_eb": 1}),
    ("7 : 3", {"hierarchy": 7, "glm_eb": 3}),
)
THINNED = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SEEDS = 3


def choosing(pipes: Any, failures: Any) -> tuple[tuple[Row, ...], int]:
    """Return the table of what was tried on records up to the end of 2006, and the failures it stands on."""
    from waternet_plugin.core.schema.settings import Settings

    early = failures[failures["date"] <= pd.Timestamp(_day(LAST_KNOWN))].reset_index(drop=True)
    date = early["date"].to_numpy("datetime64[D]")
    shipped = Settings()

    def run(model: str, settings: Mapping[str, str]) -> Any:
        if model == "no records":
            return trials_of(
                pipes,
                early,
                {model: by_model("hierarchy")},
                CHOOSING,
                settings=settings,
                known=lambda year: date > np.datetime64(_day(year), "D"),
            )[model]
        return trials_of(pipes, early, {model: by_model(model)}, CHOOSING, settings=settings)[model]

    rows = []
    bases: dict[str, Any] = {}
    for key, model, values in TRIED:
        if model not in bases:
            bases[model] = run(model, {})
        kept = shipped.text(f"health.{key}")
        for value in values:
            tests = bases[model] if value == kept else run(model, {key: value})
            rows.append(_row(f"{key} ({model})", value, tests, bases[model], value == kept))
    stacked = {name: mean_of(weights) for name, weights in STACKS}
    stacks = trials_of(pipes, early, {**stacked, "weights of the past": of_the_past}, CHOOSING)
    base = stacks["hierarchy, glm_eb"]
    rows += [_row("models", name, tests, base, tests is base) for name, tests in stacks.items()]
    once = sum(one.failures for (_, ahead), one in base.items() if ahead == 1)
    return tuple(rows), once


def thinned(pipes: Any, failures: Any) -> tuple[tuple[str, float, float, float, float], ...]:
    """Return what combining is worth with few records: share kept, records, gain, captures of both.

    The records before each cut-off are thinned at random, what came after is not.
    """
    early = failures[failures["date"] <= pd.Timestamp(_day(LAST_KNOWN))].reset_index(drop=True)
    date = early["date"].to_numpy("datetime64[D]")
    rows = []
    for share in THINNED:
        alone: dict[Any, Trial] = {}
        both: dict[Any, Trial] = {}
        for seed in range(SEEDS):
            drawn = np.random.default_rng(seed).random(len(early)) < share
            tests = trials_of(
                pipes,
                early,
                {"hierarchy": by_model("hierarchy"), "combined": by_model("combined")},
                CHOOSING,
                known=lambda year, drawn=drawn: drawn | (date > np.datetime64(_day(year), "D")),
            )
            # Years ahead keep their place, cut-offs of each seed are told apart.
            alone.update({((seed, year), ahead): one for (year, ahead), one in tests["hierarchy"].items()})
            both.update({((seed, year), ahead): one for (year, ahead), one in tests["combined"].items()})
        rows.append(
            (
                f"{100 * share:g} %",
                float(np.mean([one.records for one in alone.values()])),
                _likelihood(both) - _likelihood(alone),
                float(np.mean([one.captured for one in alone.values()])),
                float(np.mean([one.captured for one in both.values()])),
            )
        )
    return tuple(rows)


def _judged(model: str, tests: Mapping[tuple[int, int], Trial]) -> Judged:
    return Judged(
        model,
        {
            ahead: tuple(one.captured for (_, years), one in tests.items() if years == ahead)
            for ahead in AHEAD
        },
    )


def judging(pipes: Any, failures: Any) -> tuple[tuple[Judged, ...], Judged]:
    """Return what each model caught on the judging half, and the hierarchy without any records."""
    tests = trials_of(pipes, failures, {model: by_model(model) for model in MODELS}, JUDGING)
    date = failures["date"].to_numpy("datetime64[D]")
    none = trials_of(
        pipes,
        failures,
        {"none": by_model("hierarchy")},
        JUDGING,
        known=lambda year: date > np.datetime64(_day(year), "D"),
    )
    return (
        tuple(_judged(model, tests[model]) for model in MODELS),
        _judged("without any records", none["none"]),
    )


def totals(pipes: Any, failures: Any) -> dict[int, float]:
    """Return expected over actual failures of the five years after each cut-off that has them."""
    from waternet_plugin.core.health.evaluation.holdout_period import trial_of
    from waternet_plugin.core.health.evaluation.snapshot_cache import SnapshotCache
    from waternet_plugin.core.schema.settings import Settings

    found = {}
    for year in range(2006, 2011):
        past = SnapshotCache(
            pipes, failures, horizon_years=5, window_start=None, radius_m=25.0, settings=Settings()
        )
        day = _day(year)
        trial = trial_of(past.on(day), past.events, _day(year + 5))
        rate = past.rate(past.choice("auto", day).model, day)[trial.rows]
        found[year] = float((rate * trial.length_m).sum()) / 100_000.0 * 5 / trial.matched
    return found


def halves(folder: Path) -> Halves:
    """Run both halves."""
    pipes, failures = city(folder)
    rows, count = choosing(pipes, failures)
    judged, none = judging(pipes, failures)
    return Halves(rows, thinned(pipes, failures), count, judged, none, totals(pipes, failures))


def table(found: Halves) -> str:
    """Return both halves as text."""
    least = found.beyond_chance
    lines = [
        f"CHOOSING: records to {LAST_KNOWN}-12-31, cut-offs 2001 to 2005, {found.failures} failures on pipes",
        f"log-likelihood of 100 failures against the value in force (*); {least:.2f} is beyond chance",
        f"{'':<38}{'':>12}   1 year  3 years  5 years      all   caught",
    ]
    last = ""
    for row in found.choosing:
        name = row.name if row.name != last else ""
        last = row.name
        mark = "*" if row.in_force else " "
        lines.append(
            f"{name:<38}{row.value:>18}{mark}"
            + "".join(f"{gain:9.2f}" for gain in row.gains)
            + f"{100 * row.captured:9.2f}"
        )
    lines += [
        "",
        "combined against cohorts alone, records thinned",
        "  kept   records     gain   caught  combined",
    ]
    lines += [
        f"{name:>6}{records:10.0f}{gain:9.2f}{100 * alone:9.2f}{100 * both:10.2f}"
        for name, records, gain, alone, both in found.thinned
    ]
    lines += [
        "",
        "JUDGING: cut-offs 2007 to 2014, caught on 5, 10, 20 % of length, their mean, the worst cut-off's",
    ]
    for ahead in AHEAD:
        cutoffs = len(found.judged[0].captured[ahead])
        lines.append(f"{ahead} years after, {cutoffs} cut-offs")
        lines += [
            f"  {one.model:<22}"
            + "".join(f"{100 * share:8.2f}" for share in one.mean(ahead))
            + f"{100 * one.worst(ahead):9.2f}"
            for one in (*found.judged, found.without_records)
        ]
    lines += ["", "five-year totals, expected over actual"]
    lines.append("  ".join(f"{year}: {ratio:.2f}" for year, ratio in found.totals.items()))
    return "\n".join(lines)


if __name__ == "__main__":
    base = Path(os.environ.get("WATERNET_DATA") or HERE.parent.parent.parent / "shared" / "data")
    result = halves(base / "kitchener")
    print(table(result))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(
            json.dumps(dataclasses.asdict(result), default=str, indent=1), encoding="utf-8"
        )
