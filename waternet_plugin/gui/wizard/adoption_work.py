"""The wizard's long work, free of widgets: reading, trying, writing, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from waternet_plugin import store
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.mapping.adoptable_tables import OwnTables, adoptable
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.wizard.sources import row_coordinates
from waternet_plugin.gui.wizard.sources.file_reading import ReadRequest, read_file
from waternet_plugin.gui.wizard.sources.source import LayerSource
from waternet_plugin.gui.wizard.state import crs_text

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
    from waternet_plugin.operations.adoption.adopt_layers import AdoptedPart, MappedFrame

# Share of the drawn lines whose both ends are ends of such pipes.
_LEAST = 0.9
# Whole drawings are compared: their lines may be drawn anew, as near as this, m.
_NEAR_M = 0.5
# Eastings differ by the number of their zone only.
_ZONE_M = 1e6


@dataclass(frozen=True)
class AdoptionOutcome:
    """What an adoption wrote: the network, whether it was made for it, whether it was empty, each part."""

    path: str
    crs: str
    is_new: bool
    was_empty: bool
    written: tuple[AdoptedPart, ...]

    @property
    def batch_ids(self) -> list[str]:
        """The batches in the order in which they were written."""
        return [one.batch_id for one in self.written if one.batch_id]


class _Known:
    """The ids of a network's rows and of those that come with some sources, read when they are asked for.

    Parameters
    ----------
    path
        The network, '' for none.
    sources
        What is being brought in.
    """

    def __init__(self, path: str, sources: Sequence[LayerSource]) -> None:
        self._path, self._sources = path, list(sources)
        self._there: dict[str, frozenset[str]] = {}

    def __call__(self, table: str) -> frozenset[str]:
        """Return the ids of a table."""
        self.look(table)
        found = set(self.of_network(table))
        for source in self._sources:
            own = source.mapping.fields.get(adoptable(table).id_field) if source.table == table else None
            if own is not None and own.column in source.columns:
                found.update(word for word in texts(source.frame[own.column]) if word is not None)
        return frozenset(found)

    def of_network(self, table: str) -> frozenset[str]:
        """Return the ids that the network has of a table, as far as they were looked at."""
        return self._there.get(table, frozenset())

    def look(self, table: str) -> None:
        """Read the ids that the network has of a table."""
        from waternet_plugin.operations.adoption.adoption_target import Target

        if table in self._there or not self._path:
            return
        with store.open_network(self._path) as network:
            self._there[table] = frozenset(Target(network.crs, network).ids(table))


def read(
    jobs: Sequence[ReadRequest],
    target_crs: str,
    progress: Progress,
    *,
    path: str = "",
    there: Sequence[LayerSource] = (),
) -> list[LayerSource]:
    """Read files as it is wished, and look which of their columns name rows of one another.

    Parameters
    ----------
    jobs
        What is to be read.
    target_crs
        That of the pipes, '' where it is not known.
    path
        The network they go to, '' for one that is still to be made.
    there
        What was read before; its columns may name rows of the new files, and the other way round.
    """
    own, settings = _own_facts(path)
    found: list[LayerSource] = []
    for number, one in enumerate(jobs):
        found += read_file(
            one.origin,
            encoding=one.encoding,
            header=one.header,
            period_within=one.period_within,
            target_crs=target_crs or None,
            own=own,
            settings=settings,
            progress=progress.part(0.9 * number / len(jobs), 0.9 * (number + 1) / len(jobs)),
        )
    progress.at(0.9)
    new = {one.origin for one in found}
    together = [*(one for one in there if one.origin not in new), *found]
    known = _Known(path, [one for one in together if one.frame is not None])
    for source in together:
        source.name_rows(known, target_crs or None)
        if source.frame is not None:
            known.look(source.table)
    leave_drawn_again_out(together)
    progress.at(1.0)
    return found


def places_of(path: str, sources: Sequence[LayerSource]) -> NetworkFacts | None:
    """Return where a network lies, None where no source needs it: all name their coordinate system."""
    from waternet_plugin.operations.rows.network_places import network_places

    asked = any(row_coordinates.needs_coordinates(one) and one.own_crs is None for one in sources)
    if not path or not asked:
        return None
    with store.open_network(path) as network:
        return network_places(network)


def _own_facts(path: str) -> tuple[OwnTables, Settings | None]:
    """Return the tables of a network to which its users added fields or codes, and its settings.

    ``path`` is '' for one that is still to be made.
    """
    from waternet_plugin.operations.adoption.adoption_target import own_tables_of
    from waternet_plugin.operations.contents.change_settings import settings_in_force

    if not path:
        return {}, None
    with store.open_network(path) as network:
        return own_tables_of(network), settings_in_force(network).settings


def _whole_parts(
    sources: Sequence[LayerSource], choices: Sequence[UpdateChoice | None], progress: Progress
) -> list[MappedFrame]:
    """Return all rows of sources with their mappings; files that were only looked at are read now."""
    parts = []
    for number, source in enumerate(sources):
        if source.is_looked_at:
            progress.at(number / len(sources), tr("Reading {source}").format(source=source.name))
            source.complete()
        parts.append(source.part(choices[number]))
    progress.at(1.0)
    return parts


def try_parts(
    path: str,
    crs: str,
    sources: Sequence[LayerSource],
    choices: Sequence[UpdateChoice | None],
    progress: Progress,
) -> list[AdoptionResult]:
    """Return the dry run; ``path`` '' for a network that is not there yet, ``choices`` say what updates."""
    from waternet_plugin.operations.adoption.adopt_layers import examine_all
    from waternet_plugin.operations.adoption.adoption_target import Target

    parts = _whole_parts(sources, choices, progress.part(0.0, 0.3))
    progress = progress.part(0.3, 1.0)
    if not path:
        return examine_all(Target(read_crs(crs)), parts, progress=progress)
    with store.open_network(path) as network:
        return examine_all(Target(network.crs, network), parts, progress=progress)


def adopt(
    path: str,
    new_crs: str,
    sources: Sequence[LayerSource],
    choices: Sequence[UpdateChoice | None],
    progress: Progress,
    *,
    title: str = "",
    shown: Sequence[AdoptionResult] = (),
) -> AdoptionOutcome:
    """Write every source as one batch; a network made for them goes again when that fails.

    Parameters
    ----------
    path
        The network.
    new_crs
        CRS of a network to be made, '' for one that is there.
    sources
        In the order in which they are adopted.
    choices
        What each of them updates, None for those that only add rows.
    title
        What titles call a network to be made; '' for the name of its file.
    shown
        What a person was shown of each.
    """
    from waternet_plugin.operations.adoption.adopt_layers import adopt_all
    from waternet_plugin.operations.contents.row_counts import row_counts
    from waternet_plugin.store.geopackage.opening import creating

    parts = _whole_parts(sources, choices, progress.part(0.0, 0.1))
    progress = progress.part(0.1, 1.0)
    if not new_crs:
        with store.open_network(path) as network:
            empty = not any(row_counts(network, ("pipe", "node")).values())
            written = adopt_all(network, parts, shown=shown, progress=progress)
            return AdoptionOutcome(path, crs_text(network.crs), False, empty, tuple(written))
    file = Path(path)
    made = [one for one in file.absolute().parents if not one.exists()]
    try:
        file.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = tr("The folder {folder} can't be created: {reason}. Choose another one.")
        raise InputError(message.format(folder=file.parent, reason=error.strerror or error)) from error
    ready = False
    try:
        with store.create_network(file, new_crs, title=title) as network:
            ready = True
            written = adopt_all(network, parts, backup=False, progress=progress)
    except BaseException:
        if ready:
            creating.remove_new(file)
        for folder in made:
            # One that holds something stays.
            with suppress(OSError):
                folder.rmdir()
        raise
    return AdoptionOutcome(str(file), new_crs, True, True, tuple(written))


def take_back(path: str, batch_ids: Sequence[str]) -> int:
    """Undo batches and return how many rows that touched."""
    from waternet_plugin.operations.adoption.adopt_layers import take_back as undo

    with store.open_network(path) as network:
        return undo(network, batch_ids)


def leave_drawn_again_out(sources: Sequence[LayerSource]) -> None:
    """Untick what is drawn once more, and say of what file it is; nothing else is changed.

    Parameters
    ----------
    sources
        What is brought in together.
    """
    pipes = [source for source in sources if source.ready and source.table == "pipe" and source.has_shapes]
    known = [pipe for pipe in pipes if not pipe.is_drawn]
    for source in pipes:
        # It is said once: who ticked it since wants it.
        may_be = source.is_drawn and not source.why_left
        same = next((one for one in known if may_be and _is_same(source, one)), None)
        if same is not None:
            source.taken = False
            source.why_left = tr(
                "Its lines are the pipes of {name} once more, so they are left out. Tick it to take them."
            ).format(name=same.name)


def _ends(source: LayerSource) -> Array:
    """Return first and last vertex of each line, (n, 4), eastings without the number of a zone."""
    from waternet_plugin.core.exchange.adoption.duplicates.like_lines import line_ends

    found = line_ends(np.asarray(source.wanted_rows.geometry.to_numpy(), dtype=object))
    ends = found[np.isfinite(found).all(axis=1)]
    ends[:, [0, 2]] %= _ZONE_M
    return ends


def _is_same(drawn: LayerSource, pipes: LayerSource) -> bool:
    """Return whether nearly all lines end where pipes do."""
    one, other = _ends(drawn), _ends(pipes)
    if not len(one) or not len(other):
        return False
    tree = shapely.STRtree(shapely.points(other.reshape(-1, 2)))
    near = tree.query(shapely.points(one.reshape(-1, 2)), predicate="dwithin", distance=_NEAR_M)[0]
    meets = np.zeros(2 * len(one), dtype=bool)
    meets[near] = True
    return bool(meets.reshape(-1, 2).all(axis=1).mean() >= _LEAST)
