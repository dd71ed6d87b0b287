"""Devices and memberships of a scenario laid over the frames of a network, which stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.dma.scenario import (
    CLOSE,
    METER,
    NEW_VALVE,
    OPEN,
    Scenario,
    membership,
    zones_with,
)
from waternet_plugin.core.frames import PlainFrames, records

_ENDS = ("from_node", "to_node")


@dataclass(frozen=True)
class OverlaidFrames(PlainFrames):
    """Pipes, nodes and zones of a network as they are in a scenario."""

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    zones: pd.DataFrame


def laid_over(
    pipes: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, zones: pd.DataFrame, scenario: Scenario
) -> OverlaidFrames:
    """Return a network as it is in a scenario.

    A device to be installed becomes a node of its own between its pipe and the node where it stands; where it
    names no pipe, the node itself becomes it.

    Parameters
    ----------
    pipes, nodes, zones
        Frames of the network.
    scenario
        What differs.
    """
    ids, zone = (pipes[name].to_numpy(dtype=object) for name in ("pipe_id", "dma_id"))
    laid = _Overlay(pipes.assign(dma_id=membership(ids, zone, scenario)), nodes)
    for device in records(scenario.devices.sort_values("device_id", kind="stable")):
        laid.add(device)
    return OverlaidFrames(laid.pipes(), laid.nodes(), zones_with(zones, scenario))


def _is_given(value: Any) -> bool:
    return not (value is None or value == "" or value != value)


class _Overlay:
    """Rows of pipes and nodes that change or are added."""

    def __init__(self, pipes: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame) -> None:
        self._pipes, self._nodes = pipes, nodes
        self._pipe_row = {name: row for row, name in reversed(list(enumerate(pipes["pipe_id"])))}
        self._node_row = {name: row for row, name in reversed(list(enumerate(nodes["node_id"])))}
        self._ends = {name: pipes[name].to_numpy(dtype=object).copy() for name in ("from_node", "to_node")}
        self._values: dict[str, dict[int, Any]] = {}
        self._new_nodes: list[dict[str, Any]] = []
        self._new_pipes: list[dict[str, Any]] = []

    def add(self, device: Mapping[str, Any]) -> None:
        """Lay a device over the network."""
        state = {CLOSE: "closed", NEW_VALVE: "closed", OPEN: "open"}.get(device["kind"])
        values: dict[str, Any] = {"valve_state": state} if state else {}
        if device["kind"] == METER:
            values = {"meter_in": device["zone_in"], "meter_out": device["zone_out"]}
        node_row = self._node_row.get(device["node_id"]) if _is_given(device["node_id"]) else None
        if node_row is not None:
            self._set(node_row, values)
            return
        at = self._node_row.get(device["at_node"])
        kind = {"kind": "flow_meter"} if device["kind"] == METER else {"kind": "valve"}
        pipe = self._pipe_row.get(device["pipe_id"]) if _is_given(device["pipe_id"]) else None
        end = None if pipe is None else self._end(pipe, device["at_node"])
        if pipe is None or end is None:
            if at is not None:
                self._set(at, {**values, **kind})
            return
        self._cut(device, pipe, end, at, {**values, **kind})

    def _set(self, row: int, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            self._values.setdefault(name, {})[row] = value

    def _end(self, pipe: int, node: Any) -> str | None:
        """Return by which column a pipe ends at a node, None where it does not."""
        names = [name for name, ends in self._ends.items() if ends[pipe] == node]
        return names[0] if names else None

    def _cut(
        self, device: Mapping[str, Any], pipe: int, end: str, at: int | None, values: Mapping[str, Any]
    ) -> None:
        """Put a new node between a pipe and the node where it ended; a pipe of no length joins both."""
        name, node = str(device["device_id"]), device["at_node"]
        line = self._pipes.geometry.to_numpy()[pipe]
        point = (
            self._nodes.geometry.to_numpy()[at]
            if at is not None
            else shapely.get_point(line, 0 if end == "from_node" else -1)
        )
        system = self._pipes["system"].tolist()[pipe]
        self._ends[end][pipe] = name
        self._new_nodes.append(
            {"node_id": name, "system": system, "status": "in_use", "geom": point, **values}
        )
        near = [
            self._pipes["dma_id"].tolist()[other]
            for ends in self._ends.values()
            for other in np.flatnonzero(ends == node).tolist()
        ]
        # What remains at the node says on which side it lies.
        side = max(near, key=near.count) if near else None
        own = self._pipes["dma_id"].tolist()[pipe]
        own = own if _is_given(own) else None
        sides = [zone if _is_given(zone) else None for zone in (device["zone_in"], device["zone_out"])]
        if device["kind"] == METER and own in sides:
            # A meter names both sides: others at the node may be of other zones.
            side = sides[1 - sides.index(own)]
        xy = shapely.get_coordinates(point)[0]
        self._new_pipes.append(
            {
                "pipe_id": name, "system": system, "function": "connector", "status": "in_use",
                "from_node": node, "to_node": name, "length_m": 0.0, "dma_id": side,
                "diameter_mm": self._pipes["diameter_mm"].tolist()[pipe],
                "geom": shapely.LineString([xy, xy]),
            }
        )  # fmt: skip

    def pipes(self) -> gpd.GeoDataFrame:
        """Return the pipes, new ones last."""
        return _with_rows(self._pipes.assign(**self._ends), self._new_pipes)

    def nodes(self) -> gpd.GeoDataFrame:
        """Return the nodes, new ones last."""
        changed = {}
        for name, by_row in self._values.items():
            column = self._nodes[name].to_numpy(dtype=object).copy()
            for row, value in by_row.items():
                column[row] = value
            changed[name] = column
        return _with_rows(self._nodes.assign(**changed), self._new_nodes)


def _with_rows(frame: gpd.GeoDataFrame, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return a frame with rows added; what they leave out is unknown."""
    if not rows:
        return frame
    columns = {}
    for name in frame.columns:
        values = [row.get(name) for row in rows]
        if frame[name].dtype.kind == "f":
            columns[name] = np.concatenate([frame[name].to_numpy(), np.array(values, dtype=float)])
            continue
        if frame[name].dtype.kind == "M":
            more = pd.Series(values, dtype=frame[name].dtype)
            columns[name] = pd.concat([frame[name], more], ignore_index=True).to_numpy()
            continue
        column = np.full(len(frame) + len(rows), None, dtype=object)
        column[: len(frame)] = frame[name].to_numpy(dtype=object)
        for at, value in enumerate(values, len(frame)):
            column[at] = value
        columns[name] = column
    plain = pd.DataFrame({name: values for name, values in columns.items() if name != frame.geometry.name})
    shapes = gpd.GeoSeries(columns[frame.geometry.name], crs=frame.crs)
    return gpd.GeoDataFrame(plain, geometry=shapes).rename_geometry(frame.geometry.name)
