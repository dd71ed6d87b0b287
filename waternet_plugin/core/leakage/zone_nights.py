"""Nights and alarms of zones as rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import joined, stored_text
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.leakage.detection.leak_alarms import LeakAlarms
from waternet_plugin.core.leakage.night_figures import NightFigures
from waternet_plugin.core.leakage.night_words import WORDS, alarm_facts, rounded
from waternet_plugin.core.texts import shortened

NORMAL, WATCH, ALARM, NO_DATA = "normal", "watch", "alarm", "no_data"
# Weather is told from leaks where so many other zones are measured.
_OTHERS = 4


@dataclass(frozen=True)
class NightBasis:
    """What the rows of nights are made of, ``Z`` zones and ``N`` nights.

    Parameters
    ----------
    zone_id
        Ids of the zones (Z,).
    figures, search
        The nights, and what was found in them.
    night_use_m3h
        Legitimate night use (Z,).
    background_m3h
        Background leakage by the pressure of each night (Z, N).
    watch_threshold
        Standard deviations from which a night is to be watched.
    storage_unknown
        Nights in which what goes into storage is not known, and counts as leakage (Z, N).
    tanks
        The storage inside each zone (Z,).
    """

    zone_id: Array
    figures: NightFigures
    search: LeakAlarms
    night_use_m3h: Array
    background_m3h: Array
    watch_threshold: float
    storage_unknown: Array
    tanks: tuple[tuple[str, ...], ...]

    def day_text(self, night: int) -> str:
        """Return the date of a night by its number."""
        return str(self.figures.night[night])


def night_states(basis: NightBasis) -> Array:
    """Return the state of each night, objects (Z, N)."""
    known = basis.figures.known
    state = np.where(known, NORMAL, NO_DATA).astype(object)
    state[known & (basis.search.score >= basis.watch_threshold)] = WATCH
    for alarm in basis.search.alarms:
        end = len(basis.figures.night) if alarm.ended is None else alarm.ended
        state[alarm.zone, alarm.raised : end][known[alarm.zone, alarm.raised : end]] = ALARM
    return state


def night_rows(basis: NightBasis, chosen: Array) -> pd.DataFrame:
    """Return the nights as rows of ``zone_night`` without ids, by zone and night.

    Parameters
    ----------
    basis
        The nights.
    chosen
        Which are wanted, booleans (Z, N).
    """
    figures, state = basis.figures, night_states(basis)
    zone, night = np.nonzero(chosen)
    mean = figures.window_mean_m3h[zone, night]
    leak = mean - basis.night_use_m3h[zone]
    background = np.where(np.isfinite(mean), basis.background_m3h[zone, night], np.nan)
    at = figures.minimum_at_s[zone, night]
    begins = np.full(len(at), np.datetime64("NaT", "s"))
    begins[np.isfinite(at)] = at[np.isfinite(at)].astype("int64").astype("datetime64[s]")
    facts = [
        [
            *(_night_facts(basis, state, int(first), int(second)) if state[first, second] != NORMAL else []),
            *_storage_facts(basis, int(first), int(second)),
        ]
        for first, second in zip(zone.tolist(), night.tolist())
    ]
    rows: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": pd.Series(basis.zone_id[zone], dtype=object),
            "night": pd.to_datetime(figures.night[night].astype("datetime64[s]")),
            "window_mean_m3h": mean,
            "minimum_hour_m3h": figures.minimum_hour_m3h[zone, night],
            "minimum_at": pd.to_datetime(begins, utc=True),
            "coverage": np.round(figures.coverage[zone, night], 4),
            "night_use_m3h": basis.night_use_m3h[zone],
            "leak_m3h": leak,
            "background_m3h": background,
            "excess_m3h": leak - background,
            "inflow_m3": figures.inflow_m3[zone, night],
            "state": pd.Series(state[zone, night], dtype=object),
            "reason": pd.Series([_spoken(fact) for fact in facts], dtype=object),
            "reason_facts": pd.Series([stored_text(fact) if fact else None for fact in facts], dtype=object),
        }
    )
    return rows


def _spoken(facts: list[dict[str, Any]]) -> str | None:
    return joined(WORDS.say_all(facts)) if facts else None


def _storage_facts(basis: NightBasis, zone: int, night: int) -> list[dict[str, Any]]:
    """Return that what goes into the storage of a zone is not known."""
    if basis.storage_unknown[zone, night]:
        return [{"is": "storage_unknown", "tanks": shortened(basis.tanks[zone])}]
    return []


def _night_facts(basis: NightBasis, state: Array, zone: int, night: int) -> list[dict[str, Any]]:
    """Return what a night that is not normal says for itself."""
    search = basis.search
    if state[zone, night] == NO_DATA:
        if search.shut[zone, night]:
            return [{"is": "shut_down"}]
        return [{"is": "coverage", "share": int(100 * basis.figures.coverage[zone, night])}]
    if state[zone, night] == ALARM:
        running = [
            alarm
            for alarm in search.alarms
            if alarm.zone == zone and alarm.raised <= night and (alarm.ended is None or night < alarm.ended)
        ]
        return [
            {"is": "running", "since": basis.day_text(alarm.started), "rise": rounded(alarm.rise_m3h)}
            for alarm in running
        ]
    facts: list[dict[str, Any]] = [{"is": "score", "deviations": rounded(float(search.score[zone, night]))}]
    why = search.explained.get((zone, night))
    if why == "others":
        facts.append({"is": "others_rise"})
    elif why in ("use", "earlier"):
        facts.append({"is": why})
    elif why is not None:
        inside = bool(search.score[why, night] > 0 and why in search.parts_of(zone))
        facts.append({"is": "part_rise" if inside else "exchange", "zone": str(basis.zone_id[why])})
    return facts


def with_stored_ids(nights: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return nights with the ids of their rows in ``zone_night``, new ones with zone and date."""
    dates = pd.to_datetime(stored["night"]).dt.strftime("%Y-%m-%d")
    there = dict(zip(zip(stored["zone_id"], dates), stored["night_id"]))
    keys = zip(nights["zone_id"], nights["night"].dt.strftime("%Y-%m-%d"))
    ids = [there.get(key) or "{} {}".format(*key) for key in keys]
    numbered_nights: pd.DataFrame = nights.assign(night_id=pd.Series(ids, dtype=object, index=nights.index))
    return numbered_nights


