"""What night flow is computed of: zones, their meters and customers, readings, night pressures, repairs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.leakage.night_figures import NightFigures
from waternet_plugin.core.leakage.zone_facts import ZoneFacts, zone_facts
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, net_inflow
from waternet_plugin.core.readings.local_clock import LocalClock, NightWindow
from waternet_plugin.core.readings.recorded_series import (
    COUNTER,
    FLOW,
    PRESSURE,
    ReadSeries,
    impossible_notes,
    series_of_readings,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.core.units import MPA_METRES

ZONE_COLUMNS = ("zone_id", "kind", "level", "parent_id", "name", "state", "night_use_m3h", "pressure_node")


@dataclass(frozen=True)
class NightRows(PlainFrames):
    """What night flow is computed of, as it is read.

    Parameters
    ----------
    settings
        Those of the network.
    zones
        The metered areas, `ZONE_COLUMNS`.
    boundary
        node_id, meter_in and meter_out of the nodes that measure into or out of them.
    pipes, customers
        Those of the areas, and all customers with the pipe that supplies each.
    storage, storage_pipes
        Nodes in use of the kinds that are storage, and the pipes at them.
    drawn_areas_m2
        Surfaces of tanks by node, as the EPANET file of the network draws them.
    readings
        Of the boundary meters, pressure logging points and storage.
    repaired, repaired_pipes
        pipe_id and repaired_on of failures, with pipe_id and dma_id of these pipes.
    work
        zone_id, closed_on, type, state and what was found of work items.
    """

    settings: Settings
    zones: pd.DataFrame
    boundary: pd.DataFrame
    pipes: pd.DataFrame
    customers: pd.DataFrame
    storage: pd.DataFrame
    storage_pipes: pd.DataFrame
    drawn_areas_m2: Mapping[str, float]
    readings: pd.DataFrame
    repaired: pd.DataFrame
    repaired_pipes: pd.DataFrame
    work: pd.DataFrame

    def readings_of(self, quantities: Collection[str], nodes: Collection[str]) -> pd.DataFrame:
        """Return the readings of some quantities of some nodes."""
        chosen = self.readings["quantity"].isin(list(quantities)) & self.readings["node_id"].isin(list(nodes))
        rows: pd.DataFrame = self.readings[chosen].reset_index(drop=True)
        return rows


def metered_tree(zones: pd.DataFrame, asked: tuple[str, ...]) -> ZoneTree:
    """Return the metered areas as a tree.

    Parameters
    ----------
    zones
        `ZONE_COLUMNS` of the zones of the kind dma.

    Raises
    ------
    InputError
        Where there are none, or not those that were asked for.
    """
    tree = zone_tree(zones)
    if not tree.count:
        raise InputError(
            tr(
                "This network has no metered area: no zone in use is of the kind dma. Draw one first, or "
                "adopt the zones that you have."
            )
        )
    strange = sorted(set(asked) - set(map(str, tree.zone_id)))
    if strange:
        message = tr("There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.")
        raise InputError(message.format(zones=listed(strange)))
    return tree


def facts_of(rows: NightRows, tree: ZoneTree) -> ZoneFacts:
    """Return what is known of zones.

    Raises
    ------
    InputError
        Where no zone has a boundary meter.
    """
    facts = zone_facts(tree, rows.zones, rows.boundary, rows.pipes, rows.customers, settings=rows.settings)
    if not any(facts.meters):
        raise InputError(
            tr(
                "No metered area has a boundary meter. Give the nodes of its meters the zones that they "
                "measure into and out of (meter_in, meter_out)."
            )
        )
    return facts


def meter_series(rows: NightRows, facts: ZoneFacts, now_s: float) -> ReadSeries:
    """Return the series of all boundary meters.

    Raises
    ------
    InputError
        Where there is no reading of them.
    """
    meters = sorted({one.node_id for some in facts.meters for one in some})
    read = series_of_readings(rows.readings_of((FLOW, COUNTER), meters), now_s=now_s)
    if not read.series:
        raise InputError(
            tr(
                "There is no reading of flow or of a counter of the boundary meters {meters}. Adopt readings "
                "with the ids of these nodes, quantity flow_m3h or counter_m3."
            ).format(meters=shortened(meters))
        )
    return read


def night_heads(
    rows: NightRows,
    points: Array,
    figures: NightFigures,
    clock: LocalClock,
    window: NightWindow,
    *,
    now_s: float,
) -> Array:
    """Return the mean head of the window at the pressure logging point of each zone, m; NaN unknown (Z, N).

    Parameters
    ----------
    points
        Node of each zone, None for none (Z,).
    figures
        The nights.
    clock, window
        When a night's window is.
    now_s
        The moment after which readings are of the future, seconds since 1970 in UTC.
    """
    heads = np.full(figures.window_mean_m3h.shape, np.nan)
    names = sorted({str(one) for one in points if one})
    if not names or not len(figures.night):
        return heads
    series = series_of_readings(rows.readings_of((PRESSURE,), names), now_s=now_s, pressures=True).series
    begin = clock.moments(figures.night, window.start_min)
    end = clock.moments(figures.night, window.end_min, is_end=True)
    for zone, name in enumerate(points):
        values = net_inflow((ZoneMeter(str(name), 1),), series) if name else None
        if values is not None:
            mean, _share = values.mean(begin, end)
            heads[zone] = np.where(mean > 0, mean * MPA_METRES, np.nan)
    return heads


def repairs_before(rows: NightRows, facts: ZoneFacts, figures: NightFigures) -> dict[int, list[int]]:
    """Return the nights before which leaks of each zone were repaired, of the zones that hold it, too."""
    failures, items = rows.repaired, rows.work
    items = items[
        items["closed_on"].notna()
        & (items["state"] == "done")
        & items["type"].isin(["repair", "locate"])
        & (items["found"] != "no")
    ]
    zone_of = dict(zip(rows.repaired_pipes["pipe_id"], rows.repaired_pipes["dma_id"]))
    names = [zone_of.get(one) for one in failures["pipe_id"]] + items["zone_id"].tolist()
    days = failures["repaired_on"].tolist() + items["closed_on"].tolist()
    numbers = facts.tree.numbers(np.array(names, dtype=object))
    found: dict[int, list[int]] = {}
    if not len(figures.night):
        return found
    for number, day in zip(numbers.tolist(), days):
        if number < 0:
            continue
        night = int((np.datetime64(pd.Timestamp(day).date(), "D") - figures.night[0]).astype(int))
        for holder in np.flatnonzero(facts.tree.ancestors[:, number]).tolist():
            found.setdefault(holder, []).append(night)
    return found


def reading_notes(
    facts: ZoneFacts, read: ReadSeries, asked_zones: tuple[str, ...], clock: LocalClock
) -> tuple[str, ...]:
    """Return what to know of zones and readings, in sentences; of the zones that were asked for, or all."""
    names = [str(one) for one in facts.tree.zone_id]
    asked = [not asked_zones or one in asked_zones for one in names]
    notes = []
    without = [name for name, meters, told in zip(names, facts.meters, asked) if told and not meters]
    if without:
        notes.append(
            tr("Without a boundary meter, and so without night flow: {zones}.").format(
                zones=shortened(without)
            )
        )
    silent = sorted(
        {one.node_id for some, told in zip(facts.meters, asked) if told for one in some} - set(read.series)
    )
    if silent:
        zones = [
            name
            for name, meters, told in zip(names, facts.meters, asked)
            if told and any(one.node_id in silent for one in meters)
        ]
        notes.append(
            tr("No readings of the meters {meters}: no night flow of {zones}.").format(
                meters=shortened(silent), zones=shortened(zones)
            )
        )
    if read.outside:
        notes.append(
            tr(
                "%n reading(s) of the future or of before 1970 are left out, of the meters {meters}.",
                "",
                sum(read.outside.values()),
            ).format(meters=shortened(sorted(read.outside)))
        )
    for attribute, sentence in (
        (
            "duplicates",
            tr("Moments that were read twice, of which the last reading counts, at the meters {meters}."),
        ),
        ("resets", tr("Counters that run backwards are taken as reset: meters {meters}.")),
    ):
        found = sorted(name for name, one in read.series.items() if getattr(one, attribute))
        if found:
            notes.append(sentence.format(meters=shortened(found)))
    notes.extend(impossible_notes(read.series, clock))
    few = sorted(name for name, one in read.series.items() if one.step_s == 0)
    if few:
        notes.append(tr("A single reading gives no flow: meters {meters}.").format(meters=shortened(few)))
    return tuple(notes)
