"""Night flow of metered areas and the alarms of leaks that begin, computed of what was read."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.detection.lasting_rises import find_leaks
from waternet_plugin.core.leakage.detection.leak_alarms import alarm_options
from waternet_plugin.core.leakage.night_figures import NightFigures
from waternet_plugin.core.leakage.night_readings import (
    NightRows,
    facts_of,
    meter_series,
    metered_tree,
    night_heads,
    reading_notes,
    repairs_before,
)
from waternet_plugin.core.leakage.night_storage import figures_with_storage, storage_notes, storage_of
from waternet_plugin.core.leakage.pressure_leakage import background_leakage, background_rates
from waternet_plugin.core.leakage.zone_facts import ZoneFacts
from waternet_plugin.core.leakage.zone_inflow import net_inflow
from waternet_plugin.core.leakage.zone_nights import NightBasis, alarm_rows, kept_alarms, night_rows
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.readings.clocks import clock_of
from waternet_plugin.core.readings.local_clock import LocalClock, night_window
from waternet_plugin.core.texts import tr

_TIME_ZONE = "general.time_zone"
_DIGITS = re.compile(r"(\d+)$")
_ALARM_PREFIX = "A-"


@dataclass(frozen=True)
class NightChoice:
    """Which nights of which zones are asked for.

    Parameters
    ----------
    zones
        Ids of the zones; empty for all.
    first, last
        The nights that are wanted, both included; None for all.
    window
        Clock times of the window, HH:MM-HH:MM; '' for the setting of the network.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC.
    """

    zones: tuple[str, ...]
    first: Optional[datetime.date]
    last: Optional[datetime.date]
    window: str
    now_s: float


@dataclass(frozen=True)
class ComputedNights(PlainFrames):
    """Night flow and alarms.

    Parameters
    ----------
    nights
        As the table ``zone_night`` without ids.
    alarms
        As the table ``leak_alarm``; ids of alarms that are new are those that they would get.
    facts
        What is known of the zones.
    assumed_pressure
        Zones of which no night pressure is measured.
    window_text
        The window, HH:MM-HH:MM.
    clock
        The clocks of the network.
    notes
        What to know and to doubt, in sentences.
    """

    nights: pd.DataFrame
    alarms: pd.DataFrame
    facts: ZoneFacts
    assumed_pressure: tuple[str, ...]
    window_text: str
    clock: LocalClock
    notes: tuple[str, ...]


def computed_nights(rows: NightRows, stored: pd.DataFrame, choice: NightChoice) -> ComputedNights:
    """Return night flow and leak alarms of metered areas.

    Parameters
    ----------
    rows
        What was read of the network.
    stored
        Alarms as they are stored (columns of ``leak_alarm``): they keep their ids.
    choice
        What is asked.

    Raises
    ------
    InputError
        Where there are no metered areas, no boundary meters or no readings of them, none of the nights that
        were asked for, or a zone is unknown.
    """
    settings = rows.settings
    clock = LocalClock(clock_of(_TIME_ZONE, settings.text(_TIME_ZONE)))
    tree = metered_tree(rows.zones, choice.zones)
    facts = facts_of(rows, tree)
    read = meter_series(rows, facts, choice.now_s)
    window = night_window(settings, choice.window)
    share = settings.real("leakage.coverage")
    inflows = [net_inflow(meters, read.series) for meters in facts.meters]
    storage = storage_of(rows, tree, choice.now_s)
    figures_read, unknown = figures_with_storage(facts, read, storage, inflows, clock, window, share)
    figures = _until(figures_read, choice.last)
    unknown = unknown[:, : len(figures.night)]
    points = column(rows.zones, "pressure_node")[tree.row]
    heads = night_heads(rows, points, figures, clock, window, now_s=choice.now_s)
    basis = _basis(rows, facts, figures, heads, (unknown, storage.tanks))
    wanted = _wanted(basis, choice, inflows)
    if not wanted.any():
        nights_read = figures_read.night
        raise InputError(
            tr("No night from {first} to {last} has readings. Readings run from {begin} to {end}.").format(
                first=choice.first or nights_read[0],
                last=choice.last or nights_read[-1],
                begin=nights_read[0],
                end=nights_read[-1],
            )
        )
    alarms = _of_interest(
        kept_alarms(alarm_rows(basis), stored, same_nights=alarm_options(settings).same_leak_nights), choice
    )
    alarms = alarms.assign(alarm_id=_new_ids(alarms["alarm_id"], stored["alarm_id"]))
    notes = (
        *reading_notes(facts, read, choice.zones, clock),
        *storage_notes(facts, storage, choice.zones),
    )
    assumed = _assumed_pressure(heads, facts)
    return ComputedNights(night_rows(basis, wanted), alarms, facts, assumed, window.text, clock, notes)


def _until(figures: NightFigures, last: Optional[datetime.date]) -> NightFigures:
    """Return the nights up to a date: an alarm of a night never knows of later ones."""
    if last is None:
        return figures
    kept = figures.night <= np.datetime64(last, "D")
    return NightFigures(
        **{
            name: value[kept] if name == "night" else value[:, kept]
            for name, value in vars(figures).items()
            if name in NightFigures.__dataclass_fields__
        }
    )


def _assumed_pressure(heads: Array, facts: ZoneFacts) -> tuple[str, ...]:
    """Return the zones of which no night pressure is measured."""
    measured = np.isfinite(heads).any(axis=1)
    return tuple(str(name) for name, known in zip(facts.tree.zone_id, measured) if not known)


def _basis(
    rows: NightRows,
    facts: ZoneFacts,
    figures: NightFigures,
    heads: Array,
    storage: tuple[Array, tuple[tuple[str, ...], ...]],
) -> NightBasis:
    settings = rows.settings
    options = alarm_options(settings)
    search = find_leaks(
        figures.window_mean_m3h,
        figures.around_mean_m3h,
        options,
        related=facts.related,
        holds=facts.tree.ancestors,
        repairs=repairs_before(rows, facts, figures),
    )
    head = np.where(np.isfinite(heads), heads, settings.real("leakage.night_pressure_m"))
    lines = facts.length_m > 0
    background = background_leakage(
        np.where(lines, facts.length_m, np.nan)[:, None],
        facts.connections[:, None],
        facts.properties[:, None],
        head,
        background_rates(settings),
    )
    return NightBasis(
        facts.tree.zone_id,
        figures,
        search,
        facts.night_use_m3h,
        background,
        options.watch_threshold,
        *storage,
    )


def _wanted(basis: NightBasis, choice: NightChoice, inflows: list[Any]) -> Array:
    """Return which nights are told (Z, N): of zones that were asked for, between their readings."""
    nights = basis.figures.night
    chosen = np.ones(len(nights), dtype=bool)
    if choice.first is not None:
        chosen &= nights >= np.datetime64(choice.first, "D")
    asked = np.array([not choice.zones or str(one) in choice.zones for one in basis.zone_id], dtype=bool)
    there = np.array([one is not None for one in inflows], dtype=bool)
    return np.asarray((asked & there)[:, None] & chosen[None, :])


def _of_interest(alarms: pd.DataFrame, choice: NightChoice) -> pd.DataFrame:
    """Return the alarms of the zones and nights that were asked for: those that were open in them."""
    kept = alarms["zone_id"].isin(choice.zones) if choice.zones else pd.Series(True, index=alarms.index)
    if choice.first is not None:
        kept &= alarms["ended_on"].isna() | (alarms["ended_on"] >= pd.Timestamp(choice.first))
    rows: pd.DataFrame = alarms[kept].reset_index(drop=True)
    return rows


def _new_ids(ids: pd.Series, stored: pd.Series) -> pd.Series:
    """Return ids with numbers of their own for alarms that have none."""
    numbers = [int(found.group(1)) for one in stored if (found := _DIGITS.search(str(one)))]
    following = max(numbers, default=0) + 1
    made: list[str] = []
    for one in ids.tolist():
        if one is None or one != one:
            one, following = f"{_ALARM_PREFIX}{following:06d}", following + 1
        made.append(str(one))
    return pd.Series(made, dtype=object, index=ids.index)
