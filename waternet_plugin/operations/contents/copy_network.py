"""A copy of the whole network in another file or on a server, compared before it is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.copying.network_copies import NetworkCopy, copying
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class CopyRequest:
    """Where a network is copied to.

    Parameters
    ----------
    output
        The path of a .gpkg, or the address of a schema; neither is there yet.

    Raises
    ------
    InputError
        When it is none, or an address with a fault.
    """

    output: str

    def __post_init__(self) -> None:
        """Refuse no place, and an address with a fault."""
        if not self.output.strip():
            raise InputError(tr("OUTPUT is missing: give a new file or the address of a new schema."))
        parse(self.output)


@dataclass(frozen=True)
class CopyResult(PlainFrames):
    """A copy that is equal to its network.

    Parameters
    ----------
    output
        The text of its address.
    tables
        A row a table: table, rows, sha256, which are those of both ends.
    summary
        The answer in sentences.
    notes
        Sentences that warn.
    """

    output: str
    tables: pd.DataFrame
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def copy_network(
    network: Network,
    request: CopyRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[CopyResult], Any] = no_outputs,
) -> CopyResult:
    """Copy a network with its batches, log, undo, settings, own fields and codes; nothing of it is changed.

    Raises
    ------
    InputError, StoreError
        When there is something at the place already, or the copy would not be equal; nothing is left of it.
    """
    address = parse(request.output)
    with copying(network, address, progress) as copy:
        result = _result(network, copy, str(address))
        before_commit(result)
    return result


def _result(network: Network, copy: NetworkCopy, output: str) -> CopyResult:
    frame = pd.DataFrame([asdict(one) for one in copy.tables])
    rows = {one.table: one.rows for one in copy.tables}
    text = tr("{name} was copied to {output}: {rows} rows in {tables} tables, equal at both ends.")
    summary = text.format(name=network.title, output=output, rows=sum(rows.values()), tables=len(rows))
    notes = []
    if copy.left:
        text = tr("Columns that can't be fields stay behind: {names}.")
        labels = all_tables()
        notes.append(text.format(names=shortened(f"{labels[name].label}: {one}" for name, one in copy.left)))
    if rows["attachment"]:
        notes.append(
            tr(
                "The copy lists %n photo(s) or document(s), whose files are not copied.",
                "",
                rows["attachment"],
            )
        )
    return CopyResult(output, frame, (summary,), tuple(notes))
