"""Readings of pressure as series of gauges, and the boundary valves that are nearest to each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.gauges import REFERENCE, GaugePlacing
from waternet_plugin.core.dma.pressure_test.plan import BOUNDARY, DRAIN, GAUGE, INLET, PressureTestPlan
from waternet_plugin.core.dma.pressure_test.record import GaugeSeries, PressureTestEvidence
from waternet_plugin.core.readings.impossible_values import is_sentinel

_MOST_SUSPECTS = 2
# No gauge reads less than a vacuum.
_LEAST_MPA = -0.1


class GaugeReadings:
    """The gauges of a test, as a plan of the zone sees them.

    Parameters
    ----------
    plan
        The plan of the zone.
    """

    def __init__(self, model: DmaModel, plan: PressureTestPlan) -> None:
        self.model, self.plan = model, plan
        self.placing = GaugePlacing(model, plan.cut, most=1)
        heights = plan.of_role(DRAIN)["ground_m"].to_numpy(dtype=float)
        # The zone drains to the height of its lowest outlet.
        self.drain_m = float(np.nanmin(heights)) if np.isfinite(heights).any() else float("nan")
        planned = plan.of_role(GAUGE)
        self.reference = {
            str(name)
            for name, purposes in zip(planned["node_id"], planned["purposes"])
            if REFERENCE in purposes
        }
        self.planned = {str(name) for name in planned["node_id"]} - self.reference
        # Readings that can't be, which were left out, by gauge.
        self.left_out: dict[str, int] = {}

    def is_inside(self, node_id: str) -> bool:
        """Return whether a node stands in the zone."""
        node = self.model.graph.vertex_of(node_id)
        if node < 0:
            return False
        pipe = int(self.model.connected.placement.pipe[self.model.graph.asset[node]])
        return bool(self.placing.inside[node] or (pipe >= 0 and self.plan.cut.inside[pipe]))

    def left_m(self, node_id: str) -> float:
        """Return the head that is left at a gauge in the drained zone, m; 0 where heights are unknown."""
        node = self.model.graph.vertex_of(node_id)
        height = float(self.placing.ground_m[node]) if node >= 0 else float("nan")
        left = self.drain_m - height
        return max(left, 0.0) if np.isfinite(left) else 0.0

    def series(self, readings: pd.DataFrame) -> list[GaugeSeries]:
        """Return readings (node_id, time in UTC, value in MPa) by gauge, without those that can't be.

        Those outside are the planned gauges for reference where they were read, else all outside.
        """
        series_list = []
        for name, rows in readings.groupby("node_id", sort=True):
            value = rows["value"].to_numpy(dtype=float)
            possible = ~((value < _LEAST_MPA) | is_sentinel(value))
            if not possible.all():
                self.left_out[str(name)] = int(np.count_nonzero(~possible))
            if not possible.any():
                continue
            rows = rows[possible]
            times = rows["time"].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
            inside = self.is_inside(str(name))
            left_m = self.left_m(str(name)) if inside else 0.0
            series_list.append(
                GaugeSeries(str(name), times, rows["value"].to_numpy(dtype=float), left_m, inside)
            )
        if any(gauge.node_id in self.reference for gauge in series_list):
            series_list = [
                gauge for gauge in series_list if gauge.is_inside or gauge.node_id in self.reference
            ]
        return series_list

    def suspects(self, evidence: PressureTestEvidence) -> dict[str, tuple[str, ...]]:
        """Return the valves nearest to each gauge that recovered, those that it watches first."""
        return {gauge.node_id: self._near(gauge.node_id) for gauge in evidence.recovering}

    def _near(self, node_id: str) -> tuple[str, ...]:
        steps = self.plan.steps
        own = steps[(steps["role"] == GAUGE) & (steps["node_id"] == node_id)]["watches"]
        watched = [str(name) for names in own for name in names]
        shut = steps[steps["role"].isin([BOUNDARY, INLET])]
        nodes = shut["node"].to_numpy(dtype=np.int64)
        devices = np.union1d(nodes, self.plan.cut.crossings).astype(np.int64)
        graph = self.model.graph
        start = np.array([graph.vertex_of(node_id)])
        away = self.placing.distances(start, pipes=self.plan.cut.inside & self.model.dma.open)
        # An inlet valve outside is as near as the meter that it shuts.
        meters = {int(node): str(name) for node, name in zip(nodes, shut["meter"]) if name}
        metres = {
            str(graph.node_id[node]): min(
                float(away[node]),
                float(away[graph.vertex_of(meters[node])]) if node in meters else np.inf,
            )
            for node in devices.tolist()
        }
        ranked = sorted(
            (name for name in metres if np.isfinite(metres[name])), key=lambda name: (metres[name], name)
        )
        return tuple(dict.fromkeys([*watched, *ranked[:_MOST_SUSPECTS]]))


def gauge_facts(evidence: PressureTestEvidence) -> list[Mapping[str, object]]:
    """Return what a test keeps of its gauges."""
    return [
        {
            "node_id": gauge.node_id,
            "inside": gauge.is_inside,
            "lowest_m": round(gauge.lowest_m, 3),
            "rise_m": round(gauge.rise_m, 3),
            "recovered_at": None if gauge.recovered_at is None else gauge.recovered_at.isoformat() + "Z",
        }
        for gauge in evidence.gauges
    ]
