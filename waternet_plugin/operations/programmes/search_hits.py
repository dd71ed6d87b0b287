"""Done search orders, what each adds to hit rate and offset, and these by contractor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.searching.search_plan import CYCLE, months_after
from waternet_plugin.core.programmes.kpi_sheet import (
    CONTRACTOR,
    HIT_RATE,
    OFFSET_M,
    KpiAmount,
    summed_amounts,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.leakage.locating import LOCATE, searched_pipes
from waternet_plugin.operations.programmes.kpi_units import ALL, KpiUnits
from waternet_plugin.operations.rows.work_items import DONE
from waternet_plugin.store.network import Network

_ITEMS = (
    "item_id", "state", "closed_on", "found", "offset_m", "contractor", "pipes", "asset", "length_m",
)  # fmt: skip


@dataclass(frozen=True)
class DoneSearches:
    """Done search orders: of the time, and of the cycle up to its end."""

    done: pd.DataFrame
    cycle: pd.DataFrame


@dataclass(frozen=True)
class ContractorRate:
    """Searches of a contractor ('' for crews without a name), their finds, m searched, mean offset (m)."""

    contractor: str
    searches: int
    finds: int
    length_m: float
    offset_m: Optional[float]

    @property
    def hit_rate(self) -> float:
        """Finds over searches, 0-1."""
        return self.finds / self.searches


def done_searches(network: Network, period: Period, settings: Settings) -> DoneSearches:
    """Return the search orders that were done in a time, and in the cycle of the search up to its end."""
    items = network.read("work_item", list(_ITEMS), where={"type": LOCATE, "state": DONE})
    closed = items["closed_on"]
    last = pd.Timestamp(period.last)
    before = months_after(np.array([period.last], dtype="datetime64[D]"), -settings.integer(CYCLE))[0]
    in_time = (closed >= pd.Timestamp(period.first)) & (closed <= last)
    in_cycle = (closed > pd.Timestamp(before)) & (closed <= last)
    return DoneSearches(items[in_time.to_numpy()], items[in_cycle.to_numpy()])


def hit_amounts(units: KpiUnits, items: DoneSearches) -> Iterator[KpiAmount]:
    """Yield finds over searches, and the offset of finds, of each unit and of each contractor."""
    pipes_of = {item: set(rows) for item, rows in searched_pipes(items.done).groupby("item_id")["pipe_id"]}
    for row in records(items.done):
        names = {unit for pipe in pipes_of.get(row["item_id"], ()) for unit in units.of_pipe.get(pipe, ())}
        names.update([ALL] if units.by == ALL else [])
        contractor = _contractor_of(row)
        names.update([CONTRACTOR + contractor] if contractor else [])
        yield from _amounts_of(row, sorted(names))


def _amounts_of(row: dict[str, Any], names: Iterable[str]) -> Iterator[KpiAmount]:
    """Yield what an order adds to finds and offset under some names."""
    is_find = row["found"] == "yes"
    is_measured = is_find and not pd.isna(row["offset_m"])
    offset_m = (row["offset_m"], 1.0) if is_measured else (0.0, 0.0)
    for name in names:
        yield KpiAmount(name, HIT_RATE, "work_item", row["item_id"], float(is_find), 1.0)
        yield KpiAmount(name, OFFSET_M, "work_item", row["item_id"], *offset_m)


def contractor_rates(items: DoneSearches) -> tuple[ContractorRate, ...]:
    """Return what each contractor found, by name; crews without a name come first."""
    amounts: list[KpiAmount] = []
    lengths: defaultdict[str, float] = defaultdict(float)
    for row in records(items.done):
        contractor = _contractor_of(row)
        amounts += _amounts_of(row, [contractor])
        lengths[contractor] += 0.0 if pd.isna(row["length_m"]) else row["length_m"]
    sums = {(one.unit, one.indicator): one for one in summed_amounts(amounts, ())}
    found = []
    for contractor in sorted(lengths):
        hits, offset = sums[contractor, HIT_RATE], sums[contractor, OFFSET_M]
        mean_m = offset.numerator / offset.denominator if offset.denominator else None
        searches, finds = int(hits.denominator), int(hits.numerator)
        found.append(ContractorRate(contractor, searches, finds, lengths[contractor], mean_m))
    return tuple(found)


def _contractor_of(row: dict[str, Any]) -> str:
    """Return who searched by an order, '' where that is not known."""
    return "" if pd.isna(row["contractor"]) else str(row["contractor"]).strip()
