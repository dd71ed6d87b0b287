"""A proposal as rows of the tables that keep scenarios."""

from __future__ import annotations

import json
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.proposed_zones import METER, Proposal
from waternet_plugin.core.dma.scenario import DEVICE_COLUMNS, PIPE_COLUMNS, ZONE_COLUMNS, Scenario
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.dma.verdict.cut_off import LostSupply, find_cut_off, lost_supply

_EXISTING_VALVE, _NEW_VALVE, _METER = "close", "valve", "meter"


def scenario_tables(
    proposal: Proposal, live: pd.Series, *, scenario_id: str, name: str, note: str, base_log: Optional[int]
) -> dict[str, pd.DataFrame]:
    """Return rows by table, the scenario first.

    Parameters
    ----------
    proposal
        The solution that is kept.
    live
        Zone in which each pipe lies now, by pipe id.
    scenario_id
        Id of the scenario.
    name, note
        What people see of it.
    base_log
        Newest entry of the change log that the proposal knows of, None where that is not known.
    """
    row = {
        "scenario_id": scenario_id,
        "name": name,
        "created_on": pd.Timestamp.now(tz="UTC"),
        "state": "draft",
        "base_log": base_log,
        "figures": json.dumps(proposal.figures(), ensure_ascii=False),
        "note": note,
    }
    return {
        "zone_scenario": pd.DataFrame({column: [value] for column, value in row.items()}),
        "scenario_zone": _zones(proposal, scenario_id),
        "scenario_pipe": _pipes(proposal, live, scenario_id),
        "scenario_device": _devices(proposal, scenario_id),
    }


def lost_to(model: DmaModel, proposal: Proposal) -> LostSupply:
    """Return who is without water once a proposal is built: what its closings keep from every source."""
    rows = Scenario(
        _zones(proposal, "").reindex(columns=list(ZONE_COLUMNS)),
        _pipes(proposal, live_zones(model), "").reindex(columns=list(PIPE_COLUMNS)),
        _devices(proposal, "").reindex(columns=list(DEVICE_COLUMNS)),
    )
    planned = in_scenario(model, rows).dma
    closed = np.flatnonzero(planned.closed[: model.graph.node_count] & ~model.dma.closed)
    return lost_supply(planned, find_cut_off(planned, np.union1d(closed, planned.shut_ends[1])))


def live_zones(model: DmaModel) -> pd.Series:
    """Return the zone that each pipe says it lies in, by id."""
    zones: pd.Series = pd.Series(
        model.pipes["dma_id"].to_numpy(dtype=object), index=model.pipes["pipe_id"].to_numpy(dtype=object)
    )
    return zones


def _zones(proposal: Proposal, scenario_id: str) -> pd.DataFrame:
    ids = proposal.zones["zone_id"].to_numpy(dtype=object)
    frame: pd.DataFrame = pd.DataFrame(
        {
            "scenario_zone_id": _ids(scenario_id, "Z", len(ids)),
            "scenario_id": scenario_id,
            "zone_id": ids,
            "name": ids,
            "kind": "dma",
            "state": "draft",
        }
    )
    return frame


def _pipes(proposal: Proposal, live: pd.Series, scenario_id: str) -> pd.DataFrame:
    """Return the pipes whose zone is another than now."""
    now = live[~live.index.duplicated()].reindex(proposal.pipes["pipe_id"]).to_numpy(dtype=object)
    then = proposal.pipes["zone_id"].to_numpy(dtype=object)
    # Unknown and empty are not a zone, one way or the other.
    zoned = ~pd.isna(then)
    differs = np.flatnonzero(np.where(zoned, now != then, ~(pd.isna(now) | (now == ""))))
    frame: pd.DataFrame = pd.DataFrame(
        {
            "scenario_pipe_id": _ids(scenario_id, "P", len(differs)),
            "scenario_id": scenario_id,
            "pipe_id": proposal.pipes["pipe_id"].to_numpy(dtype=object)[differs],
            "zone_id": then[differs],
        }
    )
    return frame


def _devices(proposal: Proposal, scenario_id: str) -> pd.DataFrame:
    """Return what is to be closed or installed, and meters that are there: their zones are others now."""
    boundary = proposal.boundary
    rows = boundary[(boundary["existing"] == "no") | (boundary["device"] == METER)]
    has_node = rows["node_id"].notna()
    kind = np.where(rows["device"] == METER, _METER, np.where(has_node, _EXISTING_VALVE, _NEW_VALVE))
    frame: pd.DataFrame = rows[
        ["pipe_id", "node_id", "at_node", "zone_in", "zone_out", "diameter_mm", "cost"]
    ].copy()
    frame["device_id"] = _ids(scenario_id, "D", len(rows))
    frame["scenario_id"] = scenario_id
    frame["kind"] = kind.astype(object)
    return frame


def _ids(scenario_id: str, letter: str, count: int) -> Array:
    return np.array([f"{scenario_id}-{letter}{number + 1:05d}" for number in range(count)], dtype=object)
