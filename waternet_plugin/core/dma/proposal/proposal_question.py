"""What all solutions of a proposal share: pipes, sizes, bounds, prices, and how zones become a proposal."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.crossings.boundary_devices import DevicePrices, device_prices
from waternet_plugin.core.dma.proposal.crossings.inlet_choice import choose_inlets, way_widths
from waternet_plugin.core.dma.proposal.crossings.one_way_supply import OneWaySupply
from waternet_plugin.core.dma.proposal.crossings.zone_regions import zone_regions
from waternet_plugin.core.dma.proposal.divisible_pipes import DivisiblePipes, divisible_pipes, pipe_sizes
from waternet_plugin.core.dma.proposal.partition.two_way_moves import SizeBounds
from waternet_plugin.core.dma.proposal.proposal_options import (
    CHEAPEST,
    MOST_EVEN,
    ProposalOptions,
)
from waternet_plugin.core.dma.proposal.proposed_zones import Proposal, ProposalBasis, build_proposal
from waternet_plugin.core.dma.proposal.zone_counts import ZoneCounts, zone_counts
from waternet_plugin.core.dma.proposal.zone_search import NONE, SearchTask
from waternet_plugin.core.dma.proposal.zone_units import ZoneUnits, compound_numbers
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

# A cut that costs most counts as so much more than one of no cost, where devices are counted.
_PRICE_SHARE = 0.02
# How far the sizes of the most even solution should lie from the mean.
_EVEN_SHARE = 0.1


class ProposalQuestion:
    """What all solutions share.

    Parameters
    ----------
    options
        What is asked.
    settings
        Prices and kinds in force.

    Raises
    ------
    InputError
        When no number of zones keeps the bounds.
    """

    def __init__(self, model: DmaModel, options: ProposalOptions, settings: Settings) -> None:
        dma = model.dma
        self.model, self.options = model, options
        self.fixed = _fixed_zones(model, options)
        self.pipes: DivisiblePipes = divisible_pipes(dma, options.trunk_dn_mm, self.fixed)
        self.prices: DevicePrices = device_prices(model, settings)
        pipes = self.pipes
        self.size = pipe_sizes(dma, options.size_by)[pipes.pipe]
        supplied = np.zeros(pipes.part_count, dtype=bool)
        supplied[pipes.part[pipes.supplied[pipes.pipe]]] = True
        sums = np.bincount(pipes.part, self.size, minlength=pipes.part_count)
        of_size = np.where(supplied[pipes.part], self.size, 0.0)
        largest = float(of_size.max(initial=0.0))
        # Of equal ones the first by id.
        ids = model.graph.pipe_id[pipes.pipe[of_size == largest]].astype(str)
        self.counts: ZoneCounts = zone_counts(options, sums, supplied, largest, min(ids, default=""))
        compound = compound_numbers(column(model.pipes, "compound_id")[model.graph.pipe_row[pipes.pipe]])
        self.task = SearchTask(pipes, self.size, compound, self.counts)
        nodes = np.stack([model.graph.start[pipes.pipe], model.graph.end[pipes.pipe]], axis=1)
        self.price = self.prices.closing(np.repeat(pipes.pipe[:, None], 2, axis=1), nodes)
        self.width = way_widths(dma)
        self.supply = OneWaySupply(model)
        of_pipe = np.full(model.graph.pipe_count, NONE, dtype=np.int64)
        of_pipe[pipes.pipe] = pipes.part
        self.basis = ProposalBasis(
            model, self.fixed, of_pipe, supplied, pipes.trunk, pipe_sizes(dma, options.size_by), self.prices
        )

    def cut_ends(self, solution: str) -> Array:
        """Return what cutting each pipe at both ends costs, for one objective (F, 2)."""
        highest = max(float(self.price.max(initial=0.0)), 1e-9)
        if solution == CHEAPEST:
            return np.asarray(self.price / max(float(np.median(self.price)), 1e-9) + 1e-6)
        return np.asarray(1.0 + _PRICE_SHARE * self.price / highest)

    def tight(self, solution: str) -> SizeBounds | None:
        """Return the closer bounds of an objective."""
        if solution != MOST_EVEN:
            return None
        bounds, counts = self.counts.bounds, self.counts
        mean = float(np.bincount(self.pipes.part, self.size)[counts.parts > 0].sum()) / counts.count
        low, high = mean * (1 - _EVEN_SHARE), mean * (1 + _EVEN_SHARE)
        return SizeBounds(max(bounds.least, min(low, bounds.most)), min(bounds.most, max(high, bounds.least)))

    def proposal(self, units: ZoneUnits, zone: Array) -> Proposal:
        """Return zones with inlets, devices and prices."""
        dma, pipes, counts = self.model.dma, self.pipes, self.counts
        number = _numbered(zone[units.pipe_unit], counts.count)
        zone_numbers = np.where(zone >= 0, number[np.maximum(zone, 0)], NONE)
        of_pipe = np.full(dma.graph.pipe_count, NONE, dtype=np.int64)
        of_pipe[pipes.pipe] = zone_numbers[units.pipe_unit]
        of_node = np.full(dma.graph.node_count, NONE, dtype=np.int64)
        shared = np.flatnonzero(pipes.shared)
        of_node[pipes.node[shared]] = zone_numbers[units.vertex_unit[shared]]
        regions = zone_regions(dma, of_pipe, counts.count, self.fixed, of_node)
        width, most = self.width[regions.pipe], self.options.max_inlets
        graph = dma.graph
        far = np.where(
            graph.start[regions.pipe] == regions.node, graph.end[regions.pipe], graph.start[regions.pipe]
        )

        def mend(into: Array) -> None:
            self.supply.mend(regions, into, width, far, most)

        into = choose_inlets(regions, width, most, mend if self.supply.is_needed else None)
        return build_proposal(self.basis, regions, into)


def _fixed_zones(model: DmaModel, options: ProposalOptions) -> Array:
    numbers = model.dma.zones.numbers(np.array(options.fixed_zones, dtype=object))
    unknown = [name for name, number in zip(options.fixed_zones, numbers.tolist()) if number < 0]
    if unknown:
        raise InputError(
            tr("There is no metered area “{zone}” to keep (FIXED_ZONES). Check its id.").format(
                zone=unknown[0]
            )
        )
    # What lies in a zone of a fixed one belongs to it.
    is_fixed = model.dma.zones.ancestors[numbers].any(axis=0) if len(numbers) else np.zeros(0, dtype=bool)
    return np.flatnonzero(is_fixed)


def _numbered(zone: Array, count: int) -> Array:
    """Return new numbers of zones, in the order of their first pipes."""
    names, first = np.unique(zone[zone >= 0], return_index=True)
    number = np.zeros(count, dtype=np.int64)
    number[names[np.argsort(first, kind="stable")]] = np.arange(len(names))
    return number
