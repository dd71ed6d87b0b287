"""Why tanks are due when they are, as facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.tanks.day_depths import DayDepths, DepthLines
from waternet_plugin.core.drainage.compounds.tanks.tank_cleanings import TankCleanings
from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DEFAULT, GIVEN, MEASURED, NORM
from waternet_plugin.core.drainage.compounds.tanks.tank_rules import SEPTIC, TankRules
from waternet_plugin.core.drainage.compounds.tanks.tank_users import TankUsers
from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.texts import listed, tr


@dataclass(frozen=True)
class ScheduledTanks(PlainFrames):
    """What reasons are made of; arrays have a value a tank (T,).

    Parameters
    ----------
    frame
        The tanks with their days, as the schedule has them.
    limit_m
        Depth at which each is full, NaN where its liquid depth is not known.
    volume_m3
        As recorded.
    basis_d
        Cycles before they were held to the longest one, days.
    norm_d
        By the norm, not held; NaN where there is none.
    longest_d
        Longest allowed cycles.
    """

    frame: pd.DataFrame
    cleanings: TankCleanings
    depths: DayDepths
    lines: DepthLines
    users: TankUsers
    limit_m: Array
    volume_m3: Array
    basis_d: Array
    norm_d: Array
    longest_d: Array
    rules: TankRules


def tank_reasons(tanks: ScheduledTanks) -> list[tuple[Fact, ...]]:
    """Return the facts of each tank: what its day rests on, who uses it, what is not used, what is odd."""
    facts: list[list[Fact]] = [[] for _ in range(len(tanks.frame))]
    for row, fact in (*_bases(tanks), *_persons(tanks), *_cleaned(tanks), *_unused(tanks), *_far(tanks)):
        facts[row].append(fact)
    return [tuple(each) for each in facts]


def _where(mask: Array) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows


def _bases(tanks: ScheduledTanks) -> Iterator[tuple[int, dict[str, Any]]]:
    frame, lines = tanks.frame, tanks.lines
    basis = frame["basis"].to_numpy(dtype=object)
    cycle = frame["cycle_d"].to_numpy(dtype=float)
    persons = frame["persons"].to_numpy(dtype=float)
    cleaned = frame["cleaned_on"].to_numpy(dtype="datetime64[ns]").astype("datetime64[D]")
    count, basis_d = tanks.depths.count, tanks.basis_d
    measured = np.flatnonzero(basis == MEASURED)
    full_on = (cleaned[measured] + basis_d[measured].astype("timedelta64[D]")).astype(str).tolist()
    for row, day in zip(measured.tolist(), full_on):
        yield (
            row,
            {
                "is": "measured",
                "days": int(count[row]),
                "rise_mm": _short(1000 * lines.rise_m_d[row]),
                "limit_m": _short(tanks.limit_m[row]),
                "on": day,
            },
        )
        if basis_d[row] < 0:
            yield row, {"is": "full_when_cleaned"}
    for row in _where(basis == GIVEN):
        yield row, {"is": "given", "days": int(basis_d[row])}
    for row in _where(basis == NORM):
        yield (
            row,
            {
                "is": "norm",
                "volume_m3": _short(tanks.volume_m3[row]),
                "persons": _short(persons[row]),
                "days": int(max(tanks.norm_d[row], 0)),
            },
        )
        if tanks.norm_d[row] < basis_d[row]:
            yield row, {"is": "shortest", "days": int(basis_d[row])}
    for row in _where(basis == DEFAULT):
        yield row, {"is": "default", "days": int(basis_d[row])}
    over = np.where(basis == NORM, tanks.norm_d, basis_d) > cycle
    for row in _where(over):
        yield row, {"is": "longest", "days": int(cycle[row])}


def _persons(tanks: ScheduledTanks) -> Iterator[tuple[int, dict[str, Any]]]:
    users, frame = tanks.users, tanks.frame
    compound = frame["compound_id"].to_numpy(dtype=object)
    by_norm = frame["basis"].isin((NORM, DEFAULT)).to_numpy(dtype=bool)
    is_septic = (frame["kind"] == SEPTIC).to_numpy(dtype=bool) & by_norm
    for row in _where(is_septic & (users.count > 0)):
        yield row, {"is": "users", "count": int(users.count[row]), "persons": _short(users.persons[row])}
    for row in _where(is_septic & np.isfinite(users.compound_households)):
        yield (
            row,
            {
                "is": "households",
                "persons": _short(users.persons[row]),
                "households": int(users.compound_households[row]),
                "compound": str(compound[row]),
            },
        )
    for row in _where(is_septic & np.isnan(users.persons)):
        yield row, {"is": "no_persons"}
    for row in _where(is_septic & np.isnan(tanks.volume_m3)):
        yield row, {"is": "no_volume"}
    for row in _where(tanks.volume_m3 <= 0):
        yield row, {"is": "zero_volume", "volume_m3": _short(tanks.volume_m3[row])}


def _cleaned(tanks: ScheduledTanks) -> Iterator[tuple[int, dict[str, Any]]]:
    cleanings = tanks.cleanings
    for row in _where(np.isnat(cleanings.cleaned_on)):
        yield row, {"is": "never_cleaned"}
    for row in _where(~pd.isna(cleanings.item_id)):
        yield row, {"is": "work_item", "item": str(cleanings.item_id[row])}
    for row in _where(cleanings.closed_early):
        yield row, {"is": "closed_before_opened", "item": str(cleanings.item_id[row])}
    for row in _where(~np.isnat(cleanings.to_come)):
        yield row, {"is": "cleaned_to_come", "on": str(cleanings.to_come[row])}


def _unused(tanks: ScheduledTanks) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield which depths could not be used, and why."""
    depths, count = tanks.depths, tanks.depths.count
    has_line = np.isfinite(tanks.lines.rise_m_d)
    is_cleaned = ~np.isnat(tanks.cleanings.cleaned_on)
    for row in _where((count > 0) & np.isnan(tanks.limit_m)):
        yield row, {"is": "no_liquid_depth"}
    for row in _where(is_cleaned & (count == 1)):
        yield row, {"is": "one_day"}
    for row in _where(is_cleaned & (count > 1) & ~has_line):
        yield row, {"is": "no_rise"}
    for name in ("before", "to_come"):
        days = getattr(depths, name)
        for row in _where(days > 0):
            yield row, {"is": name, "count": int(days[row])}


