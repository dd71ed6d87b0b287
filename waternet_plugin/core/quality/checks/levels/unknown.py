"""Levels of a network that stand for “not known”: 0, -1 or 9999 far from ground and levels around."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.network.model.unknown_levels import stand_for_unknown
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.texts import listed

_OF_PIPES = {"invert_start_m": START, "invert_end_m": END}
_OF_NODES = ("ground_m", "weir_level_m")
LEVELS = {"doctor_unknown_levels": ("pipe", tuple(_OF_PIPES)), "doctor_unknown_ground": ("node", _OF_NODES)}
LEVEL_COLUMNS = (*_OF_PIPES, *_OF_NODES)
_EXAMPLES = 3


def levels_unknown(subject: CheckContext) -> dict[str, Array]:
    """Return by column which rows of its table have a level that stands for “not known”."""
    pipes, nodes = subject.pipes, subject.nodes
    level = [pipes.number(name) for name in _OF_PIPES] + [nodes.number(name) for name in _OF_NODES]
    xy = [subject.ends[:, end, :2] for end in _OF_PIPES.values()] + [nodes.xy] * len(_OF_NODES)
    everything = np.concatenate(level)
    if not np.isfinite(everything).any():
        return {column: np.zeros(len(one), dtype=bool) for column, one in zip(LEVEL_COLUMNS, level)}
    nothing = np.zeros(0), np.zeros((0, 2))
    lost = stand_for_unknown(everything, everything, np.concatenate(xy), *nothing, subject.settings)
    return dict(zip(LEVEL_COLUMNS, np.split(lost, np.cumsum([len(one) for one in level])[:-1])))


def unknown_levels(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield all such levels of pipes as one finding, and those of nodes as another."""
    lost = subject.once(levels_unknown)
    for rule, (name, columns) in LEVELS.items():
        rows = subject.rows(name)
        where = np.flatnonzero(np.logical_or.reduce([lost[column] for column in columns]))
        if not len(where):
            continue
        ids = np.sort(rows.ids[where].astype(str)).astype(object)
        numbers = np.concatenate([rows.number(column)[lost[column]] for column in columns])
        x, y = rows.xy_of(rows.row_of(ids[:1])).T
        told = {
            "count": len(numbers),
            "values": listed(f"{number:g}" for number in np.unique(numbers)),
            "examples": listed(ids[:_EXAMPLES]),
        }
        values = {word: np.array([value], dtype=object) for word, value in told.items()}
        yield RuleFindings(rule, {name: ids[:1]}, x, y, values, None, [ids])


CHECKS = (Check(tuple(LEVELS), unknown_levels),)
