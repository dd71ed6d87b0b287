"""When drains, covers, users and single nodes are due, against a second reckoning in plain Python."""

from __future__ import annotations

import datetime
import math
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest
from support.duty_towns import AS_OF, ITEM_COLUMNS
from support.network_frames import nodes, pipes
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.compounds.duties.done_work import DoneWork
from waternet_plugin.core.drainage.compounds.duties.drain_duties import drain_duties
from waternet_plugin.core.drainage.compounds.duties.node_duties import (
    intake_duties,
    overdue_rate,
    secondary_duties,
    storm_days,
)
from waternet_plugin.core.drainage.compounds.duties.user_duties import user_duties
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings

Day = datetime.date
_FACTORS = {"clear": 1.5, "light": 1.0, "medium": 0.75, "heavy": 0.5}
_MONTHS = {"pipe": 12.0, "manhole": 12.0, "inlet": 6.0}
_A_MONTH = 365.25 / 12
_RESULTS = [*_FACTORS, None, "strange"]


def _days(values: list[Optional[Day]]) -> pd.Series:
    return pd.Series(
        [pd.NaT if each is None else pd.Timestamp(each) for each in values], dtype="datetime64[ns]"
    )


def _some_day(random: np.random.Generator, spread_d: int = 900) -> Day:
    # Some lie after the day on which all is judged.
    return AS_OF - datetime.timedelta(days=int(random.integers(-60, spread_d)))


