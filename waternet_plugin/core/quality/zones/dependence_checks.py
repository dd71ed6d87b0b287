"""What a metered area depends on: the pipes that no other leads round."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from waternet_plugin.core.dma.boundary import OPEN, UNKNOWN
from waternet_plugin.core.dma.verdict.inner_bridges import find_inner_bridges
from waternet_plugin.core.quality.context.check_context import Check, CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.quality.zones.zone_context import faults_of, only_with_zones


@only_with_zones
def single_ways(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield of each zone the pipe that most depends on, of those that no other leads round."""
    faults = subject.once(faults_of)
    boundary, tree = faults.boundary, faults.dma.zones
    found = find_inner_bridges(faults.dma, boundary)
    # A customer may stand for a building of many households.
    lost = np.maximum(found.customers, found.households)
    of_all = np.maximum(boundary.customers, boundary.households)[found.zone]
    # What cuts all of a zone with one inlet off is told of that inlet.
    told = (lost > 0) & (lost >= subject.settings.real("dma.bridge_share") * of_all)
    told &= ~((boundary.inlets[found.zone] == 1) & (lost >= of_all))
    # Where water may pass unmetered, who depends on what is known once that is mended.
    passed = np.sum([boundary.crossings.counted(state, tree.count) for state in (OPEN, UNKNOWN)], axis=0)
    told &= passed[found.zone] == 0
    rows = np.flatnonzero(told)
    ids = faults.dma.graph.pipe_id[found.pipe[rows]].astype(str)
    rows = rows[np.lexsort((ids, -lost[rows], found.zone[rows]))]
    rows = rows[np.unique(found.zone[rows], return_index=True)[1]]
    zones = tree.zone_id[found.zone[rows]]
    bridges = subject.pipes.found(
        "dma_inner_bridge",
        faults.dma.graph.pipe_row[found.pipe[rows]],
        with_assets={"zone": zones},
        values={"count": found.customers[rows].astype(int), "households": found.households[rows].astype(int)},
    )
    yield RuleFindings(
        bridges.rule,
        bridges.assets,
        bridges.x,
        bridges.y,
        bridges.values,
        zones=[(str(name),) for name in zones],
    )


CHECKS = (Check(("dma_inner_bridge",), single_ways),)
