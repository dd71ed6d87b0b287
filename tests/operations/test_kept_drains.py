"""Drains kept in memory: after any edit ways and parts are those of a network opened this moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from support.drain_towns import drains_town
from support.quality_frames import CRS

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.core.quality.checks import network_parts
from waternet_plugin.core.quality.issues.identity import issue_ids, sentences
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.operations.network.trace_network import TraceRequest, trace_network

NAMES = "abcdefghijkl"
STARTS = "cdeg"
EDITS = 8


def _town(path: Path, chance: np.random.Generator) -> Path:
    places = {name: (500_000.0 + 400 * one, 2_500_000.0 + 400 * two)
              for name, (one, two) in zip(NAMES, chance.random((len(NAMES), 2)))}  # fmt: skip
    kinds = {
        "a": {"kind": "outfall"}, "b": {"kind": "plant"},
        "c": {"kind": "interceptor", "weir_level_m": 3.0}, "d": {"kind": "interceptor", "weir_level_m": 3.0},
        "k": {"kind": "source"},
    }  # fmt: skip
    drains = {"ca": ("ca", "storm", "overflow"), "db": ("db", "combined", "trunk")}
    drains |= {"cb": ("cb", "sewage", "trunk"), "da": ("da", "combined", "trunk")}
    for _number in range(14):
        one, two = chance.choice(list(NAMES), 2, replace=False)
        drains[one + two] = (one + two, str(chance.choice(["storm", "sewage", "combined"])), "branch")
    drains["kl"] = ("kl", "potable", "distribution")
    tables = drains_town(places, list(drains.values()), kinds=kinds)
    tables["pipe"]["flow"] = None
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        for name, frame in tables.items():
            batch.insert(name, frame.dropna(axis="columns", how="all"))
    return path


def _edit(path: Path, chance: np.random.Generator) -> None:
    """Change what most edits of drains change: levels, flow, sizes, bends; now and then the state."""
    with store.open_network(path) as network:
        pipes = network.read("pipe", ["pipe_id", "geom"])
        row = pipes.iloc[[int(chance.integers(len(pipes)))]].reset_index(drop=True)
        kind = str(
            chance.choice(["levels", "flow", "size", "bend", "length", "state"], p=[0.3, 0.3, *[0.1] * 4])
        )
        if kind == "levels":
            row = row.assign(invert_start_m=chance.integers(1, 9), invert_end_m=chance.integers(1, 9))
        elif kind == "flow":
            row["flow"] = pd.Series(
                [str(chance.choice(["forward", "reverse", "undetermined"]))], dtype=object
            )
        elif kind == "size":
            row["diameter_mm"] = float(chance.integers(2, 9)) * 100
        elif kind == "bend":
            one, two = shapely.get_coordinates(row["geom"].iloc[0])[[0, -1]]
            row["geom"] = [shapely.LineString([one, (one + two) / 2 + chance.integers(1, 30), two])]
        elif kind == "length":
            row["length_m"] = float(chance.integers(50, 500))
        else:
            row["status"] = str(chance.choice(["in_use", "abandoned"]))
        changed = row if kind == "bend" else pd.DataFrame(row.drop(columns="geom"))
        with network.write("edit") as batch:
            batch.update("pipe", changed)


def _told(kept: LiveNetwork, start: str, rules: Rules) -> Any:
    try:
        found = trace_network(kept, TraceRequest(start, rules=rules))
    except InputError as error:
        return error.message
    frames = [found.pipes.drop(columns=["geom", "pipe"]), found.ends.drop(columns=["geom", "node"])]
    return [frame.round(6).to_csv(index=False) for frame in frames], dict(found.figures), found.notes


def _answers(kept: LiveNetwork) -> dict[str, Any]:
    found = {
        f"{start} {direction} {weather}": _told(kept, f"node:{start}", Rules(direction, weather=weather))
        for start in STARTS
        for direction in ("upstream", "downstream")
        for weather in ("dry", "wet")
    }
    with kept.answering():
        for one in kept.parts_found(Settings(), network_parts.RULES):
            found[one.rule] = (
                issue_ids(one).tolist(),
                sentences(one),
                np.nan_to_num(np.round([one.x, one.y], 6)).tolist(),
            )
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.sweep) for seed in (1, 2))])
def test_any_edits_are_answered_as_by_a_network_opened_this_moment(seed: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(seed)
    path = _town(tmp_path / "town.gpkg", chance)
    kept = LiveNetwork(str(path))
    _answers(kept)
    for _number in range(EDITS):
        _edit(path, chance)
        have, want = _answers(kept), _answers(LiveNetwork(str(path)))
        for name, value in want.items():
            assert have.get(name) == value, name
        assert have.keys() == want.keys()


@pytest.mark.slow
def test_ways_and_parts_are_kept_over_an_edit_of_a_size(tmp_path: Path) -> None:
    path = _town(tmp_path / "town.gpkg", np.random.default_rng(1))
    kept = LiveNetwork(str(path))
    _answers(kept)
    with kept.answering():
        before = vars(kept.trace_network()).copy()
        parts = kept.parts_found(Settings(), network_parts.RULES)
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["ca"], "diameter_mm": [900.0]}))
    with kept.answering():
        after = vars(kept.trace_network())
        assert after["in_use"] is before["in_use"] and after["kinds"] is before["kinds"]
        assert {"along", "sense", "length_m"} <= after.keys()
        assert kept.parts_found(Settings(), network_parts.RULES) is parts
        assert kept.parts_found(Settings({"quality.loose_share": "0.9"}), network_parts.RULES) is not parts
