"""List the segments that isolation valves cut a network into, and the valves between them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd

from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation import map_shapes
from waternet_plugin.core.network.isolation.segment_ranking import rank_segments
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network.segments import segments_report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.prepared_network import AnyNetwork, prepared_for_isolation


@dataclass(frozen=True)
class SegmentsRequest:
    """How water may go between segments.

    Parameters
    ----------
    tanks_are_sources
        Whether tanks and service reservoirs feed the network.
    directed
        Whether check valves, pumps and pressure reducing valves let water through one way only.
    """

    tanks_are_sources: bool = True
    directed: bool = False


@dataclass(frozen=True)
class SegmentsResult:
    """Segments and valves as `ranking.Ranking` has them, with geometry in column ``geom``.

    Parameters
    ----------
    segments, valves
        The worst first.
    unintended
        How many segments cut off others with them.
    report
        The same on a page.
    """

    segments: gpd.GeoDataFrame
    valves: gpd.GeoDataFrame
    unintended: int
    report: Report


def valve_segments(
    network: AnyNetwork, request: SegmentsRequest, progress: Progress = SILENT
) -> SegmentsResult:
    """Return the segments and valves of a network; nothing is written."""
    with prepared_for_isolation(
        network,
        IsolationOptions(request.tanks_are_sources, request.directed),
        progress=progress.part(0.0, 0.65),
    ) as works:
        progress.at(0.65, tr("Finding what depends on each segment"))
        ranking = rank_segments(works, progress=progress.part(0.65, 1.0))
        return SegmentsResult(
            segments=map_shapes.of_segments(works, ranking.segments),
            valves=map_shapes.at_nodes(works, ranking.valves),
            unintended=int((ranking.segments["unintended_segments"] > 0).sum()),
            report=segments_report(works, ranking, network=network.title),
        )
