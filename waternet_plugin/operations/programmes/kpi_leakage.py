"""The leakage rate of the KPI sheet: loss over supply by the water balance of its time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.balance.level_tree import balance_rows, whole_rows
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.volume_rows import (
    AUTHORISED,
    COMPONENTS,
    METERED,
    SUPPLY,
    volume_rows,
)
from waternet_plugin.core.programmes.kpi_sheet import LEAKAGE_RATE, KpiAmount, KpiPart, summed_amounts
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.leakage.balance_rows import VOLUME_COLUMNS, read_balance_rows, with_readings
from waternet_plugin.operations.programmes.kpi_units import ALL, DMA, KpiUnits
from waternet_plugin.operations.rows.node_readings import latest_s
from waternet_plugin.store.network import Network

# How components count in the supply of the whole network, and in its losses.
_SUPPLY_SIGN = dict(zip(SUPPLY, (1.0, 1.0, -1.0)))
_LOSS_SIGN = {**_SUPPLY_SIGN, **dict.fromkeys(AUTHORISED, -1.0)}


@dataclass(frozen=True)
class LeakageRates:
    """The leakage rate of each unit, what it is made of, and what to know.

    Parameters
    ----------
    parts
        One of each unit; NaN over 0 where it is not known.
    amounts
        Of units by area those of its zones, of the whole network those of volumes.
    balances
        Loss and supply of each zone, m3, NaN unknown.
    notes
        Sentences.
    """

    parts: tuple[KpiPart, ...]
    amounts: tuple[KpiAmount, ...]
    balances: Mapping[str, tuple[float, float]]
    notes: tuple[str, ...]


def leakage_rates(network: Network, units: KpiUnits, period: Period) -> LeakageRates:
    """Return loss over supply of each unit; of districts that of the areas without a parent within them."""
    try:
        read = read_balance_rows(network, (), network.settings())
        found = balance_rows(with_readings(network, read, period, latest_s(None))[0], period)
    except InputError as error:
        text = tr("The leakage rate is not known: {why}").format(why=error.message)
        unknown = tuple(KpiPart(name, LEAKAGE_RATE, np.nan, 0.0) for name in units.names)
        return LeakageRates(unknown, (), {}, (text,))
    balances = sides = dict(zip(found["zone_id"].fillna(""), zip(found["loss_m3"], found["supply_m3"])))
    amounts = [
        KpiAmount(unit, LEAKAGE_RATE, "zone", zone, *sides[zone])
        for unit, zone in _zones(network, units)
        if np.isfinite(sides.get(zone, np.nan)).all()
    ]
    if units.by == ALL:
        amounts = list(_volumes(network, units, period))
        sides = {ALL: sides.get("", (np.nan, np.nan))}
    elif units.by != DMA:
        sides = {one.unit: (one.numerator, one.denominator) for one in summed_amounts(amounts, ())}
    parts = []
    for name in units.names:
        loss, supply = sides.get(name, (np.nan, np.nan))
        parts.append(KpiPart(name, LEAKAGE_RATE, loss, 0.0 if np.isnan(supply) else supply))
    return LeakageRates(tuple(parts), tuple(amounts), balances, ())


def _zones(network: Network, units: KpiUnits) -> Iterator[tuple[str, str]]:
    """Yield units with the zones whose balances theirs is made of."""
    if units.by == DMA:
        yield from ((name, name) for name in units.names)
    elif units.by != ALL:
        roots = units.tree.zone_id[units.tree.parent < 0].astype(str)
        zones = network.read("zone", ["zone_id"], ids=roots.tolist())
        for name, districts in zip(zones["zone_id"], units.at(_middles(zones))):
            yield from ((district, str(name)) for district in districts)


def _middles(frame: pd.DataFrame) -> list[Any]:
    """Return a point within each shape, None without one."""
    return list(shapely.point_on_surface(frame[GEOMETRY_COLUMN].to_numpy()))


def _volumes(network: Network, units: KpiUnits, period: Period) -> Iterator[KpiAmount]:
    """Yield what each volume adds to the balance of the whole network."""
    components = [name for name in COMPONENTS if name != METERED]
    volumes = network.read("volume", ["volume_id", *VOLUME_COLUMNS], where={"component": components})
    # Where customers and meters lie plays no part in the whole network.
    rows = volume_rows(volumes, units.tree, {}, pd.Series(dtype=np.int64))
    counted = np.flatnonzero(whole_rows(rows, period))
    ids = volumes["volume_id"].to_numpy(dtype=object)[rows.row[counted]]
    for name, number, m3 in zip(ids, rows.component[counted].tolist(), rows.within(period)[counted].tolist()):
        component = COMPONENTS[number]
        if component in _LOSS_SIGN:
            sides = (m3 * _LOSS_SIGN[component], m3 * _SUPPLY_SIGN.get(component, 0.0))
            yield KpiAmount(ALL, LEAKAGE_RATE, "volume", str(name), *sides)
