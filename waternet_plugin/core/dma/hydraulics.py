"""What closing the boundaries of proposed zones does to pressure and water age: two runs compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional, Protocol, Union

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr

# How many nodes of low pressure are named, the lowest first.
_MOST_NAMED = 10
# Water as old as this share of the run had no time to get older: its true age is unknown.
_WHOLE_RUN = 0.95


class EngineError(WaterNetError):
    """An engine is not there, or did not compute a model."""


@dataclass(frozen=True)
class HydraulicModel:
    """An EPANET model to compute.

    Parameters
    ----------
    data
        Bytes of the input file.
    nodes
        Ids of its junctions.
    metres
        One unit of length of the file in metres.
    age_at
        Nodes whose water age is asked for.
    age_duration_h, age_step_min
        How long the model then runs, and its step; a model of a single moment stays one.
    tanks, links
        Ids of its tanks and reservoirs, and of its links, where heads and flows of all the period are wanted.
    """

    data: bytes
    nodes: tuple[str, ...]
    metres: float
    age_at: tuple[str, ...] = ()
    age_duration_h: float = 0.0
    age_step_min: float = 0.0
    tanks: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class PeriodValues:
    """Values at the start of a period, the lowest, the mean by time and the highest of it.

    Parameters
    ----------
    ground_m
        Ground of junctions, bottom of tanks and head of reservoirs, in that order (N,), m.
    head_m
        Heads of the same (4, N), m.
    flow
        Flows of links (4, L), in the flow unit of the file, below 0 from their end to their start.
    velocity_ms
        Velocities in links (4, L), m/s.
    """

    ground_m: Array
    head_m: Array
    flow: Array
    velocity_ms: Array


@dataclass(frozen=True)
class HydraulicRun:
    """What an engine found; ``J`` junctions as the model names them.

    Parameters
    ----------
    pressure_m
        Pressure heads at the start (J,), in m.
    demand
        Demands at the start (J,), in the flow unit of the file.
    age_h
        Water age at the end at the nodes asked for, in h; None where the model has no duration.
    duration_h
        How long the model runs, in h.
    period
        Heads and flows of the whole period; None where links of the model are not given.
    """

    pressure_m: Array
    demand: Array
    age_h: Optional[Array] = None
    duration_h: float = 0.0
    period: Optional[PeriodValues] = None


class HydraulicEngine(Protocol):
    """What computes EPANET models."""

    @property
    def name(self) -> str:
        """What people call it."""

    def run(
        self, models: Sequence[HydraulicModel], limit_s: float, progress: Progress
    ) -> list[Union[HydraulicRun, EngineError]]:
        """Compute models and return for each what was found, or why nothing was.

        Parameters
        ----------
        limit_s
            Longest time for all of them, in s.

        Raises
        ------
        EngineError
            With the reason, when none can be computed.
        """


@dataclass(frozen=True)
class HydraulicCheck:
    """What the closed crossings of one solution do, or why that is not known.

    Parameters
    ----------
    reason
        Why nothing was computed, '' where it was; the parameters below count only then.
    engine
        What computed it.
    p_before_m, p_after_m
        Lowest pressure head of nodes with a demand, in m, before and after the closing.
    p_node
        Where it is lowest after it.
    below_share
        Share of the demand that falls below the service pressure.
    below_nodes
        Nodes where it does, the lowest first, ten at most.
    service_m
        The service pressure, in m.
    dead_ends
        Dead ends made by closing: node, age before and after in h, None where they are not known.
    age_reason
        Why the ages are not known, '' where they are.
    duration_h
        How long the model runs for the ages, in h.
    stubs
        Closed pipes with their length in m. The model knows no demand along a pipe, so the water in them
        stands still and is as old as the run at least.
    """

    reason: str = ""
    engine: str = ""
    p_before_m: float = np.nan
    p_after_m: float = np.nan
    p_node: str = ""
    below_share: float = 0.0
    below_nodes: tuple[str, ...] = ()
    service_m: float = np.nan
    dead_ends: tuple[tuple[str, Optional[float], Optional[float]], ...] = ()
    age_reason: str = ""
    duration_h: float = 0.0
    stubs: tuple[tuple[str, float], ...] = ()

    def sentence(self) -> str:
        """Return what came of it in one sentence."""
        if self.reason:
            return tr("Hydraulics not checked: {reason}").format(reason=self.reason)
        return tr("lowest pressure {pressure} m; {share} % of the demand falls below {service} m").format(
            pressure=f"{self.p_after_m:.1f}",
            share=f"{100 * self.below_share:.1f}",
            service=f"{self.service_m:g}",
        )

    def age_sentence(self) -> str:
        """Return what is known of the water age at new dead ends; '' where nothing was computed."""
        if self.reason:
            return ""
        ends = self._dead_end_sentence()
        if not self.stubs:
            return ends
        length = sum(length for _pipe, length in self.stubs)
        still = tr("water stands still in closed pipes: {count}, {length} m").format(
            count=len(self.stubs), length=f"{length:.0f}"
        )
        return "; ".join([ends, still]) if self.dead_ends else still

    def _dead_end_sentence(self) -> str:
        if not self.dead_ends:
            return tr("closing makes no dead ends")
        ages = [after for _node, _before, after in self.dead_ends if after is not None]
        if not ages:
            return tr("dead ends made by closing: {count}; water age not checked: {reason}").format(
                count=len(self.dead_ends), reason=self.age_reason
            )
        text = (
            tr("dead ends made by closing: {count}; water age there is {hours} h at least, all the run")
            if max(ages) >= _WHOLE_RUN * self.duration_h
            else tr("dead ends made by closing: {count}; water age there up to {hours} h")
        )
        return text.format(count=len(self.dead_ends), hours=f"{max(ages):.0f}")

    def figures(self) -> dict[str, Any]:
        """Return the numbers by name, for scripts."""
        if self.reason:
            return {"state": "not_checked", "reason": self.reason}
        return {
            "state": "checked",
            "engine": self.engine,
            "p_min_before_m": self.p_before_m,
            "p_min_m": self.p_after_m,
            "p_min_node": self.p_node,
            "service_pressure_m": self.service_m,
            "demand_below_share": self.below_share,
            "nodes_below": list(self.below_nodes),
            "duration_h": self.duration_h,
            "age_reason": self.age_reason,
            "dead_ends": [
                {"node": node, "age_before_h": before, "age_h": after}
                for node, before, after in self.dead_ends
            ],
            "closed_stubs": [{"pipe": pipe, "length_m": length} for pipe, length in self.stubs],
        }


def compare_runs(
    before: HydraulicRun, after: HydraulicRun, nodes: tuple[str, ...], dead_ends: tuple[str, ...], *,
    service_m: float, engine: str, stubs: tuple[tuple[str, float], ...] = (),
) -> HydraulicCheck:  # fmt: skip
    """Return what changed from one run to the other; the ages are not known yet (`with_ages`).

    Parameters
    ----------
    before, after
        The model as it is and with the crossings closed, their arrays in the order of ``nodes``.
    nodes
        Ids of the junctions.
    dead_ends
        Those that closing makes.
    service_m
        Pressure head that customers must have, in m.
    engine
        What computed it.
    stubs
        Closed pipes with their length in m.

    Raises
    ------
    EngineError
        When no node has a demand, or a pressure is not a number.
    """
    has_demand = before.demand > 0
    if not has_demand.any():
        raise EngineError(tr("No node of the model has a demand."))
    if not (
        np.isfinite(before.pressure_m[has_demand]).all() and np.isfinite(after.pressure_m[has_demand]).all()
    ):
        raise EngineError(tr("{engine} found no pressures.").format(engine=engine))
    fell = np.flatnonzero(has_demand & (before.pressure_m >= service_m) & (after.pressure_m < service_m))
    fell = fell[np.argsort(after.pressure_m[fell], kind="stable")]
    lowest = int(np.argmin(np.where(has_demand, after.pressure_m, np.inf)))
    return HydraulicCheck(
        engine=engine,
        p_before_m=float(before.pressure_m[has_demand].min()),
        p_after_m=float(after.pressure_m[lowest]),
        p_node=nodes[lowest],
        below_share=float(before.demand[fell].sum() / before.demand[has_demand].sum()),
        below_nodes=tuple(nodes[node] for node in fell[:_MOST_NAMED].tolist()),
        service_m=service_m,
        dead_ends=tuple((node, None, None) for node in dead_ends),
        age_reason=tr("it is computed for the solution that is chosen") if dead_ends else "",
        stubs=stubs,
    )


def with_ages(check: HydraulicCheck, before: HydraulicRun, after: HydraulicRun) -> HydraulicCheck:
    """Return a check with the ages that two runs found at its dead ends.

    Parameters
    ----------
    check
        From `compare_runs`.
    before, after
        The model as it is and with the crossings closed; their ages in the order of the dead ends.
    """
    if before.age_h is None or after.age_h is None:
        return replace(check, age_reason=tr("the model has no duration"))
    ages = zip((node for node, _before, _after in check.dead_ends), before.age_h, after.age_h)
    age_rows = tuple((node, float(early), float(late)) for node, early, late in ages)
    return replace(check, dead_ends=age_rows, age_reason="", duration_h=after.duration_h)
