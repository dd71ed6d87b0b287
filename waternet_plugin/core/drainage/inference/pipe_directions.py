"""The flow of a network's drains as rows: sense, confidence, what changes, and the reasons in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.inference import direction
from waternet_plugin.core.drainage.inference.direction import Directions, DrainNetwork, infer_direction
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.facts import joined
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.schema.flow import (
    AS_DRAWN,
    FLOW_OF_SENSE,
    INFERRED,
    UNDETERMINED,
    flow_sense,
    is_recorded,
)
from waternet_plugin.core.texts import tr

MIN_CONFIDENCE = 0.6
DRAWN_ORDERS = (direction.LEARN, direction.TRUST, direction.IGNORE)
_EXITS = ("outfall", "plant")
_INLETS = ("inlet", "septic_tank", "grease_trap", "sediment_tank")
# Evidence below this is not worth a word.
_TOLD = 0.15
# Bounds of confidence in the table of the report.
BOUNDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
_SEED, _HIDDEN = 0, 0.5


@dataclass(frozen=True)
class PipeDirections(PlainFrames):
    """What was inferred of a network.

    Parameters
    ----------
    frame
        pipe_id, flow, confidence, changed (from what traces used), reasons; one row a drain in use.
    inferred
        Rows whose flow may be written: neither recorded nor told by the pipe's function.
    found
        The arrays behind it.
    drains
        What was asked.
    pipe
        Number of each drain in the graph.
    dry_exits
        Ids of the exits that no drain leads to.
    """

    frame: pd.DataFrame
    inferred: Array
    found: Directions
    drains: DrainNetwork
    pipe: Array
    dry_exits: tuple[str, ...] = ()

    @cached_property
    def by_flow(self) -> dict[str, int]:
        """Number of drains of each flow that there is."""
        return {str(flow): int(many) for flow, many in self.frame["flow"].value_counts().items()}

    @property
    def undetermined(self) -> int:
        """Number of drains whose flow is not determined."""
        return self.by_flow.get(FLOW_OF_SENSE[UNDETERMINED], 0)

    @property
    def changed(self) -> int:
        """Number of drains whose flow differs from what traces used."""
        return int(self.frame["changed"].sum())


def drains_of(network: TraceableNetwork) -> tuple[Array, DrainNetwork, Array]:
    """Return the numbers of the drains in use, the drains, and which of them are recorded as undetermined."""
    graph, frame = network.graph, network.pipes
    pipe = np.flatnonzero(network.in_use & network.drains)
    row = graph.pipe_row[pipe]

    def numbers(name: str) -> Array:
        return np.asarray(frame[name].to_numpy(dtype=float)[row])

    flow, source = column(frame, "flow", row), column(frame, "flow_source", row)
    function, unknown = graph.pipe_function[pipe], np.full(len(pipe), None, dtype=object)
    recorded = is_recorded(flow=flow, function=unknown) & (source != INFERRED)
    level = np.full(len(pipe), np.nan)
    fact = flow_sense(flow=flow, function=unknown, invert_start_m=level, invert_end_m=level)
    fact[~recorded] = UNDETERMINED
    fact[pd.Series(function, dtype=object).isin(AS_DRAWN).to_numpy(dtype=bool)] = 1
    ground = np.full(graph.node_count, np.nan)
    there = graph.asset >= 0
    ground[there] = network.nodes["ground_m"].to_numpy(dtype=float)[graph.asset[there]]
    size = numbers("diameter_mm")
    box = np.sqrt(numbers("width_mm") * numbers("height_mm"))
    drains = DrainNetwork(
        start=graph.start[pipe],
        end=graph.end[pipe],
        length_m=graph.length_m[pipe],
        size_mm=np.where(np.isnan(size), box, size),
        invert_m=np.column_stack([numbers("invert_start_m"), numbers("invert_end_m")]),
        fact=fact,
        wet_only=np.asarray(function == "overflow", dtype=bool),
        ground_m=ground,
        is_exit=network.of_kinds(_EXITS),
        is_inlet=network.of_kinds(_INLETS),
    )
    return pipe, drains, recorded & (fact == UNDETERMINED)


def pipe_directions(
    network: TraceableNetwork, *, drawn_order: str = direction.LEARN, min_confidence: float = MIN_CONFIDENCE
) -> PipeDirections:
    """Infer the flow of the drains in use of a network.

    Parameters
    ----------
    drawn_order
        One of DRAWN_ORDERS.
    min_confidence
        Below it the flow is undetermined.

    Raises
    ------
    InputError
        When no drain is in use.
    """
    pipe, drains, stays_open = drains_of(network)
    if not len(pipe):
        raise InputError(tr("The network has no drains in use: there is no flow to infer."))
    found = infer_direction(drains, drawn_order)
    sense = np.where(stays_open | (found.confidence < min_confidence), UNDETERMINED, found.sense)
    words = np.array([FLOW_OF_SENSE[one] for one in (-1, 0, 1)], dtype=object)
    frame = pd.DataFrame(
        {
            "pipe_id": network.graph.pipe_id[pipe],
            "flow": words[sense + 1],
            "confidence": np.round(found.confidence, 3),
            "changed": (sense != network.sense[pipe]).astype(np.int64),
            "reasons": _reasons(found, drains, stays_open),
        }
    )
    dry = tuple(sorted(str(one) for one in network.graph.node_id[found.dry_exits]))
    inferred = (drains.fact == UNDETERMINED) & ~stays_open
    return PipeDirections(frame, inferred, found, drains, pipe, dry)


def _words(share: float) -> dict[str, str]:
    drawn = "" if np.isnan(share) else f"{100 * share:.0f}"
    return {
        direction.RECORDED: tr("recorded, or given by the function of the pipe"),
        direction.OWN: tr("its own inverts fall"),
        direction.BESIDE: tr("the levels at its two nodes fall"),
        direction.NEIGHBOURS: tr("water leaves every node, mostly by one drain"),
        direction.SURFACE: tr("the water's surface falls that way in the flat mesh"),
        direction.FORCED: tr("the only way to an exit"),
        direction.WAY: tr("leads nearer to an exit"),
        direction.KINDS: tr("the kinds of its ends"),
        direction.SIZES: tr("drains grow wider that way"),
        direction.DRAWN: tr(
            "drawn like this; {share} % of the drains with inverts are drawn downhill"
        ).format(share=drawn),
    }


def _reasons(found: Directions, drains: DrainNetwork, stays_open: Array) -> Array:
    """Return the reasons of each drain: what speaks for its sense, strongest first, then what against."""
    words = _words(found.drawn_right)
    names = list(found.evidence)
    value = np.stack([found.evidence[name] for name in names]) * found.sense
    certain = drains.fact != UNDETERMINED
    value[:, certain] = np.where(np.array(names) == direction.RECORDED, 1.0, 0.0)[:, None]
    size = np.abs(value)
    strength = np.where(size >= _TOLD, np.sign(value), 0).astype(np.int64)
    # One number for all that a sentence depends on; what is not worth a word has no place in it.
    many = len(names)
    digit_of = (2 * many + 1) ** np.arange(many - 1, -1, -1)
    key = np.zeros(value.shape[1], dtype=np.int64)
    for place, (one, rank) in enumerate(zip(strength, _ranks(size))):
        key += digit_of[rank] * np.where(one == 0, 0, 1 + place + many * (one < 0))
    flags = (found.reversed_to_reach, found.overruled, stays_open)
    for flag in flags:
        key = 2 * key + flag
    which, kinds = pd.factorize(key)
    first = np.empty(len(kinds), dtype=np.int64)
    first[which[::-1]] = np.arange(len(which))[::-1]
    order = np.argsort(-size[:, first], axis=0, kind="stable")
    sorted_strength = np.take_along_axis(strength[:, first], order, axis=0)
    keyed = np.column_stack([sorted_strength.T, order.T, *(flag[first] for flag in flags)])
    texts = np.array([_sentence(row.tolist(), names, words) for row in keyed], dtype=object)
    return np.asarray(texts[which])


def _ranks(size: Array) -> Array:
    """Return the place of each row in the falling order of each column, of equal ones the first first.

    By pairs of rows, of which there are few: sorting many short columns takes several times as long.
    """
    rank = np.zeros(size.shape, dtype=np.int8)
    for two in range(len(size)):
        for one in range(two):
            is_first = size[one] >= size[two]
            rank[two] += is_first
            rank[one] += ~is_first
    return rank


def _sentence(row: Sequence[int], names: Sequence[str], words: dict[str, str]) -> str:
    many = len(names)
    sign, order, (turned, overruled, stays_open) = row[:many], row[many : 2 * many], row[2 * many :]
    if stays_open:
        return tr("recorded as undetermined")
    parts = [words[names[place]] for one, place in zip(sign, order) if one > 0]
    against = [words[names[place]] for one, place in zip(sign, order) if one < 0]
    if turned:
        parts.insert(0, tr("reversed so that everything above reaches an exit"))
    if overruled:
        parts.insert(1, tr("strong evidence is overruled: check it on site"))
    if against:
        parts.append(tr("against it: {reasons}").format(reasons=joined(against)))
    return joined(parts) if parts else tr("no evidence")


@dataclass(frozen=True)
class CalibrationRow:
    """Of drains called with a confidence from ``low`` to ``high``: how many, and the share called right.

    ``right`` is None where nothing told which way they flow, so that none was called.
    """

    low: float
    high: float
    drains: int
    right: float | None


def calibration(told: PipeDirections, *, drawn_order: str = direction.LEARN) -> list[CalibrationRow]:
    """Hide the inverts of half of the drains that fall clearly, ask again, and compare."""
    drains = told.drains
    fall = drains.invert_m[:, 0] - drains.invert_m[:, 1]
    known = np.flatnonzero((np.abs(np.nan_to_num(fall)) > direction.CLEAR_M) & (drains.fact == UNDETERMINED))
    hidden = np.random.default_rng(_SEED).permutation(known)[: round(_HIDDEN * len(known))]
    invert = drains.invert_m.copy()
    invert[hidden] = np.nan
    found = infer_direction(replace(drains, invert_m=invert), drawn_order, graph=told.found.graph)
    right = found.sense[hidden] == np.sign(fall[hidden])
    sure = found.confidence[hidden]
    called = found.sense[hidden] != UNDETERMINED
    rows = []
    if not called.all():
        rows.append(CalibrationRow(BOUNDS[0], BOUNDS[0], int((~called).sum()), None))
    for low, high in zip(BOUNDS, BOUNDS[1:]):
        mask = called & (sure >= low) & ((sure < high) | (high == BOUNDS[-1]))
        if mask.any():
            rows.append(CalibrationRow(low, high, int(mask.sum()), float(right[mask].mean())))
    return rows
