"""Slope, backwater and cover of every drain in use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.backwater import backed_up_m
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.quality.checks.levels.heights import drain_slopes, end_covers, inverts
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.flow import REVERSE

OK, FLAT, BELOW_MINIMUM, ADVERSE = "ok", "flat", "below_minimum", "adverse"
EXEMPT, UNKNOWN = "exempt", "unknown"
STATES = (ADVERSE, FLAT, BELOW_MINIMUM, OK, EXEMPT, UNKNOWN)
SLOPE_COLUMNS = ("pipe_id", "drop_m", "slope", "slope_min", "state", "backwater_m", "cover_min_m")


@dataclass(frozen=True)
class SlopeTable(PlainFrames):
    """Slopes of the drains in use.

    Parameters
    ----------
    frame
        One row a drain: `SLOPE_COLUMNS` and its line in ``geom``. ``drop_m`` and ``slope`` are positive
        where it falls along its flow, NaN where a level is missing; ``state`` one of `STATES`;
        ``backwater_m`` the length of the drains above in which water stands, NaN where no slope is judged.
    recorded
        Whether the flow of each drain of the frame is recorded.
    """

    frame: pd.DataFrame
    recorded: Array


def slope_table(subject: CheckContext) -> SlopeTable:
    """Return slope, least slope, state, backwater and cover of every drain in use.

    Slopes are those of the rules `adverse_slope` and `flat_slope`: along the recorded flow, where none is
    recorded as drawn. A drain is flat when its levels are the same (`quality.level_slack_m`), or when it
    rises by no more than the rule tolerates; rising mains, siphons and connectors are exempt.
    """
    pipes, flow, told = subject.pipes, subject.once(pipe_flow), subject.once(drain_slopes)
    exempt = ~subject.is_gravity | subject.is_connector
    fall = told.fall_m
    state = np.full(len(pipes), OK, dtype=object)
    with np.errstate(invalid="ignore"):
        state[told.too_flat] = BELOW_MINIMUM
        state[fall <= subject.real("level_slack_m")] = FLAT
        state[told.rises] = ADVERSE
    state[~np.isfinite(told.slope)] = UNKNOWN
    state[exempt] = EXEMPT
    # The way by which the fall is judged: where no flow is recorded, as drawn.
    turned = flow.recorded & (flow.sense == REVERSE)
    upper = np.where(turned, END, START)
    every = np.arange(len(pipes))
    used = subject.live & subject.is_drain
    vertex, level = subject.vertex, inverts(subject)
    backed = backed_up_m(
        size=subject.connected.graph.node_count,
        upper=vertex[every, upper],
        lower=vertex[every, 1 - upper],
        level_m=np.column_stack([level[every, upper], level[every, 1 - upper]]),
        length_m=subject.connected.graph.length_m,
        both_ways=~flow.one_way,
        passes=used & ~exempt,
        rises=used & (state == ADVERSE),
    )
    judged = (state != EXEMPT) & (state != UNKNOWN)
    frame = pd.DataFrame(
        {
            "pipe_id": pipes.ids,
            "drop_m": fall,
            "slope": np.where(np.isfinite(told.slope), told.slope, np.nan),
            "slope_min": np.where(exempt, np.nan, told.least),
            "state": state,
            "backwater_m": np.where(judged, backed, np.nan),
            "cover_min_m": np.fmin.reduce(end_covers(subject), axis=1),
            "geom": pipes.geometry,
        }
    )
    return SlopeTable(frame[used].reset_index(drop=True), flow.recorded[used])