def alarm_rows(basis: NightBasis) -> pd.DataFrame:
    """Return the alarms as rows of ``leak_alarm`` without ids, in order of the nights they were raised on."""
    alarms = basis.search.alarms
    has_others = int(basis.figures.known.any(axis=1).sum()) > _OTHERS
    facts = [alarm_facts(alarm, basis.day_text, has_others=has_others) for alarm in alarms]

    def days(pick: Callable[[Any], int | None]) -> pd.Series:
        numbers = [pick(alarm) for alarm in alarms]
        texts = [
            None if number is None else basis.day_text(min(number, len(basis.figures.night) - 1))
            for number in numbers
        ]
        return pd.to_datetime(pd.Series(texts, dtype=object))

    rows: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": pd.Series([str(basis.zone_id[alarm.zone]) for alarm in alarms], dtype=object),
            "raised_on": days(lambda alarm: alarm.raised),
            "started_on": days(lambda alarm: alarm.started),
            "ended_on": days(lambda alarm: alarm.ended),
            "rise_m3h": np.array([rounded(alarm.rise_m3h) for alarm in alarms], dtype=float),
            "kind": pd.Series([alarm.kind for alarm in alarms], dtype=object),
            "reason": pd.Series([_spoken(fact) for fact in facts], dtype=object),
            "reason_facts": pd.Series([stored_text(fact) for fact in facts], dtype=object),
        }
    )
    return rows


def kept_alarms(alarms: pd.DataFrame, stored: pd.DataFrame, *, same_nights: int) -> pd.DataFrame:
    """Return found alarms with the ids of those that tell of the same leak and are stored already.

    An end that people gave stays where none was found.

    Parameters
    ----------
    found
        As `alarm_rows`.
    stored
        Rows of ``leak_alarm``.
    same_nights
        Nights between two beginnings up to which they are the same leak's.
    """
    ids: list[str | None] = []
    ends = alarms["ended_on"].tolist()
    taken: set[str] = set()
    for row, alarm in enumerate(tuples(alarms)):
        same = stored[(stored["zone_id"] == alarm.zone_id) & ~stored["alarm_id"].isin(taken)]
        apart = (pd.to_datetime(same["started_on"]) - alarm.started_on).abs()
        near = same[apart <= datetime.timedelta(days=same_nights)]
        if not len(near):
            ids.append(None)
            continue
        best = near.loc[apart[near.index].idxmin()]
        taken.add(str(best["alarm_id"]))
        ids.append(str(best["alarm_id"]))
        if pd.isna(ends[row]):
            ends[row] = pd.to_datetime(best["ended_on"])
    numbered_alarms: pd.DataFrame = alarms.assign(
        alarm_id=pd.Series(ids, dtype=object), ended_on=pd.to_datetime(pd.Series(ends))
    )
    return numbered_alarms
