"""The wizard's long work, free of widgets: reading, trying, writing, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.wizard.source import Source, read_file

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption import AdoptionResult
    from waternet_plugin.store.adopting import Part, Written


@dataclass(frozen=True)
class Adopted:
    """What an adoption wrote: the network, whether it was made for it, whether it was empty, each part."""

    path: str
    crs: str
    is_new: bool
    was_empty: bool
    written: tuple[Written, ...]

    @property
    def batch_ids(self) -> list[str]:
        """The batches in the order in which they were written."""
        return [one.batch_id for one in self.written if one.batch_id]


def read(jobs: Sequence[tuple[str, str]], target_crs: str, progress: Progress) -> list[Source]:
    """Read files, each with its encoding ('' to find out)."""
    found: list[Source] = []
    for number, (origin, encoding) in enumerate(jobs):
        step = progress.part(number / len(jobs), (number + 1) / len(jobs))
        found += read_file(origin, encoding=encoding, target_crs=target_crs or None, progress=step)
    progress.at(1.0)
    return found


def try_parts(path: str, crs: str, parts: Sequence[Part], progress: Progress) -> list[AdoptionResult]:
    """Return the dry run; ``path`` '' for a network that is not there yet."""
    from waternet_plugin import store
    from waternet_plugin.core.exchange.places import read_crs
    from waternet_plugin.store.adopting import Target, examine_all

    if not path:
        return examine_all(Target(read_crs(crs)), parts, progress=progress)
    with store.open_network(path) as network:
        return examine_all(Target(network.crs, network), parts, progress=progress)


def adopt(path: str, new_crs: str, parts: Sequence[Part], progress: Progress) -> Adopted:
    """Write every part as one batch; a network made for them goes again when that fails.

    Parameters
    ----------
    path
        The network.
    new_crs
        CRS of a network to be made, '' for one that is there.
    parts
        In the order in which they are adopted.
    progress
        Told of the steps; may cancel.
    """
    from waternet_plugin import store
    from waternet_plugin.gui.wizard.state import crs_text
    from waternet_plugin.store.adopting import adopt_all

    if not new_crs:
        with store.open_network(path) as network:
            empty = not network.count("pipe") and not network.count("node")
            return Adopted(
                path, crs_text(network.crs), False, empty, tuple(adopt_all(network, parts, progress=progress))
            )
    file = Path(path)
    made = [one for one in file.absolute().parents if not one.exists()]
    try:
        file.absolute().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = tr("The folder {folder} can't be made: {reason}. Choose another one.")
        raise InputError(message.format(folder=file.parent, reason=error.strerror or error)) from error
    ready = False
    try:
        with store.create_network(file, new_crs) as network:
            ready = True
            written = adopt_all(network, parts, backup=False, progress=progress)
    except BaseException:
        if ready:
            for end in ("", "-wal", "-shm", "-journal"):
                # What can't be removed must not hide why the work failed.
                with suppress(OSError):
                    Path(f"{file}{end}").unlink()
        for folder in made:
            # One that holds something stays.
            with suppress(OSError):
                folder.rmdir()
        raise
    return Adopted(str(file), new_crs, True, True, tuple(written))


def take_back(path: str, batch_ids: Sequence[str]) -> int:
    """Undo batches and return how many rows that touched."""
    from waternet_plugin import store
    from waternet_plugin.store.adopting import take_back as undo

    with store.open_network(path) as network:
        return undo(network, batch_ids)
