"""The network of the open project kept in memory, so that a click on the map is answered at once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.network.following import Ground
    from waternet_plugin.core.network.held import HeldNetwork
    from waternet_plugin.core.network.shutting import Waterworks
    from waternet_plugin.store import Network

# How long to wait for another question before looking whether this one was cancelled, in seconds.
_PATIENCE_S = 0.2
# Different sets of broken and thought-of valves that stay ready.
_MOST_WORKS = 3
# Beyond every entry of the change log: asks only which one is the newest.
_NO_ENTRY = 2**62
# How many ids are read by name; beyond it the table is read whole.
_MANY_IDS = 5000


def _columns(first: Iterable[str], *others: Iterable[str]) -> list[str]:
    """Return names in their order, each once."""
    names = dict.fromkeys(first)
    for each in others:
        names.update(dict.fromkeys(each))
    return list(names)


class KeptNetwork:
    """One network: read at the first question, brought up to date by the change log at each other.

    To be used in tasks, by one at a time: `answering` waits for its turn.

    Parameters
    ----------
    path
        The network's file.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._turn = threading.Lock()
        self._held: HeldNetwork | None = None
        self._customers: pd.DataFrame | None = None
        self._entry = -1
        self._overrides: dict[str, str] = {}
        self._settings: Any = None
        self._ground: Ground | None = None
        self._works: dict[tuple[Any, ...], Waterworks] = {}
        self.crs: Any = None
        self.name = ""

    @contextmanager
    def answering(self, progress: Progress) -> Iterator[KeptNetwork]:
        """Wait for one's turn and have the network as it is on disk, while the block lasts."""
        while not self._turn.acquire(timeout=_PATIENCE_S):
            progress.at(0.0, tr("Waiting for another question"))
        try:
            self._catch_up(progress)
            yield self
        finally:
            self._turn.release()

    def _catch_up(self, progress: Progress) -> None:
        from waternet_plugin import store

        with store.open_network(self.path) as network:
            self.crs, self.name = network.crs, network.name
            overrides = {key: value for key, value in network.facts().items() if key.startswith("network.")}
            if self._held is None or overrides != self._overrides:
                self._read(network, overrides, progress)
                return
            changed = network.changed(self._entry)
            if changed.whole or changed.last < self._entry or _is_much(changed.assets):
                self._read(network, overrides, progress)
                return
            try:
                self._follow(network, changed.assets)
            except BaseException:
                # Half an edit is none: read anew next time.
                self._held = None
                raise
            self._entry = changed.last

    def _forget_answers(self) -> None:
        self._ground = None
        self._works = {}

    def _read(self, network: Network, overrides: dict[str, str], progress: Progress) -> None:
        """Read the whole network."""
        from waternet_plugin.core.network import following, shutting
        from waternet_plugin.core.network.held import HeldNetwork

        self._held = None
        self._forget_answers()
        # Before the tables: what is written meanwhile is read twice, not missed.
        entry = network.changed(_NO_ENTRY).last
        progress.at(0.0, tr("Reading the network"))
        pipes = network.read("pipe", _columns(following.PIPE_COLUMNS, shutting.PIPE_COLUMNS))
        progress.at(0.3)
        nodes = network.read("node", _columns(following.NODE_COLUMNS, shutting.NODE_COLUMNS))
        progress.at(0.45)
        self._customers = network.read("customer", list(shutting.CUSTOMER_COLUMNS))
        progress.at(0.5, tr("Connecting pipes"))
        self._settings = network.settings()
        held = HeldNetwork(pipes, nodes, settings=self._settings, progress=progress.part(0.5, 0.9))
        self._held, self._entry, self._overrides = held, entry, overrides

    def _follow(self, network: Network, assets: Any) -> None:
        """Follow edits."""
        from waternet_plugin.core.network import following, shutting

        assert self._held is not None
        columns = {
            "pipe": _columns(following.PIPE_COLUMNS, shutting.PIPE_COLUMNS),
            "node": _columns(following.NODE_COLUMNS, shutting.NODE_COLUMNS),
        }
        frames: dict[str, Any] = {}
        gone: dict[str, list[str]] = {"pipe": [], "node": []}
        for table, wanted in columns.items():
            ids = list(assets.get(table, ()))
            if ids:
                frame = network.read(table, wanted, ids=ids)
                there = set(frame[f"{table}_id"])
                frames[table], gone[table] = frame, [one for one in ids if one not in there]
        if frames:
            self._forget_answers()
            self._held.edit(
                pipes=frames.get("pipe"),
                nodes=frames.get("node"),
                gone_pipes=gone["pipe"],
                gone_nodes=gone["node"],
            )
        if assets.get("customer"):
            self._works = {}
            self._customers = network.read("customer", list(shutting.CUSTOMER_COLUMNS))

    # What questions are put to; right while the turn lasts.

    @property
    def customers(self) -> pd.DataFrame:
        """The customers."""
        assert self._customers is not None
        return self._customers

    def ground(self, progress: Progress) -> Ground:
        """Return the network ready to be traced."""
        from waternet_plugin.core.network import following

        assert self._held is not None
        if self._ground is None:
            progress.at(0.9, tr("Connecting pipes"))
            self._ground = following.ready_to_trace(
                self._held.connected, self._held.pipes, self._held.nodes, settings=self._settings
            )
        return self._ground

    def works(
        self,
        progress: Progress,
        *,
        failed: tuple[str, ...] = (),
        what_if: tuple[str, ...] = (),
        tanks_are_sources: bool = True,
        directed: bool = False,
    ) -> Waterworks:
        """Return the network ready to be shut off in parts; the parameters are those of `isolateburst`."""
        from waternet_plugin.core.network import shutting

        assert self._held is not None
        key = (failed, what_if, tanks_are_sources, directed)
        found = self._works.pop(key, None)
        if found is None:
            progress.at(0.9, tr("Finding segments"))
            found = shutting.open_waterworks(
                self._held.connected,
                self._held.pipes,
                self._held.nodes,
                self.customers,
                settings=self._settings,
                tanks_are_sources=tanks_are_sources,
                directed=directed,
                failed=failed,
                what_if=what_if,
                progress=progress.part(0.9, 1.0),
            )
        # The newest last: the first one goes when there are too many.
        self._works[key] = found
        while len(self._works) > _MOST_WORKS:
            del self._works[next(iter(self._works))]
        return found


def _is_much(assets: Any) -> bool:
    return any(len(ids) > _MANY_IDS for ids in assets.values())
