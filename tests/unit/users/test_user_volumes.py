"""What users took and their ranks: beside a reckoning day by day, and what must hold whatever the volumes."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Sequence
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest
from support.slow_cases import a_few_quick

from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.users.customer_volumes import Consumption, consumption, dated_volumes
from waternet_plugin.core.users.user_ranking import RankChoice, chosen, of_compounds, ranked, sample_size

DAY = datetime.timedelta(days=1)
YEAR = Period(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
Bill = tuple[str, datetime.date, datetime.date, float]


def bills_of(rows: Sequence[Bill]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["customer_id", "from_date", "to_date", "volume_m3"])
    return frame.assign(component="billed_metered", node_id=None)


def taken_by(rows: Sequence[Bill], names: list[str], period: Period = YEAR, **read: Any) -> Consumption:
    meters = np.array([f"M{name}" for name in names], dtype=object)
    dated = dated_volumes(bills_of(rows), "customer_id", np.array(names, dtype=object))
    return consumption(dated.in_period(period, len(names)), meters, read)


def day_by_day(rows: Sequence[Bill], name: str, period: Period) -> tuple[float, float]:
    """Return m3 and coverage, reckoned for each day."""
    volume, days = 0.0, set()
    for who, first, last, m3 in rows:
        for number in range((last - first).days + 1):
            day = first + number * DAY
            if who == name and period.first <= day <= period.last:
                volume += m3 / ((last - first).days + 1)
                days.add(day)
    return (volume if days else math.nan), len(days) / period.days


def random_bills(seed: int, names: list[str]) -> list[Bill]:
    chance = random.Random(seed)
    rows = []
    for _number in range(60):
        first = datetime.date(2023, 11, 1) + chance.randrange(450) * DAY
        rows.append((chance.choice(names), first, first + chance.randrange(70) * DAY, chance.uniform(-5, 90)))
    return rows


@pytest.mark.parametrize("seed", range(6))
def test_volumes_count_by_their_days(seed: int) -> None:
    names = [f"U{number}" for number in range(8)]
    rows = random_bills(seed, names[:6])
    for period in (YEAR, Period(datetime.date(2024, 2, 28), datetime.date(2024, 3, 1))):
        taken = taken_by(rows, names, period)
        expected = [day_by_day(rows, name, period) for name in names]
        assert taken.m3.tolist() == pytest.approx([one for one, _share in expected], nan_ok=True)
        assert taken.coverage.tolist() == pytest.approx([share for _one, share in expected])


@pytest.mark.parametrize("seed", range(4))
def test_a_volume_in_two_parts_changes_no_sum(seed: int) -> None:
    names = ["A", "B", "C"]
    rows = random_bills(seed, names)
    split: list[Bill] = []
    for name, first, last, m3 in rows:
        days = (last - first).days + 1
        part = days // 3
        if part:
            split.append((name, first, first + (part - 1) * DAY, m3 * part / days))
        split.append((name, first + part * DAY, last, m3 * (days - part) / days))
    whole, parts = taken_by(rows, names), taken_by(split, names)
    assert parts.m3.tolist() == pytest.approx(whole.m3.tolist())
    assert parts.coverage.tolist() == whole.coverage.tolist()
    # Periods side by side add up, over the leap day too.
    edge = datetime.date(2024, 2, 29)
    halves = [
        taken_by(rows, names, Period(YEAR.first, edge)),
        taken_by(rows, names, Period(edge + DAY, YEAR.last)),
    ]
    assert sum(np.nan_to_num(half.m3) for half in halves).tolist() == pytest.approx(whole.m3.tolist())


def test_readings_stand_in_where_a_user_has_no_volume() -> None:
    rows = [("A", YEAR.first, YEAR.last, 10.0)]
    read = {"MA": (99.0, 1.0), "MB": (50.0, 0.95), "MC": (math.nan, 0.4)}
    taken = taken_by(rows, ["A", "B", "C", "D"], YEAR, **read)
    assert taken.m3.tolist() == pytest.approx([10.0, 50.0, math.nan, math.nan], nan_ok=True)
    assert taken.coverage.tolist() == [1.0, 0.95, 0.4, 0.0]
    dated = dated_volumes(bills_of(rows), "customer_id", np.array(["A", "B", "C"], dtype=object))
    meters = np.array(["M", "M", "M"], dtype=object)
    shared = consumption(dated.in_period(YEAR, 3), meters, {"M": (60.0, 1.0)})
    assert shared.m3.tolist() == [10.0, 30.0, 30.0]


def users_of(names: list[str], **columns: Any) -> pd.DataFrame:
    count = len(names)
    blank = {
        "compound_id": [None] * count, "trade": [None] * count, "sub_metered": ["no"] * count,
        "quota_m3_y": [math.nan] * count, "plan_m3_y": [math.nan] * count, "reuse_m3_y": [math.nan] * count,
        "balance_tested_on": [pd.NaT] * count,
    }  # fmt: skip
    return pd.DataFrame({"customer_id": names, **blank, **columns})


def flat(m3: list[float]) -> Consumption:
    return Consumption(np.array(m3), np.where(np.isnan(m3), 0.0, 1.0), np.zeros(len(m3), dtype=bool))


def test_ranks_shares_quota_plan_and_test() -> None:
    users = users_of(
        ["d", "c", "b", "a"],
        quota_m3_y=[365.0, 0.0, math.nan, 730.0],
        plan_m3_y=[100.0, math.nan, 500.0, 1.0],
        reuse_m3_y=[73.0, math.nan, math.nan, 5.0],
        balance_tested_on=[pd.Timestamp("2024-02-29"), pd.NaT, pd.NaT, pd.NaT],
    )
    rows = ranked(users, flat([366.0, 50.0, 50.0, math.nan]), "customer", YEAR, Settings())
    assert rows["customer_id"].tolist() == ["d", "b", "c", "a"] and rows["rank"].tolist() == [1, 2, 3, 4]
    # The leap year has 366 of 365 days.
    part = 366 / 365
    assert rows["quota_use"].tolist() == pytest.approx([1.0, math.nan, math.nan, math.nan], nan_ok=True)
    assert rows["over_plan_m3"].tolist() == pytest.approx(
        [366 - 100 * part, 0.0, math.nan, math.nan], nan_ok=True
    )
    assert rows["share"].sum() == pytest.approx(1.0) and rows["share"].isna().tolist()[-1]
    assert rows["reuse_share"][0] == pytest.approx(73 * part / 366)
    assert rows["test_due_on"][0] == pd.Timestamp("2024-02-29") + pd.Timedelta(days=1095)


@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_shares_sum_to_one_and_do_not_depend_on_the_order_of_rows(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"U{number:03d}" for number in range(80)]
    m3 = [chance.choice([math.nan, 5.0, chance.uniform(0, 900)]) for _name in names]
    compounds = [chance.choice([None, "K1", "K2", "K3"]) for _name in names]
    order = list(range(80))
    chance.shuffle(order)
    found = []
    for at in (list(range(80)), order):
        users = users_of([names[one] for one in at], compound_id=[compounds[one] for one in at])
        found.append([
            ranked(users, flat([m3[one] for one in at]), by, YEAR, Settings())
            for by in ("customer", "compound")
        ])  # fmt: skip
    for one, other in zip(*found):
        pd.testing.assert_frame_equal(one, other)
        assert one["share"].sum() == pytest.approx(1.0)
    known = {
        name: sum(v for v, c in zip(m3, compounds) if c == name and v == v) for name in ("K1", "K2", "K3")
    }
    by_compound = found[0][1].set_index("compound_id")["m3"].to_dict()
    assert by_compound == pytest.approx(known)


def test_compounds_have_a_quota_where_all_of_their_users_have_one() -> None:
    users = users_of(
        ["a", "b", "c"], compound_id=["K", "K", "L"], quota_m3_y=[10.0, 20.0, math.nan],
        sub_metered=["no", "yes", "no"], reuse_m3_y=[1.0, math.nan, math.nan],
    )  # fmt: skip
    frame, taken = of_compounds(users, flat([3.0, 4.0, math.nan]))
    assert frame["quota_m3_y"].tolist() == pytest.approx([30.0, math.nan], nan_ok=True)
    assert frame["sub_metered"].tolist() == ["yes", "no"]
    assert frame["reuse_m3_y"].tolist() == pytest.approx([1.0, math.nan], nan_ok=True)
    assert taken.m3.tolist() == pytest.approx([7.0, math.nan], nan_ok=True)
    assert taken.coverage.tolist() == [1.0, 0.0]


def ranking(count: int) -> pd.DataFrame:
    names = [f"U{number:03d}" for number in range(count)]
    sub = ["yes" if number % 3 == 0 else "no" for number in range(count)]
    m3 = [float(1000 - number) for number in range(count - 1)] + [math.nan]
    return ranked(users_of(names, sub_metered=sub), flat(m3), "customer", YEAR, Settings())


def test_filters_come_in_their_order() -> None:
    rows = ranking(30)
    assert chosen(rows, RankChoice(top=3))["rank"].tolist() == [1, 2, 3]
    band = RankChoice(from_m3=980.0, to_m3=990.0, sub_metered="yes", top=2)
    assert chosen(rows, band)[["rank", "m3"]].to_numpy().tolist() == [[13, 988.0], [16, 985.0]]
    assert len(chosen(rows, RankChoice())) == 30
    # Who has no volume is in no band.
    assert chosen(rows, RankChoice(to_m3=1e9))["m3"].notna().all()


@pytest.mark.parametrize(
    ("count", "sample", "share", "size"),
    [
        (30, None, 0.1, 3), (31, None, 0.1, 4), (30, 5, 0.1, 5), (30, 2, 0.1, 3), (4, 100, 0.1, 4),
        (0, 5, 1.0, 0), (9, 0, 0.0, 0),
    ],
)  # fmt: skip
def test_the_size_of_a_sample(count: int, sample: Optional[int], share: float, size: int) -> None:
    assert sample_size(count, sample, share) == size


def test_a_sample_is_drawn_by_its_seed_from_what_is_left() -> None:
    rows = ranking(60)
    choice = RankChoice(from_m3=960.0, sample=10, seed=7)
    first = chosen(rows, choice)
    assert len(first) == 10 and first["m3"].min() >= 960.0 and first["rank"].is_monotonic_increasing
    pd.testing.assert_frame_equal(first, chosen(rows, choice))
    others = [chosen(rows, RankChoice(from_m3=960.0, sample=10, seed=seed)) for seed in range(20)]
    assert len({tuple(one["rank"]) for one in others}) > 10
