"""A network that is kept open: its graph follows edits without being built anew.

An edit changes the graph only where ends and assets lie near each other, share a vertex or name each other.
That region is joined again by the functions that build a whole graph; the rest stays. What hangs together
(components, blocks) is computed when it is asked for next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis import connectivity
from waternet_plugin.core.network.live.editable_rows import Edit, NodeRows, PipeRows
from waternet_plugin.core.network.live.growing_columns import Growing
from waternet_plugin.core.network.live.patching import (
    Renumbered,
    complete_findings,
    mapped_ends,
    mapped_rows,
    patched_adjacency,
    remaining_findings,
    renumber,
)
from waternet_plugin.core.network.live.region import GraphBefore, Region
from waternet_plugin.core.network.model.asset_positions import Placement, note_lonely, note_near_end, on_pipes
from waternet_plugin.core.network.model.end_coordinates import (
    find_nodes,
    named_ends,
    note_unknown,
)
from waternet_plugin.core.network.model.findings import FindingCollector, TopologyFindings, all_findings
from waternet_plugin.core.network.model.graph import (
    Graph,
    GraphBuild,
    Lookup,
    assets_of,
    build_graph,
    note_ends,
    note_loops,
    note_lost,
)
from waternet_plugin.core.network.model.joined_ends import Ends, JoinedEnds, NodeAssets, join, vertex_xy
from waternet_plugin.core.network.model.row_groups import placed, slices
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.shapes.packed_shapes import PackedShapes

# From this share of the rows on a fresh graph is sooner there.
LARGE = 0.02
FEW = 50
# Columns of pipes that joining looks at.
JOINING = ("system", "from_node", "to_node", "geom")


class LiveGraph:
    """A network with its graph, kept right by edits.

    Graphs and frames that it hands out share its columns: they are right until the next edit.

    Parameters
    ----------
    pipes, nodes
        The rows, with what `build_graph` asks of them; further columns are kept along.
    tolerance_m, settings, progress
        As `build_graph` takes them.
    """

    def __init__(
        self,
        pipes: PipeRows,
        nodes: NodeRows,
        *,
        tolerance_m: float | None = None,
        settings: Settings | None = None,
        progress: Progress = SILENT,
    ) -> None:
        self._settings = Settings() if settings is None else settings
        if tolerance_m is None:
            tolerance_m = self._settings.real("network.tolerance_m")
        self._tolerance_m = tolerance_m
        # How often the ends of pipes were joined in another way.
        self.joint_edits = 0
        self._open(pipes, nodes, progress)

    def _open(self, pipes: PipeRows, nodes: NodeRows, progress: Progress) -> None:
        connected = build_graph(
            pipes.to_join(),
            nodes.to_join(),
            tolerance_m=self._tolerance_m,
            settings=self._settings,
            progress=progress.part(0.0, 0.7),
        )
        graph = connected.graph
        self.joint_edits += 1
        self._blocks: connectivity.Connectivity | None = None
        self._pipes, self._nodes = pipes, nodes
        names = pipes.name_once(graph.node_id[graph.start], graph.node_id[graph.end])
        self._missing = {name for name in names if name not in nodes.row_of}
        self._vertex = Growing(np.stack([graph.start, graph.end], axis=1))
        self._gap = Growing(connected.gap_m)
        self._where = Growing(np.stack([graph.x_m, graph.y_m], axis=1))
        self._names = tuple(Growing(values) for values in (graph.node_id, graph.kind, graph.asset))
        placement, findings = connected.placement, connected.findings
        self._standing, self._on = Growing(placement.vertex), Growing(placement.pipe)
        self._along, self._beside_m = Growing(placement.along_m), Growing(placement.distance_m)
        indptr, neighbour, _pipe = graph.adjacency()
        self._adjacency = (indptr, graph.gathered[1], neighbour)
        lookup = None
        if pipes.has_ids and nodes.has_ids:
            lookup = Lookup(self._adjacency, nodes.row_of, pipes.row_of)
        # What placed the nodes is needed no more: it holds the places of all ends and assets.
        self._connected = GraphBuild(
            replace(graph, length_m=pipes.length_m, lookup=lookup),
            connected.gap_m,
            self._tolerance_m,
            lambda: (placement, findings),
        )
        progress.at(1.0)

    @property
    def connected(self) -> GraphBuild:
        """The graph with its findings; right until the next edit."""
        return self._connected

    @property
    def graph(self) -> Graph:
        """The graph; right until the next edit."""
        return self._connected.graph

    @property
    def pipes(self) -> pd.DataFrame:
        """The pipes, row by row those of the graph, with all their lines; right until the next edit."""
        return self._pipes.frame()

    @property
    def nodes(self) -> pd.DataFrame:
        """The nodes, row by row the first vertices of the graph, with all their places; right until the next
        edit.
        """
        return self._nodes.frame()

    @property
    def pipe_columns(self) -> pd.DataFrame:
        """The pipes without their lines; right until the next edit."""
        return self._pipes.columns.frame()

    @property
    def node_columns(self) -> pd.DataFrame:
        """The nodes without their places; right until the next edit."""
        return self._nodes.columns.frame()

    @property
    def lines(self) -> PackedShapes:
        """The lines of the pipes; right until the next edit."""
        return self._pipes.shapes

    def values(self, table: str, ids: Sequence[str], names: Iterable[str]) -> dict[str, Array] | None:
        """Return columns of some rows by their ids, those that are kept; None where a row is not there."""
        rows = {"pipe": self._pipes, "node": self._nodes}[table]
        numbers = [rows.row_of.get(key, -1) for key in ids]
        if -1 in numbers:
            return None
        at = np.array(numbers, dtype=np.int64)
        columns = {name: rows.values(name, at) for name in names}
        return {name: values for name, values in columns.items() if values is not None}

    def blocks(self) -> connectivity.Connectivity:
        """Return components, bridges, articulation points and blocks, computed once after an edit."""
        if self._blocks is None:
            self._blocks = connectivity.blocks(self.graph)
        return self._blocks

    def edit(
        self,
        *,
        pipes: pd.DataFrame | None = None,
        nodes: pd.DataFrame | None = None,
        gone_pipes: Iterable[str] = (),
        gone_nodes: Iterable[str] = (),
    ) -> GraphBuild:
        """Follow an edit and return the new graph.

        Parameters
        ----------
        pipes, nodes
            Rows that were changed or are new, as they are now, told apart by their ids. Columns that are
            not there stay as they were.
        gone_pipes, gone_nodes
            Ids of rows that are no more; ids that never were are passed over.
        """
        pipe_edit, node_edit = self._pipes.edit(pipes, gone_pipes), self._nodes.edit(nodes, gone_nodes)
        touched = pipe_edit.touched + node_edit.touched
        if not touched:
            return self._connected
        self._blocks = None
        few = touched <= max(FEW, LARGE * (len(self._pipes) + len(self._nodes)))
        # Rows without an id of their own can't be told apart.
        if few and self._pipes.has_ids and self._nodes.has_ids:
            patch = self._rewrite if self._leaves_joints(pipe_edit, node_edit) else self._patch
            self._connected = patch(pipe_edit, node_edit)
        else:
            self._pipes.write_frame(pipe_edit)
            self._nodes.write_frame(node_edit)
            self._open(PipeRows(self.pipes), NodeRows(self.nodes), SILENT)
        return self._connected

    def _leaves_joints(self, pipe_edit: Edit, node_edit: Edit) -> bool:
        """Return whether an edit changes nothing that joining looks at."""
        changed = pipe_edit.changed
        if node_edit.touched or pipe_edit.touched > len(changed):
            return False
        same = self._pipes.equal(changed, pipe_edit.frame, np.arange(len(changed)), JOINING)
        return bool(same.all())

    def _rewrite(self, pipe_edit: Edit, node_edit: Edit) -> GraphBuild:
        """Follow an edit that leaves all joints."""
        self._pipes.write(pipe_edit)
        nothing = np.empty(0, dtype=np.int64)
        numbers = Renumbered(self.graph.node_count, nothing, nothing, nothing)
        return self._finished(self._connected.findings, numbers, node_edit)

    def _patch(self, pipe_edit: Edit, node_edit: Edit) -> GraphBuild:
        indptr, members, _neighbour = self._adjacency
        before = GraphBefore(
            self._pipes, self._nodes, self._vertex.values.reshape(-1), indptr, members, self._tolerance_m
        )
        awaited = self._missing.intersection(node_edit.new_ids("node_id"))
        region = before.region(pipe_edit, node_edit, awaited)
        unjoined = np.flatnonzero(self._standing.values < 0)
        lonely = before.lonely(pipe_edit, unjoined, self._on.values[unjoined])
        vertices, assets_before = self.graph.node_count, len(self._nodes)
        self._pipes.write(pipe_edit)
        self._nodes.write(node_edit)
        self._note_missing(pipe_edit, node_edit)
        rows = pipe_edit.after
        ends = np.union1d(mapped_ends(region.ends, pipe_edit.slots), np.concatenate([2 * rows, 2 * rows + 1]))
        assets = np.union1d(mapped_rows(region.assets, node_edit.slots), node_edit.after)

        notes = FindingCollector()
        joined, local_ends, local_assets = self._join(ends, assets, notes)
        old = self._vertex.values.reshape(-1)[region.ends]
        freed = np.unique(old[old >= assets_before])
        more = joined.size - len(assets)
        numbers = renumber(vertices, assets_before, freed, node_edit.slots, more)
        own = np.concatenate([assets, numbers.fresh])
        self._set_vertices(region, numbers, ends, own[joined.vertex], pipe_edit)
        gap = self._set_places(
            vertex_xy(joined, local_ends, local_assets), local_ends.xy, own, joined.vertex, numbers
        )
        self._gap.shift(pipe_edit.slots)
        self._gap.values.reshape(-1)[ends] = gap
        note_ends(gap, local_ends, self._settings.real("network.id_distance_m"), notes)
        note_lost(local_assets, notes)
        degree = np.bincount(joined.vertex, minlength=joined.size)
        stands = np.where(degree[: len(assets)] > 0, np.arange(len(assets)), joined.near_vertex)
        note_near_end(local_assets, stands, degree, notes)

        self._renumber_placement(numbers, pipe_edit, node_edit)
        self._standing.values[assets] = np.where(stands >= 0, own[stands], -1)
        for values, nothing in ((self._on, -1), (self._along, np.nan), (self._beside_m, np.nan)):
            values.values[assets] = nothing
        alone = np.union1d(assets[stands < 0], mapped_rows(lonely, node_edit.slots))
        alone = alone[(self._standing.values[alone] < 0) & placed(self._nodes.xy[alone])]
        old_findings = self._connected.findings
        group = int(old_findings.group.max(initial=-1)) + 1
        findings = all_findings(
            remaining_findings(old_findings, region, lonely, pipe_edit.slots, node_edit.slots),
            complete_findings(notes.findings(), ends, assets, group),
            self._found_lonely(alone),
            self._found_loops(np.unique(ends >> 1)),
        )
        return self._finished(findings, numbers, node_edit)

    def _note_missing(self, pipe_edit: Edit, node_edit: Edit) -> None:
        """Note the names that ends may be waiting for; one too many does no harm."""
        known = self._nodes.row_of
        self._missing.update(name for name in named_ends(pipe_edit.frame) if name and name not in known)
        self._missing.update(node_edit.gone_ids)

    # The region joined again.

    def _join(
        self, ends: Array, assets: Array, notes: FindingCollector
    ) -> tuple[JoinedEnds, Ends, NodeAssets]:
        systems = self._pipes.columns["system"][ends >> 1]
        codes, names = pd.factorize(pd.Series(systems, dtype=object), sort=True)
        local_assets = assets_of(
            TableRows("node", self._nodes.at(assets)),
            np.asarray(names, dtype=object),
            self._settings,
            xy=self._nodes.xy[assets],
        )
        xy = self._pipes.xy[ends]
        named, unknown = find_nodes(self._pipes.named(ends), local_assets.node_id, local_assets.xy, notes)
        note_unknown(unknown, xy, notes)
        local_ends = Ends(xy, np.where(codes < 0, len(names), codes), named)
        joined = join(
            local_ends,
            local_assets,
            tolerance_m=self._tolerance_m,
            coincident_m=self._settings.real("network.same_place_m"),
            near_m=self._settings.real("network.tolerance_m"),
            notes=notes,
        )
        return joined, local_ends, local_assets

    def _set_vertices(
        self, region: Region, numbers: Renumbered, ends: Array, vertex: Array, pipe_edit: Edit
    ) -> None:
        """Write the vertices of ends and patch the adjacency."""
        slots = pipe_edit.slots
        indptr, members, _neighbour = self._adjacency
        old = self._vertex.values.reshape(-1)
        moved = numbers.moved_from[numbers.moved_from < len(indptr) - 1]
        at_moved = members[slices(indptr, moved)].astype(np.int64)
        changed_ends = np.concatenate([region.ends, 2 * slots.moved_from, 2 * slots.moved_from + 1, at_moved])
        # Where an end changes, its pipe's other end has another neighbour.
        changed_ends = np.union1d(changed_ends, changed_ends ^ 1)
        gone_vertex = old[changed_ends]
        stay = ~np.isin(changed_ends >> 1, slots.gone)
        come, come_vertex = mapped_ends(changed_ends, slots), numbers.mapped(gone_vertex[stay])
        every = np.union1d(come, ends)
        is_same = not len(slots.gone) and not len(slots.new)
        before = old[every] if is_same else None
        self._vertex.shift(slots)
        new = self._vertex.values.reshape(-1)
        new[come] = come_vertex
        new[ends] = vertex
        come = every
        self.joint_edits += before is None or not np.array_equal(before, new[come])
        self._adjacency = patched_adjacency(
            self._adjacency, changed_ends, gone_vertex, come, new[come], new[come ^ 1], numbers.size
        )

    def _set_places(self, where: Array, ends: Array, own: Array, vertex: Array, numbers: Renumbered) -> Array:
        """Write the places of vertices; return the gaps of the region's ends, m.

        Parameters
        ----------
        where, own
            Places of the region's vertices, m, and their numbers in the graph.
        ends, vertex
            Places of the region's ends, m, and the vertex of each among the region's.
        numbers
            How vertices are numbered after the edit.
        """
        stay = self._where.values[numbers.moved_from]
        self._where.resize(numbers.size)
        self._where.values[numbers.moved_to] = stay
        self._where.values[own] = where
        return np.asarray(np.hypot(*(ends - where[vertex]).T))

    # How nodes stand to pipes.

    def _renumber_placement(self, numbers: Renumbered, pipe_edit: Edit, node_edit: Edit) -> None:
        """Let the placement of nodes follow moved rows and vertices."""
        for growing in (self._standing, self._on, self._along, self._beside_m):
            growing.shift(node_edit.slots)
        for growing, slots in ((self._standing, numbers), (self._on, pipe_edit.slots)):
            if len(slots.moved_from):
                moved = np.flatnonzero(np.isin(growing.values, slots.moved_from))
                growing.values[moved] = slots.mapped(growing.values[moved])

    def _found_lonely(self, rows: Array) -> TopologyFindings:
        """Place nodes at no vertex on or off pipes; return what is to be told."""
        notes = FindingCollector()
        if len(rows):
            pipes = self._pipes.near_lines(self._nodes.xy[rows], self._tolerance_m)
            system = pd.Series(self._pipes.columns["system"][pipes], dtype=object)
            codes, names = pd.factorize(system, sort=True)
            assets = assets_of(
                TableRows("node", self._nodes.at(rows)),
                np.asarray(names, dtype=object),
                self._settings,
                xy=self._nodes.xy[rows],
            )
            row_numbers = np.arange(len(rows))
            pipe, along, distance = on_pipes(
                assets,
                row_numbers,
                self._pipes.shapes[pipes],
                self._pipes.ids[pipes],
                np.where(codes < 0, len(names), codes),
                tolerance_m=self._tolerance_m,
            )
            on = pipe >= 0
            pipe[on] = pipes[pipe[on]]
            self._on.values[rows], self._along.values[rows] = pipe, along
            self._beside_m.values[rows] = distance
            note_lonely(assets, row_numbers, pipe, distance, notes)
        findings = notes.findings()
        return complete_findings(findings, np.zeros(0, dtype=np.int64), rows, 0)

    def _found_loops(self, pipes: Array) -> TopologyFindings:
        notes = FindingCollector()
        vertex, xy = self._vertex.values[pipes], self._pipes.xy.reshape(-1, 2, 2)[pipes]
        note_loops(vertex, xy.reshape(-1, 2), notes)
        findings = notes.findings()
        findings.pipe[:] = pipes[findings.pipe]
        return findings

    def _finished(self, findings: TopologyFindings, numbers: Renumbered, node_edit: Edit) -> GraphBuild:
        """Return the graph as it is now."""
        where, node_count = self._where.values, len(self._nodes)
        rows = np.concatenate([node_edit.after, node_edit.slots.moved_to])
        others = np.concatenate([numbers.fresh, numbers.moved_to[numbers.moved_to >= node_count]])
        texts, own = self._pipes.columns, self._nodes.columns
        values = (own["node_id"][rows], own["kind"][rows], rows)
        for growing, column, nothing in zip(self._names, values, (None, None, -1)):
            growing.resize(numbers.size)
            growing.values[others] = nothing
            growing.values[rows] = column
        node_id, kind, asset = (growing.values for growing in self._names)
        graph = Graph(
            pipe_id=texts["pipe_id"],
            pipe_system=texts["system"],
            pipe_function=texts["function"],
            pipe_status=texts["status"],
            start=self._vertex.values[:, 0],
            end=self._vertex.values[:, 1],
            length_m=self._pipes.length_m,
            pipe_row=np.arange(len(self._pipes)),
            node_id=node_id,
            kind=kind,
            asset=asset,
            x_m=where[:, 0],
            y_m=where[:, 1],
            lookup=Lookup(self._adjacency, self._nodes.row_of, self._pipes.row_of),
        )
        placement = Placement(
            self._standing.values, self._on.values, self._along.values, self._beside_m.values
        )
        return GraphBuild(graph, self._gap.values, self._tolerance_m, lambda: (placement, findings))
