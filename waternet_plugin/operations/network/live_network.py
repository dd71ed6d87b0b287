"""A network kept in memory for questions, and kept right by its change log.

It is read whole at the first question. At every other one the rows that were edited since are read and the
graph follows them, whoever edited: a form, an import, a repair, an undo.
"""

from __future__ import annotations

import datetime
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin import store
from waternet_plugin.core import texts
from waternet_plugin.core.dma import dma_network
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.network.analysis import drain_flow
from waternet_plugin.core.network.analysis.flow_elements import AS_DRAWN, IsolationOptions
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.network.isolation.isolation_model import IsolationModel
from waternet_plugin.core.network.live import logged_updates, trace_reuse
from waternet_plugin.core.network.live.cache_reuse import Snapshot, are_equal
from waternet_plugin.core.network.live.editable_rows import DrawnRows, EditableRows, NodeRows, PipeRows
from waternet_plugin.core.network.live.live_graph import LiveGraph
from waternet_plugin.core.network.model.customers import with_supply
from waternet_plugin.core.network.tracing import trace_graph
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality import checking
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.context.rule_findings import RuleFindings
from waternet_plugin.core.reports.health import statistics
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.texts import tr
from waternet_plugin.store.addresses import NetworkAddress, parse
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import BEGINNING, EditsSince

# How long to wait for another question before looking whether this one was cancelled, in seconds.
_PATIENCE_S = 0.2
# Different sets of broken and thought-of valves that stay ready.
_MOST_WORKS = 3
# How many rows of a table are read one by one; with more, everything is read anew.
_MANY_IDS = 5000
# Settings that a graph is made with.
_SETTINGS = "network."
# What says how long pipes are and where.
_DRAWN = ("length_m", "geom")
# What says, with its line, which customers a pipe supplies.
_SUPPLYING = ("system", "status", "function")


def _columns(*lists: Iterable[str]) -> list[str]:
    """Return names in their order, each once."""
    return list(dict.fromkeys(name for each in lists for name in each))


_COLUMNS = {
    "pipe": _columns(
        trace_graph.PIPE_COLUMNS, isolation_model.PIPE_COLUMNS, dma_network.PIPE_COLUMNS, statistics.COLUMNS
    ),
    "node": _columns(trace_graph.NODE_COLUMNS, isolation_model.NODE_COLUMNS, dma_network.NODE_COLUMNS),
    "customer": _columns(isolation_model.CUSTOMER_COLUMNS, drain_flow.WAY_COLUMNS["customer"]),
}
_DRAWN_ROWS: Mapping[str, Callable[[pd.DataFrame, Any], DrawnRows]] = {"pipe": PipeRows, "node": NodeRows}


def _frame_of(network: Network, table: str, columns: Sequence[str]) -> pd.DataFrame:
    """Read the rows of a table."""
    return network.read_compact(table, columns) if table in _DRAWN_ROWS else network.read(table, columns)


def _rows_of(network: Network, table: str, frame: pd.DataFrame) -> EditableRows:
    """Return the rows of a table as they are kept."""
    drawn = _DRAWN_ROWS.get(table)
    return EditableRows(frame, (f"{table}_id",)) if drawn is None else drawn(frame, network.crs)