class _Town:
    """A street of drains with manholes and inlets, and what was done and measured there."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        count = int(random.integers(2, 9))
        self.node_ids = [f"N{number}" for number in range(count + 1)]
        self.kinds = [str(random.choice(["manhole", "inlet", "junction"])) for _ in self.node_ids]
        self.cleaned_on = [_some_day(random) if random.random() < 0.4 else None for _ in self.node_ids]
        self.given_d = [
            float(random.choice([0, 45, 400])) if random.random() < 0.4 else math.nan for _ in self.node_ids
        ]
        self.pipe_ids = [f"P{number}" for number in range(count)]
        self.sizes = [float(random.choice([0, 200, 300, 800, math.nan])) for _ in self.pipe_ids]
        self.lengths = [float(random.choice([0, 12.5, 40, math.nan])) for _ in self.pipe_ids]
        self.status = [str(random.choice(["in_use", "in_use", "abandoned"])) for _ in self.pipe_ids]
        self.items = [self._item(random, number) for number in range(int(random.integers(0, 40)))]
        self.depths = [
            (
                str(random.choice(self.node_ids)),
                _some_day(random, 300),
                float(random.choice([0, 0.03, 0.07, 0.2])),
            )
            for _ in range(int(random.integers(0, 8)))
        ]
        self.filmed = [
            (str(random.choice(self.pipe_ids)), _some_day(random)) for _ in range(int(random.integers(0, 4)))
        ]

    def _item(self, random: np.random.Generator, number: int) -> dict[str, Any]:
        closed = _some_day(random) if random.random() < 0.9 else None
        return {
            "item_id": f"W-{number:03d}",
            "type": str(random.choice(["clean", "clean", "inspect", "patrol"])),
            "state": str(random.choice(["done", "done", "done", "cancelled", "open"])),
            "opened_on": None if random.random() < 0.2 else _some_day(random),
            "due_on": None,
            "closed_on": closed,
            "asset": random.choice([*self.pipe_ids, *self.node_ids, "nowhere"]),
            "result": _RESULTS[int(random.integers(0, len(_RESULTS)))],
        }

    @property
    def subject(self) -> NetworkFrame:
        points = nodes(
            *(
                {"node_id": name, "kind": kind, "system": "storm", "at": (10.0 * place, 0.0)}
                for place, (name, kind) in enumerate(zip(self.node_ids, self.kinds))
            )
        )
        points["cleaned_on"] = _days(self.cleaned_on)
        points["cleaning_interval_d"] = self.given_d
        lines = pipes(
            *(
                {
                    "pipe_id": name,
                    "system": "storm",
                    "status": status,
                    "from_node": self.node_ids[place],
                    "to_node": self.node_ids[place + 1],
                    "line": [(10.0 * place, 0.0), (10.0 * place + 10, 0.0)],
                    "length_m": length,
                }
                for place, (name, status, length) in enumerate(zip(self.pipe_ids, self.status, self.lengths))
            )
        )
        lines["diameter_mm"] = self.sizes
        return NetworkFrame({"pipe": lines, "node": points}, Settings())

    @property
    def item_frame(self) -> pd.DataFrame:
        frame = pd.DataFrame(self.items, columns=ITEM_COLUMNS)
        for name in ("opened_on", "due_on", "closed_on"):
            frame[name] = _days([each.get(name) for each in self.items])
        return frame

    # The second reckoning.

    def _events(self, asset: str, types: tuple[str, ...]) -> list[tuple[Day, str, Any]]:
        return sorted(
            (item["closed_on"], item["item_id"], item["result"])
            for item in self.items
            if item["asset"] == asset
            and item["type"] in types
            and item["state"] == "done"
            and item["closed_on"] is not None
            and item["closed_on"] <= AS_OF
        )

    def _interval(self, first_d: float, asset: str) -> float:
        interval = first_d
        for _day, _item, result in self._events(asset, ("clean", "inspect")):
            if result in _FACTORS:
                interval = min(max(interval * _FACTORS[result], _A_MONTH), 24 * _A_MONTH)
        return interval

    def _due(
        self, asset: str, first_d: float, recorded: Optional[Day], limit_m: Optional[float], at: list[str]
    ) -> tuple[Optional[Day], str]:
        last = max([event[0] for event in self._events(asset, ("clean", "inspect"))], default=None)
        if recorded is not None and recorded <= AS_OF and (last is None or recorded > last):
            last = recorded
        due = (
            None
            if last is None
            else last + datetime.timedelta(days=math.floor(self._interval(first_d, asset)))
        )
        basis = "interval"
        since: list[Day] = []
        for node in at:
            known = [(day, depth) for name, day, depth in self.depths if name == node and day <= AS_OF]
            if not known or limit_m is None:
                continue
            day, depth = max(known)
            if depth > limit_m and (last is None or day > last):
                since.append(day)
        if since:
            full = min(since)
            if due is None or full < due:
                due, basis = full, "deposit"
        return due, basis

    def expected(self) -> dict[tuple[str, str], tuple[Optional[Day], str, float]]:
        """Return day, basis and hours by duty and asset."""
        found: dict[tuple[str, str], tuple[Optional[Day], str, float]] = {}
        limits: dict[str, float] = {}
        for place, pipe in enumerate(self.pipe_ids):
            size = self.sizes[place]
            limit = 0.2 * size / 1000 if size > 0 else None
            ends = [self.node_ids[place], self.node_ids[place + 1]]
            if self.status[place] != "in_use":
                continue
            for node in ends:
                if limit is not None:
                    limits[node] = max(limits.get(node, 0.0), limit)
            # Where no length is given the drawn one counts: each is 10 m long.
            length = 10.0 if math.isnan(self.lengths[place]) else self.lengths[place]
            due, basis = self._due(pipe, _MONTHS["pipe"] * _A_MONTH, None, limit, ends)
            found["clean", pipe] = (due, basis, 5 * length / 1000)
            results = [event for event in self._events(pipe, ("clean",)) if event[2] in _FACTORS]
            if len(results) >= 2 and results[-1][2] == results[-2][2] == "heavy":
                day = results[-1][0]
                looked = [event[0] for event in self._events(pipe, ("inspect",))]
                looked += [when for name, when in self.filmed if name == pipe]
                if not any(when >= day for when in looked):
                    found["inspect", pipe] = (day, "heavy_twice", 2 * length / 1000)
        for place, node in enumerate(self.node_ids):
            kind = self.kinds[place]
            if kind not in ("manhole", "inlet"):
                continue
            given = self.given_d[place]
            first = given if given > 0 else _MONTHS[kind] * _A_MONTH
            due, basis = self._due(node, first, self.cleaned_on[place], limits.get(node), [node])
            found["clean", node] = (due, basis, 0.2)
        return found


def _found(duties: pd.DataFrame) -> dict[tuple[str, str], tuple[Optional[Day], str, float]]:
    return {
        (row["duty"], row["asset"]): (
            None if pd.isna(row["due_on"]) else row["due_on"].date(),
            row["basis"],
            row["hours"],
        )
        for row in duties.to_dict("records")
    }


def _check(seed: int) -> None:
    town = _Town(seed)
    depths = pd.DataFrame(
        {
            "node_id": np.array([each[0] for each in town.depths], dtype=object),
            "day": _days([each[1] for each in town.depths]),
            "depth_m": np.array([each[2] for each in town.depths], dtype=float),
        }
    )
    filmed = pd.DataFrame(
        {
            "inspection_id": np.array([f"I{number}" for number in range(len(town.filmed))], dtype=object),
            "pipe_id": np.array([each[0] for each in town.filmed], dtype=object),
            "date": _days([each[1] for each in town.filmed]),
        }
    )
    duties = drain_duties(town.subject, DoneWork(town.item_frame, AS_OF), depths, filmed, AS_OF)
    found, expected = _found(duties), town.expected()
    assert set(found) == set(expected)
    for key, (due, basis, hours) in expected.items():
        assert found[key][:2] == (due, basis), key
        assert found[key][2] == pytest.approx(hours), key


@pytest.mark.parametrize("seed", a_few_quick(range(10), 1))
def test_drains_and_covers_of_random_streets(seed: int) -> None:
    _check(seed)


@pytest.mark.slow
def test_drains_and_covers_of_many_random_streets() -> None:
    for seed in range(100, 300):
        _check(seed)


def test_items_closed_before_they_were_opened_and_without_a_day_are_counted() -> None:
    items = pd.DataFrame(
        [
            {"item_id": "W-1", "type": "clean", "state": "done", "asset": "A;B"},
            {"item_id": "W-2", "type": "clean", "state": "done", "asset": "A; B"},
        ],
        columns=ITEM_COLUMNS,
    )
    items["opened_on"] = _days([None, Day(2026, 2, 1)])
    items["closed_on"] = _days([None, Day(2026, 1, 1)])
    items["due_on"] = _days([None, None])
    work = DoneWork(items, AS_OF)
    assert (work.undated, work.backwards) == (1, 1)
    # An order of several assets counts for each.
    last = work.last(("clean",), np.array(["A", "B", "C"], dtype=object))
    assert last.astype(str).tolist() == ["2026-01-01", "2026-01-01", "NaT"]


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        (None, "2026-02-10", "2026-04-01"),
        ("2026-02-27", "2026-03-10", "2026-04-01"),
        ("2026-03-01", "2026-03-10", "2026-05-01"),
        (None, "2026-06-17", "2026-06-01"),
        ("2026-05-01", "2026-06-17", "2026-07-01"),
        ("2026-06-10", "2026-06-17", "2026-08-01"),
        ("2026-08-20", "2026-09-10", "2027-04-01"),
    ],
)
def test_covers_around_ponding_places_are_due_before_months_of_storms(
    last: Optional[str], today: str, expected: str
) -> None:
    days = storm_days(np.array([last or "NaT"], dtype="datetime64[D]"), Day.fromisoformat(today), Settings())
    assert str(days[0]) == expected


def test_covers_near_a_ponding_place_are_due_on_the_first_of_the_month() -> None:
    points = nodes(
        {"node_id": "M1", "kind": "manhole", "system": "storm", "at": (0, 0)},
        {"node_id": "M2", "kind": "inlet", "system": "storm", "at": (70, 0)},
        {"node_id": "W", "kind": "ponding_place", "system": None, "at": (10, 0)},
    )
    subject = NetworkFrame({"pipe": pipes(), "node": points}, Settings())
    nothing = pd.DataFrame({"node_id": [], "day": _days([]), "depth_m": []})
    filmed = pd.DataFrame({"inspection_id": [], "pipe_id": [], "date": _days([])})
    work = DoneWork(pd.DataFrame(columns=ITEM_COLUMNS), AS_OF)
    duties = _found(drain_duties(subject, work, nothing, filmed, AS_OF))
    assert duties["clean", "M1"][:2] == (Day(2026, 6, 1), "storm")
    assert duties["clean", "M2"][:2] == (None, "interval")


def test_secondary_supply_is_due_quarterly_and_its_overdue_rate_is_that_of_the_quarter_end() -> None:
    points = nodes(
        *({"node_id": name, "kind": "secondary_supply", "at": (0, 0)} for name in ("S1", "S2", "S3", "S4")),
        {"node_id": "W1", "kind": "intake_point", "system": "reclaimed", "at": (0, 0)},
    )
    # The third was cleaned after the quarter ended: nobody knows how it stood.
    points["cleaned_on"] = _days([Day(2026, 3, 20), None, Day(2026, 5, 1), Day(2025, 1, 1), None])
    points["cleaning_interval_d"] = [math.nan, math.nan, 180.0, math.nan, math.nan]
    subject = NetworkFrame({"pipe": pipes(), "node": points}, Settings())
    work = DoneWork(pd.DataFrame(columns=ITEM_COLUMNS), AS_OF)
    found = _found(secondary_duties(subject, work, AS_OF))
    assert {name: day for (_duty, name), (day, _basis, _hours) in found.items()} == {
        "S1": Day(2026, 6, 18),
        "S2": None,
        "S3": Day(2026, 10, 28),
        "S4": Day(2025, 4, 1),
    }
    rate = overdue_rate(subject, work, Day(2026, 3, 31))
    assert (rate.overdue, rate.count) == (2, 3)
    assert _found(intake_duties(subject, work)) == {("inspect", "W1"): (None, "interval", 0.2)}


def test_permits_and_visits_of_users() -> None:
    customers = pd.DataFrame(
        {
            "customer_id": ["none", "ends", "ended", "holds", "resident", "park", "key"],
            "kind": ["non_domestic", "non_domestic", "public", "special", "domestic", None, None],
            "trade": ["catering", "hotel", "park", "factory", "catering", "park", "park"],
            "permit_no": [" ", "7", "8", "9", None, None, None],
            "permit_until": _days(
                [None, Day(2026, 9, 1), Day(2026, 1, 1), None, Day(2020, 1, 1), None, None]
            ),
            "key_user": [None, None, None, "yes", "yes", None, "yes"],
        }
    )
    items = pd.DataFrame(
        [{"item_id": "W-1", "type": "service", "state": "done", "asset": "holds"}], columns=ITEM_COLUMNS
    )
    items["closed_on"] = _days([Day(2026, 4, 1)])
    found = _found(user_duties(customers, DoneWork(items, AS_OF), AS_OF, Settings()))
    assert found == {
        ("permit", "none"): (AS_OF, "no_permit", 1.0),
        ("permit", "ends"): (Day(2026, 9, 1), "permit_ends", 1.0),
        ("permit", "ended"): (Day(2026, 1, 1), "permit_ends", 1.0),
        ("service", "none"): (None, "interval", 0.5),
        ("service", "ends"): (None, "interval", 0.5),
        ("service", "holds"): (Day(2026, 6, 30), "interval", 0.5),
        ("service", "key"): (None, "interval", 0.5),
    }
