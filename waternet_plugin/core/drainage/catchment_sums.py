"""What is summed up of the parts that drain to each outfall: areas, lengths, inlets, users, compounds."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.divided_ground.drained_parts import DrainedParts
from waternet_plugin.core.drainage.divided_ground.joined_parts import JoinedParts
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers
from waternet_plugin.core.drainage.outfall_sets import OutfallSets
from waternet_plugin.core.network.analysis.drain_flow import drain_flow, pipe_flow
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.model.row_groups import gather, slices

# How sure a flow is that nobody recorded: by inverts, and as the line is drawn.
BY_INVERTS, AS_DRAWN, UNDETERMINED = 0.9, 0.6, 0.5
SEPARATOR = ";"


def catchment_rows(
    subject: NetworkFrame,
    weather: str,
    outfalls: Array,
    parts: DrainedParts,
    joined: JoinedParts,
    ways: DrainWays,
    reached: OutfallSets,
) -> pd.DataFrame:
    """Return the catchments in one weather, outfalls in their order, those without any ground left out.

    Parameters
    ----------
    weather
        Its name, for the column.
    outfalls
        Vertices of the outfalls, rising.
    parts, joined
        The parts, and the groups of them that are joined: ``geom`` is the number of one.
    ways, reached
        The ways of water, and the outfalls that are reached.
    """
    sums = _SetSums(subject, parts, ways, reached)
    outfall, number = reached.by_outfall
    of = np.searchsorted(outfalls, outfall)

    def by_outfall(values: Array) -> Array:
        return np.bincount(of, values[number], minlength=len(outfalls))

    area = by_outfall(sums.area_m2)
    compounds, users = sums.compounds(of, number, len(outfalls))
    there = np.flatnonzero(area > 0)
    part, bounds = sums.parts(of, number, len(outfalls))
    groups = [joined.number(np.sort(part[bounds[row] : bounds[row + 1]])) for row in there.tolist()]
    rows: pd.DataFrame = pd.DataFrame(
        {
            "outfall_id": subject.vertex_ids(outfalls[there]),
            "weather": weather,
            "area_m2": area[there],
            "shared_m2": by_outfall(sums.area_m2 * sums.shared)[there],
            "length_m": by_outfall(sums.length_m)[there],
            "inlets": by_outfall(sums.inlets)[there].astype(np.int64),
            "users": (by_outfall(sums.users) + users)[there].astype(np.int64),
            "compounds": compounds[there],
            "confidence": by_outfall(sums.sure_area_m2)[there] / area[there],
            "geom": np.array(groups, dtype=np.int64),
        }
    )
    return rows


class _SetSums:
    """The parts by the set of outfalls that they reach, with what is summed up of each set."""

    def __init__(
        self, subject: NetworkFrame, parts: DrainedParts, ways: DrainWays, reached: OutfallSets
    ) -> None:
        self._subject, count = subject, len(reached.sets)
        of_part = reached.of_vertex[parts.vertex]
        area, sure = parts.area_m2, _confidence(subject, ways)
        self._bounds, self._order = gather(of_part, count)
        self.shared = np.array([len(one) > 1 for one in reached.sets])

        def by_set(numbers: Array, weight: Array | None = None) -> Array:
            return np.bincount(numbers, weight, minlength=count)

        self.area_m2, self.sure_area_m2 = by_set(of_part, area), by_set(of_part, area * sure[parts.vertex])
        _, edge = np.unique(ways.pipe, return_index=True)
        self.length_m = by_set(reached.of_vertex[ways.lower[edge]], ways.length_m[ways.pipe[edge]])
        self.inlets = by_set(reached.of_vertex[np.flatnonzero(subject.kind_among(("inlet",)))])
        drained = subject.once(DrainedCustomers)
        placed = drained.outlet.copy()
        # Those of a compound go with its ground.
        by_place = np.flatnonzero((drained.drain >= 0) & (drained.home < 0))
        placed[by_place] = subject.once(drain_flow).lower[drained.drain[by_place]]
        there = placed >= 0
        self.users = by_set(reached.of_vertex[placed[there]], drained.households[there])
        home = drained.home >= 0
        self._compounds = len(subject.rows("compound"))
        self._users_of = np.bincount(drained.home[home], drained.households[home], minlength=self._compounds)
        # Each compound with the sets that its parts have, sorted by set.
        inside, many = np.flatnonzero(parts.compound >= 0), max(self._compounds, 1)
        pairs = np.unique(of_part[inside] * np.int64(many) + parts.compound[inside])
        self._compound = pairs % many
        self._sets_of = np.bincount(self._compound, minlength=self._compounds)
        self._compounds_from = np.searchsorted(pairs // many, np.arange(count + 1))

    def parts(self, of: Array, sets: Array, count: int) -> tuple[Array, Array]:
        """Return the parts of ``count`` outfalls, one after the other, and where those of each begin and end.

        Told are pairs of an outfall, rising, and a set.
        """
        many = np.bincount(of, np.diff(self._bounds)[sets], minlength=count).astype(np.int64)
        return self._order[slices(self._bounds, sets)], np.append(0, np.cumsum(many))

    def compounds(self, of: Array, sets: Array, count: int) -> tuple[Array, Array]:
        """Return how many compounds of each type ``count`` outfalls have, and users.

        Told are pairs of an outfall and a set. The users are those of compounds with no part elsewhere.
        """
        size = self._compounds_from[sets + 1] - self._compounds_from[sets]
        compound = self._compound[slices(self._compounds_from, sets)]
        many = np.int64(max(self._compounds, 1))
        pair, parts = np.unique(np.repeat(of, size) * many + compound, return_counts=True)
        of, compound = pair // many, pair % many
        alone = parts == self._sets_of[compound]
        users = np.bincount(of[alone], self._users_of[compound[alone]], minlength=count)
        return self._by_type(of, compound, count), users

    def _by_type(self, of: Array, compound: Array, count: int) -> Array:
        """Return how many compounds there are of each type, most first; None where there are none."""
        types = self._subject.rows("compound").text("type")
        named = ["unknown" if one is None else str(one) for one in types]
        codes, words = pd.factorize(np.array(named, dtype=object))
        pair, number = np.unique(of * np.int64(len(words)) + codes[compound], return_counts=True)
        of, word = pair // len(words), words[pair % len(words)]
        order = np.lexsort((word.astype(str), -number, of))
        told = [f"{name} {many}" for name, many in zip(word[order].tolist(), number[order].tolist())]
        bounds = np.searchsorted(of[order], np.arange(count + 1)).tolist()
        texts = [f"{SEPARATOR} ".join(told[begin:end]) or None for begin, end in zip(bounds, bounds[1:])]
        return np.array(texts, dtype=object)


def _confidence(subject: NetworkFrame, ways: DrainWays) -> Array:
    """Return for each vertex the least confidence of the drains on its way to the nearest outfall."""
    towards, _outfall = ways.to_outfall
    begin = np.flatnonzero(towards >= 0)
    least = np.ones(len(towards))
    least[begin] = _sure(subject, ways.pipe_between(begin, towards[begin]))
    # Ever longer stretches of the way at once.
    ahead = np.where(towards >= 0, towards, np.arange(len(towards)))
    while True:
        least = np.minimum(least, least[ahead])
        further = ahead[ahead]
        if np.array_equal(further, ahead):
            return least
        ahead = further


def _sure(subject: NetworkFrame, drains: Array) -> Array:
    """Return how sure the flow of drains is."""
    flow = subject.once(pipe_flow)
    high, low, given = (
        subject.pipes.number(name)[drains] for name in ("invert_start_m", "invert_end_m", "flow_confidence")
    )
    with np.errstate(invalid="ignore"):
        told = np.where(np.isfinite(high - low) & (high != low), BY_INVERTS, AS_DRAWN)
    sure = np.where(flow.recorded[drains], np.where(np.isfinite(given), given, 1.0), told)
    return np.where(flow.one_way[drains], sure, UNDETERMINED)
