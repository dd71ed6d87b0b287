"""Sums over any tree of zones agree with a plain recomputation, row by row and day by day."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.leakage.balance.level_tree import BalanceBasis, balance_rows
from waternet_plugin.core.leakage.balance.meter_volumes import MeterVolumes
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.volume_rows import APPARENT, AUTHORISED, BILLED, volume_rows
from waternet_plugin.core.leakage.zone_inflow import ZoneMeter, zone_meters
from waternet_plugin.core.readings.local_clock import LocalClock

START = datetime.date(2026, 1, 1)
PERIOD = Period(datetime.date(2026, 2, 1), datetime.date(2026, 3, 15))


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp(START + datetime.timedelta(days=number))


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, str], dict[str, tuple[str, str]]]:
    """Return zones of a drawn forest, volumes, the zone of each customer, and sides of each meter."""
    dice = np.random.default_rng(seed)
    count = int(dice.integers(1, 12))
    names = [f"Z{number}" for number in range(count)]
    parents = [names[dice.integers(0, one)] if one and dice.random() < 0.7 else None for one in range(count)]
    order = dice.permutation(count)
    zones = pd.DataFrame({"zone_id": names, "kind": "dma", "parent_id": parents, "level": np.nan}).iloc[order]
    customers = {
        f"U{one}": (names[dice.integers(0, count)] if dice.random() < 0.8 else "") for one in range(20)
    }
    meters = {
        f"M{one}": tuple(names[dice.integers(0, count)] if dice.random() < 0.7 else "" for _ in "ab")
        for one in range(15)
    }
    rows = []
    for number in range(150):
        first = int(dice.integers(-20, 90))
        component = dice.choice([*AUTHORISED, *APPARENT])
        rows.append(
            {
                "zone_id": None, "node_id": None, "customer_id": f"U{dice.integers(0, 20)}",
                "from_date": day(first), "to_date": day(first + int(dice.integers(0, 70))),
                "component": component, "volume_m3": float(dice.integers(-5, 100)),
            }
        )  # fmt: skip
        if number < 15:
            rows.append({**rows[-1], "customer_id": None, "node_id": f"M{number}", "component": "metered",
                         "from_date": day(-30), "to_date": day(120)})  # fmt: skip
            rows.append({**rows[-2], "customer_id": None, "zone_id": names[dice.integers(0, count)]})
    return zones.reset_index(drop=True), pd.DataFrame(rows), customers, meters


def line_of(zone: str | None, parents: dict[str, str | None]) -> list[str]:
    """Return a zone with all above it."""
    found = []
    while zone:
        found.append(zone)
        zone = parents[zone]
    return found


@pytest.mark.parametrize("seed", a_few_quick(range(40), 1))
def test_sums_agree_with_a_plain_recomputation(seed: int) -> None:
    zones, volumes, customers, sides = drawn(seed)
    tree = zone_tree(zones)
    above = zones["parent_id"].astype(object)
    parents = dict(zip(zones["zone_id"], above.where(above.notna(), None)))
    zone_of = pd.Series(
        tree.numbers(np.array(list(customers.values()), dtype=object)),
        index=pd.Index(list(customers), dtype=object),
    )
    shuffled = volumes.sample(frac=1.0, random_state=seed).reset_index(drop=True)
    rows = volume_rows(shuffled, tree, {}, zone_of)
    ends = [np.array(list(one), dtype=object) for one in zip(*sides.values())]
    meters = zone_meters(
        np.array(list(sides), dtype=object), tree.numbers(ends[0]), tree.numbers(ends[1]), tree.ancestors
    )
    read = MeterVolumes(meters, rows, {}, LocalClock(datetime.timezone.utc), 0.9)
    names = np.full(tree.count, None, dtype=object)
    found = balance_rows(BalanceBasis(tree, names, rows, read), PERIOD).set_index("zone_id")

    sums: dict[tuple[str, str], float] = {}
    flows: dict[str, float] = {}
    for row in volumes.astype(object).where(volumes.notna(), None).to_dict("records"):
        days = pd.date_range(row["from_date"], row["to_date"])
        inside = sum(PERIOD.first <= one.date() <= PERIOD.last for one in days)
        part = row["volume_m3"] * inside / len(days)
        if row["component"] == "metered":
            into, out = (set(line_of(one or None, parents)) for one in sides[row["node_id"]])
            for zone in into - out:
                flows[zone] = flows.get(zone, 0.0) + part
            for zone in out - into:
                flows[zone] = flows.get(zone, 0.0) - part
            continue
        zone = row["zone_id"] or customers.get(row["customer_id"] or "", "") or None
        for depth, held in enumerate(line_of(zone, parents)):
            for kind, components in (("authorised", AUTHORISED), ("billed", BILLED), ("apparent", APPARENT)):
                if row["component"] in components:
                    sums[held, kind] = sums.get((held, kind), 0.0) + part
                    if depth == 0:
                        sums[held, f"own {kind}"] = sums.get((held, f"own {kind}"), 0.0) + part
    for zone, parent in parents.items():
        got = found.loc[zone]
        expected = flows.get(zone, 0.0)
        assert (got.parent_id or None) == parent
        if not np.isnan(got.supply_m3):
            assert got.supply_m3 == pytest.approx(expected, abs=1e-6)
        else:
            lines = [[zone in line_of(one or None, parents) for one in both] for both in sides.values()]
            assert not any(inside != outside for inside, outside in lines)
        for kind in ("authorised", "billed", "apparent"):
            value = getattr(got, f"{kind}_m3")
            assert np.isnan(value) or value == pytest.approx(sums.get((zone, kind), 0.0), abs=1e-6)
        assert got.own_m3 == pytest.approx(sums.get((zone, "own authorised"), 0.0), abs=1e-6)
        children = [one for one, above in parents.items() if above == zone]
        supplies = [found.loc[one].supply_m3 for one in children]
        if children and not np.isnan([got.supply_m3, *supplies]).any():
            assert got.between_levels_m3 == pytest.approx(
                got.supply_m3 - sum(supplies) - got.own_m3, abs=1e-6
            )
        else:
            assert np.isnan(got.between_levels_m3)
        if not np.isnan(got.loss_m3):
            assert got.loss_m3 == pytest.approx(got.supply_m3 - got.authorised_m3, abs=1e-6)
            assert got.real_m3 == pytest.approx(got.loss_m3 - got.apparent_m3, abs=1e-6)
            assert got.nrw_m3 == pytest.approx(got.supply_m3 - got.billed_m3, abs=1e-6)


@pytest.mark.parametrize("seed", a_few_quick(range(5), 2))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    zones, volumes, customers, _sides = drawn(seed)
    answers = []
    for turn in (seed, seed + 1000):
        mixed = zones.sample(frac=1.0, random_state=turn).reset_index(drop=True)
        tree = zone_tree(mixed)
        zone_of = pd.Series(
            tree.numbers(np.array(list(customers.values()), dtype=object)),
            index=pd.Index(list(customers), dtype=object),
        )
        rows = volume_rows(volumes.sample(frac=1.0, random_state=turn), tree, {}, zone_of)
        meters = tuple((ZoneMeter("M1", 1),) if one == "Z0" else () for one in tree.zone_id)
        read = MeterVolumes(meters, rows, {}, LocalClock(datetime.timezone.utc), 0.9)
        names = np.full(tree.count, None, dtype=object)
        answers.append(balance_rows(BalanceBasis(tree, names, rows, read), PERIOD))
    pd.testing.assert_frame_equal(*answers)