class LiveNetwork:
    """One network, ready for questions.

    To be used in tasks, by one at a time: `answering` waits for its turn.

    Parameters
    ----------
    uri
        Where the network is.
    most_followed
        Rows of a table that may have changed; with more of them the network is read again.
    """

    def __init__(self, uri: str, *, most_followed: int = _MANY_IDS) -> None:
        self.uri, self._most_followed = uri, most_followed
        self._turn = threading.Lock()
        self._network: Optional[Network] = None
        self._held: Optional[LiveGraph] = None
        self._customers: Optional[EditableRows] = None
        self._supplied: Optional[pd.DataFrame] = None
        # Up to where edits were followed.
        self._position = BEGINNING
        self._overrides: dict[str, str] = {}
        self._settings = Settings()
        self._ground: Optional[TraceableNetwork] = None
        self._works: dict[IsolationOptions, IsolationModel] = {}
        self._nearby: Optional[NearbyNetwork] = None
        # Pipes edited since ways and segments were asked for, whose edits left these as they are.
        self._behind: set[str] = set()
        self._zones: Optional[pd.DataFrame] = None
        self._dma: Optional[DmaModel] = None
        self._drains: Optional[CheckContext] = None
        self._parts: dict[tuple[Any, ...], list[RuleFindings]] = {}
        self.crs: Any = None
        self.name = self.title = ""

    @property
    def is_ready(self) -> bool:
        """Whether the network was read."""
        return self._held is not None

    @contextmanager
    def answering(self, progress: Progress = SILENT) -> Iterator[LiveNetwork]:
        """Wait for one's turn and have the network as it is on disk, while the block lasts."""
        while not self._turn.acquire(timeout=_PATIENCE_S):
            progress.at(0.0, tr("Waiting for another query"))
        try:
            self._catch_up(progress)
            yield self
        finally:
            self._turn.release()

    def _catch_up(self, progress: Progress) -> None:
        if self._network is not None and self._is_followed(self._network):
            return
        network = self._opened()
        with network.reading_together():
            overrides = self._noted(network)
        self._read(network, overrides, progress)

    @uncollected()
    def _is_followed(self, network: Network) -> bool:
        """Follow a network that was opened before; return whether nothing need be read anew."""
        with network.reading_together(is_followed=True):
            # Another one may lie in the same place by now, such as a backup.
            if network.is_replaced():
                self._network = None
                return False
            overrides = self._noted(network)
            return self._held is not None and overrides == self._overrides and self._caught_up(network)

    def _noted(self, network: Network) -> dict[str, str]:
        """Note what a network is called and where it lies; return the settings that a graph is made with."""
        self.crs, self.name, self.title = network.crs, network.name, network.title
        return {key: value for key, value in network.facts().items() if key.startswith(_SETTINGS)}

    def _caught_up(self, network: Network) -> bool:
        """Follow what was edited; return whether that is enough, and the network need not be read anew."""
        changed = network.changed(self._position, boxes=False)
        # It may have been replaced a moment ago.
        if not changed.is_known:
            self._network = None
            return False
        if changed.complete or any(len(ids) > self._most_followed for ids in changed.assets.values()):
            return False
        try:
            self._follow(network, changed)
        except BaseException:
            # Half an edit is none: read anew next time.
            self._held = None
            raise
        self._position = changed.position
        return True

    def _opened(self) -> Network:
        """Return the network; looked through for damage when it is opened."""
        if self._network is None:
            self._network = store.open_network(self.uri)
        return self._network

    def _forget_answers(self) -> None:
        self._forget_ways()
        self._parts = {}
        self._dma = self._drains = self._supplied = None

    def _forget_ways(self) -> None:
        self._ground, self._works, self._nearby = None, {}, None
        self._behind.clear()

    def _read(self, network: Network, overrides: dict[str, str], progress: Progress) -> None:
        """Read the whole network."""
        self._held = None
        self._forget_answers()
        # Before the tables: what is written meanwhile is read twice, not missed.
        position = network.position()
        self._settings = network.settings()
        progress.at(0.0, tr("Reading the network"))
        rows: dict[str, Any] = {}
        # One table is read while the rows of the one before it are sorted.
        with ThreadPoolExecutor(1, "waternet-reading") as reader:
            frames = {
                table: reader.submit(_frame_of, network, table, columns)
                for table, columns in _COLUMNS.items()
            }
            try:
                for share, (table, frame) in enumerate(frames.items(), 1):
                    rows[table] = _rows_of(network, table, frame.result())
                    progress.at(share / 6)
            finally:
                # Whoever cancels waits for no table that was not begun.
                for frame in frames.values():
                    frame.cancel()
        progress.at(0.5, tr("Connecting pipes"))
        held = LiveGraph(
            rows["pipe"], rows["node"], settings=self._settings, progress=progress.part(0.5, 0.9)
        )
        self._customers = rows["customer"]
        self._zones = network.read("zone", list(dma_network.ZONE_COLUMNS), geometry=False)
        self._position, self._overrides = position, overrides
        self._held = held

    def _updated_pipes(self, network: Network, changed: EditsSince) -> Optional[pd.DataFrame]:
        """Return the edited pipes where the log tells all of them, None where they have to be read."""
        assert self._held is not None
        if "pipe" not in changed.updates or "node" in changed.assets:
            return None
        updates, codes = changed.updates["pipe"], network.own_codes()
        return logged_updates.updated_pipes(self._held, updates, _COLUMNS["pipe"], codes)

    def _follow(self, network: Network, changed: EditsSince) -> None:
        """Follow edits of rows."""
        assert self._held is not None and self._customers is not None
        assets = changed.assets
        frames: dict[str, pd.DataFrame] = {}
        gone: dict[str, list[str]] = {}
        updated = self._updated_pipes(network, changed)
        for table, columns in _COLUMNS.items():
            ids = assets.get(table, ())
            if table == "pipe" and updated is not None:
                frames[table] = updated
            elif ids:
                frames[table] = network.read(table, columns, ids=ids)
                there = set(frames[table][f"{table}_id"])
                gone[table] = [one for one in ids if one not in there]
        held = self._held
        before = held.connected
        snapshot = (
            Snapshot.of(held, assets) if self._works or self._ground is not None or self._parts else None
        )
        pipes = assets.get("pipe", ())
        # Lines and lengths stay as they are where the log tells all.
        lines = _DRAWN if updated is None else ()
        drawn, supplying = held.values("pipe", pipes, lines), held.values("pipe", pipes, _SUPPLYING)
        after = held.edit(
            pipes=frames.get("pipe"),
            nodes=frames.get("node"),
            gone_pipes=gone.get("pipe", ()),
            gone_nodes=gone.get("node", ()),
        )
        is_drawn_alike = are_equal(drawn, held.values("pipe", pipes, lines))
        if not (is_drawn_alike and are_equal(supplying, held.values("pipe", pipes, _SUPPLYING))):
            self._supplied = None
        if after is not before:
            self._dma = self._drains = None
            if snapshot is not None and snapshot.is_equal(Snapshot.of(held, assets)):
                self._behind.update(pipes)
                if assets.get("node"):
                    # It may stand elsewhere, or have had no place before.
                    self._nearby = None
                if not is_drawn_alike:
                    self._parts = {}
            else:
                self._forget_ways()
                self._parts = {}
        if "customer" in frames:
            edit = self._customers.edit(frames["customer"], gone["customer"])
            if edit.touched:
                self._customers.write(edit)
                self._works = {}
                self._dma = self._drains = self._supplied = None
        if assets.get("zone"):
            self._zones = network.read("zone", list(dma_network.ZONE_COLUMNS), geometry=False)
            self._dma = None
        if assets.get("compound"):
            self._drains = None

    def _keep_joined(self) -> None:
        """Keep ways, segments and supply over edits of sizes, lengths, levels, flow or bends."""
        if not self._behind:
            return
        held = self.graph
        connected, pipes, nodes = held.connected, held.pipe_columns, held.node_columns
        rows = np.array(sorted({held.graph.edge_of(name) for name in self._behind}), dtype=np.int64)
        if self._nearby is not None:
            self._nearby = self._nearby.after_edit(connected, held.lines, nodes, rows)
        frames = connected, pipes, nodes, self._surroundings()
        if self._ground is not None:
            self._ground = trace_reuse.with_rows(self._ground, *frames, rows)
        self._works = {options: works.with_rows(*frames, rows) for options, works in self._works.items()}
        self._behind.clear()

    def _surroundings(self) -> NearbyNetwork:
        """Return what lies on or beside pipes, one for traces and shutdowns."""
        if self._nearby is None:
            held = self.graph
            self._nearby = NearbyNetwork(held.connected, held.lines, held.node_columns, self._settings)
            self._nearby.prepare()
        return self._nearby

    # What questions are put to; right while the turn lasts.

    @property
    def graph(self) -> LiveGraph:
        """The graph with its pipes and nodes."""
        assert self._held is not None
        return self._held

    @property
    def customers(self) -> pd.DataFrame:
        """The customers."""
        assert self._customers is not None
        return self._customers.columns.frame()

    @property
    def supplied(self) -> pd.DataFrame:
        """The customers with the pipe that supplies each, as `with_supply` returns them."""
        if self._supplied is None:
            held = self.graph
            self._supplied = with_supply(self.customers, held.pipe_columns, self._settings, lines=held.lines)
        return self._supplied

    def fits(self, settings: Settings) -> bool:
        """Return whether settings make the same graph of this network."""
        keys = (key for key in defaults() if key.startswith(_SETTINGS))
        return all(settings.get(key) == self._settings.get(key) for key in keys)

    def trace_network(self, progress: Progress = SILENT) -> TraceableNetwork:
        """Return the network ready to be traced."""
        self._keep_joined()
        if self._ground is None:
            progress.at(0.9, tr("Connecting pipes"))
            held = self.graph
            self._ground = trace_graph.ready_to_trace(
                held.connected,
                held.pipe_columns,
                held.node_columns,
                surroundings=self._surroundings(),
                settings=self._settings,
            )
        return self._ground

    def works(self, options: IsolationOptions = AS_DRAWN, progress: Progress = SILENT) -> IsolationModel:
        """Return the network ready to be shut off in parts."""
        self._keep_joined()
        found = self._works.pop(options, None)
        if found is None:
            progress.at(0.9, tr("Finding segments"))
            held = self.graph
            found = isolation_model.build_isolation_model(
                held.connected,
                held.pipe_columns,
                held.node_columns,
                self.supplied,
                surroundings=self._surroundings(),
                settings=self._settings,
                options=options,
                progress=progress.part(0.9, 1.0),
            )
        # The newest last: the first one goes when there are too many.
        self._works[options] = found
        while len(self._works) > _MOST_WORKS:
            del self._works[next(iter(self._works))]
        return found

    def dma_model(self, progress: Progress = SILENT) -> DmaModel:
        """Return the network ready for questions about its metered areas."""
        if self._dma is None:
            assert self._zones is not None
            progress.at(0.9, tr("Finding the metered areas"))
            held = self.graph
            self._dma = build_dma_model(
                held.connected, held.pipes, held.nodes, self.supplied, self._zones, settings=self._settings
            )
        return self._dma

    def drains(self, progress: Progress = SILENT) -> CheckContext:
        """Return the network ready for searches in its drains."""
        if self._drains is None:
            progress.at(0.9, tr("Following the drains"))
            held = self.graph
            tables = {
                "pipe": held.pipes,
                "node": held.nodes,
                "customer": self.customers,
                "compound": self._opened().read("compound", list(drain_flow.WAY_COLUMNS["compound"])),
            }
            self._drains = CheckContext(
                tables, self._settings, today=datetime.date.today(), connected=held.connected
            )
        return self._drains

    def parts_found(self, settings: Settings, rules: Sequence[str]) -> list[RuleFindings]:
        """Return what rules of `network_parts` find; kept until joints, states, kinds or lines change."""
        key = (texts.language(), *rules, *(settings.text(name) for name in defaults()))
        if key not in self._parts:
            held = self.graph
            subject = CheckContext(
                {"pipe": held.pipes, "node": held.nodes},
                settings,
                today=datetime.date.today(),
                connected=held.connected,
            )
            self._parts = {key: checking.run(subject, rules)}
        return self._parts[key]


_live: weakref.WeakValueDictionary[str, LiveNetwork] = weakref.WeakValueDictionary()
_choosing = threading.Lock()


def live_network(uri: str) -> LiveNetwork:
    """Return the kept network of a place, one for all who ask; it lasts as long as somebody holds it."""
    with _choosing:
        identity = parse(uri).identity
        found = _live.get(identity)
        if found is None:
            found = _live[identity] = LiveNetwork(uri)
        return found


def loaded_network(address: NetworkAddress) -> Optional[LiveNetwork]:
    """Return the kept network of an address where one was read already, None where not."""
    with _choosing:
        found = _live.get(address.identity)
    return found if found is not None and found.is_ready else None