def _far(tanks: ScheduledTanks) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield which tanks are far fuller than their norm, with catering upstream."""
    last, depths = tanks.depths.last, tanks.depths
    cleaned = tanks.cleanings.cleaned_on
    rows = np.flatnonzero((last >= 0) & np.isfinite(tanks.limit_m) & ~np.isnat(cleaned))
    norm = np.clip(tanks.norm_d, tanks.rules.norm_shortest_d, tanks.longest_d)[rows]
    days = (depths.day[last[rows]] - cleaned[rows]) / np.timedelta64(1, "D")
    with np.errstate(divide="ignore", invalid="ignore"):
        times = depths.depth_m[last[rows]] / tanks.limit_m[rows] / (days / norm)
    far = (times >= tanks.rules.far_times) & (days > 0)
    for row, factor, users in zip(rows[far].tolist(), times[far].tolist(), tanks.users.catering(rows[far])):
        if users:
            yield row, {"is": "catering", "times": _short(factor), "users": listed(users)}


def _short(value: Any) -> float:
    """Return a value with the digits that mean something."""
    return float(f"{float(value):.4g}")


def _sentences() -> Mapping[str, str]:
    return {
        "measured": tr("depths of {days} days rise by {rise_mm} mm a day and reach {limit_m} m on {on}"),
        "given": tr("cycle given: {days} d"),
        "norm": tr("by the norm {volume_m3} m³ last {persons} persons {days} d"),
        "default": tr("usual cycle: {days} d"),
        "longest": tr("held to the longest allowed cycle of {days} d"),
        "shortest": tr("held to the shortest cycle of the norm, {days} d"),
        "never_cleaned": tr("no cleaning is recorded: no date follows"),
        "work_item": tr("cleaned by work item {item}"),
        "closed_before_opened": tr("work item {item} was closed before it was opened: check its dates"),
        "cleaned_to_come": tr("a cleaning on {on} is to come and doesn't count"),
        "no_liquid_depth": tr("depths were measured, but the liquid depth is not known"),
        "one_day": tr("depths of one day only since the cleaning: two are needed for a line"),
        "no_rise": tr("the depths measured since the cleaning don't rise: no date follows from them"),
        "full_when_cleaned": tr(
            "by the line it was full on the day of cleaning already: check whether it was emptied"
        ),
        "before": tr("days measured before the cleaning don't count: {count}"),
        "to_come": tr("days measured that are to come don't count: {count}"),
        "users": tr("users who drain into it: {count}, persons: {persons}"),
        "households": tr("{persons} persons: its share by volume of {households} households of {compound}"),
        "no_persons": tr("who drains into it is not known"),
        "no_volume": tr("its volume is not known"),
        "zero_volume": tr("a volume of {volume_m3} m³ can't be: it counts as unknown"),
        "catering": tr(
            "{times} times as full as the norm expects, with catering upstream ({users}): check the grease "
            "traps there"
        ),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    return {key: f"{value:g}" if isinstance(value, float) else value for key, value in fact.items()}


WORDS = Vocabulary(_sentences, _spoken_values)


def said_each(every: Iterable[Iterable[Fact]]) -> list[str]:
    """Return the reasons of many tanks, a text each."""
    return [joined(sentences) for sentences in WORDS.say_each(every)]
