"""What night flow reads: zones, their meters and customers, readings, night pressures, repairs."""

from __future__ import annotations

import time
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.zone_tree import ZoneTree, zone_tree
from waternet_plugin.core.errors import InputError
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
from waternet_plugin.core.units import DAY_S, MPA_METRES
from waternet_plugin.operations.network.supplied_customers import read_supplied
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.store.network import Network

ZONE_COLUMNS = ("zone_id", "kind", "level", "parent_id", "name", "state", "night_use_m3h", "pressure_node")


def latest_s(now_s: Optional[float]) -> float:
    """Return the moment after which readings are of the future: a day from now where none is given."""
    return time.time() + DAY_S if now_s is None else now_s


def read_tree(network: Network, asked: tuple[str, ...]) -> tuple[pd.DataFrame, ZoneTree]:
    """Return the rows of the metered areas and the areas as a tree.

    Raises
    ------
    InputError
        Where there are none, or not those that were asked for.
    """
    zones = network.read("zone", [*ZONE_COLUMNS], where={"kind": "dma"}, geometry=False)
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
    return zones, tree


def read_facts(network: Network, tree: ZoneTree, zones: pd.DataFrame, settings: Settings) -> ZoneFacts:
    """Return what is known of zones; only rows that name a zone are read where there may be very many.

    Raises
    ------
    InputError
        Where no zone has a boundary meter.
    """
    ids = [str(one) for one in tree.zone_id]
    columns = ["node_id", "meter_in", "meter_out"]
    sides = [network.read("node", columns, where={side: ids}, geometry=False) for side in columns[1:]]
    nodes = pd.concat(sides, ignore_index=True).drop_duplicates("node_id")
    pipes = network.read(
        "pipe", ["pipe_id", "dma_id", "length_m", "function", "status"], where={"dma_id": ids}, geometry=False
    )
    customers = read_supplied(network, ["pipe_id", "kind", "households"])
    facts = zone_facts(tree, zones, nodes, pipes, customers, settings=settings)
    if not any(facts.meters):
        raise InputError(
            tr(
                "No metered area has a boundary meter. Give the nodes of its meters the zones that they "
                "measure into and out of (meter_in, meter_out)."
            )
        )
    return facts


def read_series(network: Network, facts: ZoneFacts, now_s: float) -> ReadSeries:
    """Return the series of all boundary meters.

    Raises
    ------
    InputError
        Where there is no reading of them.
    """
    meters = sorted({one.node_id for some in facts.meters for one in some})
    frame = read_readings(network, (FLOW, COUNTER), meters)
    read = series_of_readings(frame, now_s=now_s)
    if not read.series:
        message = tr(
            "There is no reading of flow or of a counter of the boundary meters {meters}. Adopt readings "
            "with the ids of these nodes, quantity flow_m3h or counter_m3."
        )
        raise InputError(message.format(meters=shortened(meters)))
    return read


def read_night_heads(
    network: Network,
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
    frame = read_readings(network, (PRESSURE,), names)
    series = series_of_readings(frame, now_s=now_s, pressures=True).series
    begin = clock.moments(figures.night, window.start_min)
    end = clock.moments(figures.night, window.end_min, is_end=True)
    for zone, name in enumerate(points):
        values = net_inflow((ZoneMeter(str(name), 1),), series) if name else None
        if values is not None:
            mean, _share = values.mean(begin, end)
            heads[zone] = np.where(mean > 0, mean * MPA_METRES, np.nan)
    return heads


def read_repairs(network: Network, facts: ZoneFacts, figures: NightFigures) -> dict[int, list[int]]:
    """Return the nights before which leaks of each zone were repaired, of the zones that hold it, too."""
    failures = network.read("failure", ["pipe_id", "repaired_on"], geometry=False)
    failures = failures[failures["repaired_on"].notna() & failures["pipe_id"].notna()]
    items = network.read("work_item", ["zone_id", "closed_on", "type", "state", "found"], geometry=False)
    items = items[
        items["closed_on"].notna()
        & (items["state"] == "done")
        & items["type"].isin(["repair", "locate"])
        & (items["found"] != "no")
    ]
    ids = sorted(set(map(str, failures["pipe_id"])))
    pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=ids, geometry=False)
    zone_of = dict(zip(pipes["pipe_id"], pipes["dma_id"]))
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
        many = sum(read.outside.values())
        notes.append(
            tr(
                "%n reading(s) of the future or of before 1970 are left out, of the meters {meters}.",
                "",
                many,
            ).format(meters=shortened(sorted(read.outside)))
        )
    for attribute, sentence in (
        (
            "duplicates",
            tr("Moments that were read twice, of which the last reading counts, at the meters {meters}."),
        ),
        ("resets", tr("Counters that run backwards, taken as reset, at the meters {meters}.")),
    ):
        found = sorted(name for name, one in read.series.items() if getattr(one, attribute))
        if found:
            notes.append(sentence.format(meters=shortened(found)))
    notes.extend(impossible_notes(read.series, clock))
    few = sorted(name for name, one in read.series.items() if one.step_s == 0)
    if few:
        notes.append(tr("A single reading tells no flow: the meters {meters}.").format(meters=shortened(few)))
    return tuple(notes)
