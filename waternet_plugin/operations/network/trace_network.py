"""Follow the pipes of a network from a place and sum up what is on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.network.isolation import map_shapes
from waternet_plugin.core.network.tracing.longest_path import longest_way
from waternet_plugin.core.network.tracing.profile import Profile, profile
from waternet_plugin.core.network.tracing.trace import (
    TracePoint,
    trace,
    trace_point_at,
    trace_point_of,
)
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.network.tracing.trace_rules import SHORTEST, TO_SOURCE, Rules
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network.trace import figures_of, trace_report
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.network.point_input import parse_point
from waternet_plugin.operations.network.prepared_network import AnyNetwork, kept_if_read, prepared_for_traces
from waternet_plugin.operations.network.traced_customers import traced_customers

# What is said of each pipe besides its place in the trace.
_DESCRIBED = ("system", "diameter_mm", "width_mm", "height_mm", "material", "street")


@dataclass(frozen=True)
class TraceRequest:
    """Where a trace begins, how it goes, and where it ends.

    Parameters
    ----------
    start
        Id of a node or pipe (``node:`` or ``pipe:`` before it where both have it), or a point as ``x,y`` in
        the network's coordinates, m, or ``x,y [EPSG:…]``.
    rules
        Direction, barriers, limits.
    end
        Where the shortest way goes, written as the start.
    with_profile
        Whether the long profile is wanted; for a single way only, unless ``longest_way``.
    longest_way
        Of a trace that spreads, take the profile along the way to its farthest node.
    with_report
        Whether the report is wanted.

    Raises
    ------
    InputError
        For a trace that begins nowhere, and for rules that can't be used.
    """

    start: str
    rules: Rules = field(default_factory=Rules)
    end: str = ""
    with_profile: bool = False
    longest_way: bool = False
    with_report: bool = True

    def __post_init__(self) -> None:
        if not self.start:
            raise InputError(tr("START is missing. Give the id of a node or pipe, or a point."))
        kinds = domain("node_kind")
        unknown = [kind for kind in self.rules.stop_kinds if kind not in kinds]
        if unknown:
            message = tr("{name} “{value}” is not known. Choose one of: {known}.")
            raise InputError(message.format(name="STOP_KINDS", value=unknown[0], known=listed(kinds)))
        if self.rules.direction == SHORTEST and not self.end:
            raise InputError(tr("END is missing: the shortest way needs a destination."))
        if self.with_profile and not (self.longest_way or self.is_way):
            raise InputError(
                tr("A long profile needs a single way: choose the direction shortest or to_source.")
            )

    @property
    def is_way(self) -> bool:
        """Whether it is one way, not a spread."""
        return self.rules.direction in (SHORTEST, TO_SOURCE)


@dataclass(frozen=True)
class TraceResult:
    """What a trace found; frames with geometry have it in column ``geom``, in the network's CRS.

    Parameters
    ----------
    pipes, nodes
        As `trace.Trace` has them, with their places; pipes also with system, size, material and street.
    start
        Where it begins; None for a pipe without a line.
    ends
        Where and why it ends, as `trace_ends.find_ends` has it.
    profile
        The long profile; None where it was not asked for, or nothing was found to follow.
    way
        The pipes along the profile, as ``pipes`` has them.
    figures
        Sums along the trace by name.
    report
        The same on a page; None where it was not asked for.
    notes
        Sentences about what to know.
    """

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    start: Optional[shapely.Point]
    ends: gpd.GeoDataFrame
    profile: Optional[Profile]
    way: Optional[gpd.GeoDataFrame]
    figures: Mapping[str, Any]
    report: Optional[Report]
    notes: tuple[str, ...]


def rules_of(config: str, **given: Any) -> Rules:
    """Return the rules of a saved configuration, with others in place of some.

    Parameters
    ----------
    config
        A JSON text, or the path of a JSON file; '' for none.
    given
        Fields of `Rules` that go before those of the configuration.

    Raises
    ------
    InputError
        When the configuration can't be read, or a rule can't be used.
    """
    rules = Rules.of(_saved(config)) if config else Rules()
    return replace(rules, **given)


def _saved(text: str) -> dict[str, Any]:
    """Return a configuration written as JSON, or in a file."""
    path = Path(text)
    try:
        if not text.lstrip().startswith("{"):
            text = path.read_text(encoding="utf-8")
        saved = parse_json(text, unique_keys=True)
    except OSError as error:
        raise InputError(
            tr("CONFIG: {path} can't be read: {reason}.").format(path=path, reason=error.strerror)
        ) from None
    except ValueError as error:
        raise InputError(tr("CONFIG is not valid JSON: {reason}.").format(reason=error)) from None
    if not isinstance(saved, dict):
        raise InputError(
            tr("CONFIG must be a JSON object, such as {example}.").format(example='{"weather": "wet"}')
        )
    return saved


def trace_network(network: AnyNetwork, request: TraceRequest, progress: Progress = SILENT) -> TraceResult:
    """Return what a trace finds, with its sums; nothing is written.

    Raises
    ------
    InputError
        When a place is not in the network, or there is no way.
    """
    network = kept_if_read(network)
    with prepared_for_traces(network, progress.part(0.0, 0.8)) as ground:
        start = _place("START", request.start, ground, network.crs)
        end = _place("END", request.end, ground, network.crs) if request.end else None
        progress.at(0.8, tr("Tracing"))
        found = trace(ground, start, request.rules, end=end)
        along = traced_customers(network, ground, found)
        found = replace(found, notes=(*found.notes, *along.notes))
        reached, recorded = along.customers, along.is_recorded
        report = (
            trace_report(
                ground,
                found,
                reached,
                request.rules,
                recorded=recorded,
                start=request.start,
                network=network.title,
            )
            if request.with_report
            else None
        )
        way = None
        if request.with_profile and (request.is_way or len(found.pipes)):
            way = found if request.is_way else longest_way(ground, found, start)
        pipes, nodes = map_shapes.of_trace(ground, found)
        return TraceResult(
            pipes=_described(ground, pipes),
            nodes=nodes,
            start=_point(ground, start),
            ends=map_shapes.of_trace_nodes(ground, found.ends),
            profile=None if way is None else profile(ground, way),
            way=None if way is None else _described(ground, map_shapes.of_trace(ground, way)[0]),
            figures=figures_of(found, reached, recorded=recorded),
            report=report,
            notes=found.notes,
        )


def _described(ground: TraceableNetwork, pipes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return pipes with what is known of them."""
    row = ground.graph.pipe_row[pipes["pipe"].to_numpy(dtype=np.int64)]
    known = ground.pipes.iloc[row]
    return pipes.assign(**{name: known[name].to_numpy() for name in _DESCRIBED})


def _point(ground: TraceableNetwork, place: TracePoint) -> Optional[shapely.Point]:
    """Return a node's place, or the middle of a pipe; None for a pipe without a line."""
    graph = ground.graph
    if place.node >= 0:
        return shapely.Point(graph.x_m[place.node], graph.y_m[place.node])
    line = ground.lines[graph.pipe_row[[place.pipe]]][0]
    return (
        None if line is None or line.is_empty else shapely.line_interpolate_point(line, 0.5, normalized=True)
    )


def _place(name: str, text: str, ground: TraceableNetwork, crs: Any) -> TracePoint:
    """Return what a parameter means: an id goes before a point."""
    named = ground.graph.vertex_of(text) >= 0 or ground.graph.edge_of(text) >= 0
    numbers = text.partition("[")[0].split(",")
    if not named and len(numbers) == 2 and all(_is_number(part) for part in numbers):
        return trace_point_at(ground, *parse_point(name, text, crs), parameter=name)
    return trace_point_of(ground, text, parameter=name)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
