"""The streets of `shut_streets` with what a year leaves on record: shut-offs, searches, projects, targets."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import shapely

from support.shut_streets import EAST, NORTH, with_shapes, write_shut_streets
from waternet_plugin.core import frames

YEAR = datetime.date.today().year
# A month to come, in which two shut-offs overlap and a third stands alone.
DAY = datetime.date(2099, 5, 4)


def ago(days: int) -> pd.Timestamp:
    """Return the day some days before today."""
    return pd.Timestamp(datetime.date.today() - datetime.timedelta(days=days))


def _plain(table: str, *rows: dict[str, Any]) -> pd.DataFrame:
    return frames.conform(pd.DataFrame(list(rows)), table)


def _shutoff(name: str, pipe: str, valves: str, start: str, end: str) -> dict[str, Any]:
    times = {
        column: pd.Timestamp(f"{DAY.year}-{DAY.month:02d}-{text}", tz="Asia/Shanghai").tz_convert("UTC")
        for column, text in (("starts_at", start), ("ends_at", end))
    }
    return {"shutoff_id": name, "kind": "planned", "state": "planned", "pipe_id": pipe, "valves": valves,
            "drained_m3": 6.0, **times}  # fmt: skip


def _searched(name: str, days: int, pipes: str, found: str, **more: Any) -> dict[str, Any]:
    dates = dict.fromkeys(("opened_on", "closed_on", "gis_checked_on"), ago(days))
    return {"item_id": name, "type": "locate", "state": "done", "pipes": pipes, "found": found,
            "length_m": 200.0, **dates, **more}  # fmt: skip


def _project(name: str, kind: str, state: str, pipes: str, **more: Any) -> dict[str, Any]:
    line = shapely.MultiLineString([[(EAST, NORTH), (EAST + 1, NORTH)]])
    return {"project_id": name, "year": YEAR, "state": state, "length_m": 200.0, "pipe_ids": pipes,
            "plan_id": "PL-1",
            "project_type": kind, "geom": line, **more}  # fmt: skip


def records() -> dict[str, pd.DataFrame]:
    """Return the rows by table."""

    def volume(name: str, component: str, m3: float, **of: str) -> dict[str, Any]:
        span = {"from_date": pd.Timestamp(YEAR, 1, 1), "to_date": pd.Timestamp(YEAR, 12, 31)}
        return {"volume_id": name, "component": component, "volume_m3": m3, **span, **of}

    return {
        "shutoff": _plain(
            "shutoff",
            _shutoff("SO-0001", "P4", "V2;V3", "04 10:00", "04 12:00"),
            _shutoff("SO-0002", "P5", "V2;V3", "04 11:00", "04 13:00"),
            _shutoff("SO-0003", "Q2", "W1;W2", "20 22:00", "21 05:00"),
        ),
        "work_item": _plain(
            "work_item",
            _searched("W-0001", 60, "P2;P3", "yes", offset_m=3.0, contractor="Ear"),
            _searched("W-0002", 50, "Q2", "no", contractor="Ear"),
            _searched("W-0003", 500, "P4", "no", contractor="Old"),
        ),
        "plan": _plain("plan", {"plan_id": "PL-1", "name": "even", "start_year": YEAR, "years": 1}),
        "project": with_shapes("project", [
            _project("PR-1", "network", "done", "P2;P3", cost=100.0, fund_central=40.0, fund_own=60.0),
            _project("PR-2", "network", "approved", "Q2", cost=50.0, fund_local=50.0),
            _project("PR-3", "metering", "approved", "P4", cost=20.0),
        ]),
        "volume": _plain(
            "volume",
            volume("V1", "own_supply", 1000.0), volume("V2", "billed_metered", 300.0, customer_id="U-A"),
            volume("V3", "billed_metered", 400.0, customer_id="U-D"),
        ),
        "target": _plain(
            "target",
            {"target_id": "T1", "unit": "all", "year": YEAR, "indicator": "hit_rate", "value": 0.4},
        ),
    }  # fmt: skip


def write_searched_streets(path: Path) -> Path:
    """Write the streets as a network."""
    from waternet_plugin.store import open_network

    write_shut_streets(path)
    with open_network(path, by="li") as network, network.write("adopt") as batch:
        for table, rows in records().items():
            batch.insert(table, rows)
    return path


def make_searched_streets(folder: Path) -> Path:
    """Write the streets with their project beside them and return the network's path."""
    from waternet_plugin.bridge.project.project import build_project

    path = write_searched_streets(folder / "streets.gpkg")
    build_project(path, language="en")
    return path
