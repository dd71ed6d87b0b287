"""A network as the rest of the house sees it, whatever it is kept in."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Hashable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Optional

from pyproj import CRS

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.store.access.roles import Granting, RoleOfLogin
from waternet_plugin.store.addresses import NetworkAddress
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.changes.asset_changes import Restored, Restoring
from waternet_plugin.store.changes.undo_results import Undoing, Undone
from waternet_plugin.store.editions import PrintedEdition
from waternet_plugin.store.network_reading import NetworkReading

# The setting that names the network.
NAME_KEY = "general.name"
# The setting that names the folder of photos and documents of a network on a server.
ATTACHMENTS_FOLDER = "general.attachments_folder"


@dataclass(frozen=True)
class Weight:
    """What a network holds and takes on the disk, in rows and bytes.

    Parameters
    ----------
    file_bytes
        The network itself.
    rows
        Rows by table.
    log_rows, log_bytes
        Entries of the change log, and about what they take.
    free_bytes
        What the network takes without holding anything; `Network.compact` gives it back.
    backups, backup_bytes
        How many backups lie beside it, and what they take.
    """

    file_bytes: int
    rows: Mapping[str, int]
    log_rows: int
    log_bytes: int
    free_bytes: int
    backups: int
    backup_bytes: int


@dataclass(frozen=True)
class Compacted:
    """The size of a network before and after it was compacted, in bytes."""

    before: int
    after: int


@dataclass(frozen=True)
class ProviderSource:
    """By what QGIS shows a table: the source of a layer and the provider that reads it."""

    source: str
    provider: str


class Network(NetworkReading):
    """A network that is open for reading and, batch by batch, for writing.

    Reading sees what was last committed: read what a write needs before it begins.
    """

    address: NetworkAddress
    crs: CRS
    schema_version: int
    # Tables and views in which opening had to put back what another program took away.
    repairs: tuple[str, ...]

    @property
    def uri(self) -> str:
        """The text of its address."""
        return str(self.address)

    @property
    def name(self) -> str:
        """The name of its file without the ending, or of its schema; `title` is what people call it."""
        return self.address.display_name

    @property
    def title(self) -> str:
        """What titles call the network: its name in the settings, else that of the file or schema."""
        return self.settings().text(NAME_KEY).strip() or self.name

    @property
    def outputs_folder(self) -> Path:
        """Where files about it go at first; see `NetworkAddress`."""
        return self.address.outputs_folder

    @property
    @abstractmethod
    def attachments_folder(self) -> Path:
        """Where photos and documents are kept, which need not be there.

        Raises
        ------
        StoreError
            Where no folder is named, on a server.
        """

    @abstractmethod
    def attached_names(self) -> AbstractContextManager[frozenset[str]]:
        """Have the names of files that attachments have; nobody can name others while the block lasts.

        Raises
        ------
        StoreError
            When the network can't be written, or others write it now.
        """

    @abstractmethod
    def stamp(self) -> Hashable:
        """Return what is another one after anybody has written to the network; it is cheap to ask."""

    @abstractmethod
    def is_replaced(self) -> bool:
        """Return whether another network lies at the address since this was opened, or none: open it anew."""

    @abstractmethod
    def layer_source(self, table: str, rows: str = "") -> ProviderSource:
        """Return by what QGIS shows a table or view.

        Parameters
        ----------
        table
            Its name.
        rows
            Condition in the store's SQL for the rows that are shown; '' for all.
        """

    @abstractmethod
    def write(
        self,
        kind: str,
        *,
        name: str = "",
        by: Optional[str] = None,
        facts: Optional[Mapping[str, Any]] = None,
        seen: Optional[str] = None,
        backup: bool = False,
        reader_patience_s: Optional[float] = None,
        progress: Progress = SILENT,
    ) -> AbstractContextManager[Batch]:
        """Begin one batch: committed when the block ends, rolled back when it raises.

        Parameters
        ----------
        kind
            Code of the domain ``batch_kind``.
        name
            What the user sees in the list of batches.
        by
            Who writes; the network's user if None.
        facts
            Kept with the batch as JSON.
        seen
            The ``position`` before everything was read that this batch is computed from: a row that anybody
            changed, renamed, deleted or made since is not written. None only where nothing was read.
        backup
            Make a backup first.
        reader_patience_s
            How long programs that read may hold the end of the batch up, in seconds; None for as long as a
            large map is drawn. Only files without a write-ahead log know that wait.

        Raises
        ------
        ConflictError
            At the end of the block, or by ``Batch.refuse_changed`` within it, when it would write rows that
            were changed since ``seen``: it lists those of all tables. Nothing is written.
        """

    @property
    @abstractmethod
    def own_role(self) -> Optional[RoleOfLogin]:
        """What whoever opened the network is in it; None for a file, which has no roles."""

    @abstractmethod
    def refusal(self, kind: str) -> str:
        """Return why something can't be done here, in a sentence, before any of it is begun; '' for nothing.

        Parameters
        ----------
        kind
            Of a batch, or other work that ``store.access.roles`` names.
        """

    @abstractmethod
    def roles(self) -> tuple[RoleOfLogin, ...]:
        """Return the people who have a role in the network, by login; none for a file, which has no roles."""

    @abstractmethod
    def granting(self, wanted: Granting) -> AbstractContextManager[tuple[RoleOfLogin, ...]]:
        """Give people a role or take it from them when the block ends; it is told the people after that.

        Raises
        ------
        InputError
            For a login that the server does not know, and a district that the network does not have.
        StoreError
            For a file; where this login may not; where no keeper would be left.
        """

    @abstractmethod
    def native_writes_refused(self) -> AbstractContextManager[None]:
        """Let no program of this person write rows past the store while the block lasts.

        What such a program tries to write fails at once, on a file after the time it waits for others.

        Raises
        ------
        StoreError
            When the network can't be reached, or another writes it now.
        """

    @abstractmethod
    def undo(
        self,
        batch_id: Optional[str] = None,
        *,
        skip_changed: bool = False,
        with_later: bool = False,
        by: Optional[str] = None,
        progress: Progress = SILENT,
    ) -> Undone:
        """Take a whole batch back.

        Parameters
        ----------
        batch_id
            The batch; the last one that was not undone if None.
        skip_changed
            Leave rows that were changed later as they are, and take back the rest. Undoing the same batch
            again takes what was left, when nothing stands in the way any more.
        with_later
            Take back all that was changed later of these rows too, with the parts, verifications and
            attachments that pipes got since; nodes at which other pipes end stay.
        by
            Who does it; the network's user if None.

        Raises
        ------
        StoreError
            When rows of the batch were edited later (with ``skip_changed``: all of them); its details list
            them. When both ``skip_changed`` and ``with_later`` are asked for. Nothing is changed then.
        """

    @abstractmethod
    def undoing(self, batch_id: Optional[str] = None) -> Undoing:
        """Return what undoing a batch, with ``skip_changed``, would do; the last one not undone if None.

        Raises
        ------
        StoreError
            When the batch is not there, is undone already, or is of a kind that can't be undone.
        """

    @abstractmethod
    def restore_asset(self, request: Restoring, *, by: Optional[str] = None) -> Restored:
        """Make an asset again what it was before an entry of the change log, a deleted one too: a new batch.

        Raises
        ------
        InputError
            When the table or a field can't be restored.
        StoreError
            When the asset was not there then, is as it was, its id is taken, a row that it names is gone, or
            an end of a pipe would leave its node. Nothing is changed then.
        """

    @abstractmethod
    def backup(self, progress: Progress = SILENT) -> Path:
        """Copy the network to the folder of its backups and return the copy's path."""

    @abstractmethod
    def weight(self) -> Weight:
        """Return what the network holds and takes on the disk."""

    @abstractmethod
    def compact(self, *, by: Optional[str] = None) -> Compacted:
        """Give the room that rows left behind back to the disk; rows, log and everything else stay.

        Raises
        ------
        LockedError
            When another program has the network open.
        """

    @abstractmethod
    def show_run(self, run_id: Optional[str]) -> None:
        """Choose the run that the view ``pipe_health`` shows; None for always the newest."""

    @abstractmethod
    def show_plan(self, plan_id: Optional[str]) -> None:
        """Choose the plan that the view ``pipe_plan`` shows; None for always the newest."""

    @abstractmethod
    def keep_edition(
        self, printed: PrintedEdition, *, replaces: bool = False, by: Optional[str] = None
    ) -> int:
        """Keep a printed map book and its sheets without a batch, since printing is not an edit.

        Parameters
        ----------
        printed
            What was printed.
        replaces
            Take the place of an edition of that number; else it gets the number after the greatest.
        by
            Who printed it; the network's user if None.

        Returns
        -------
        int
            The number that it has.

        Raises
        ------
        StoreError
            When the network can't be written.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the network."""

    def __enter__(self) -> Network:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()
