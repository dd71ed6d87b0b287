"""Keep photos and documents of an asset: the files beside the network, their rows in one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import joined, listed, shortened, tr
from waternet_plugin.operations.attachments.attachment_rows import TABLE, attachment_row
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store import attachments
from waternet_plugin.store.attachments import KeptFile
from waternet_plugin.store.foreign.photo_facts import photo_facts
from waternet_plugin.store.network import Network


def bearing_tables() -> tuple[str, ...]:
    """Return the tables whose rows may have photos and documents."""
    own = ("network", "areas", "events")
    return tuple(
        name
        for name, one in all_tables().items()
        if one.is_editable and one.in_map in own and name not in (TABLE, "survey_batch", "transform_set")
    )


@dataclass(frozen=True)
class AttachRequest:
    """Files to keep with an asset.

    Parameters
    ----------
    table, asset
        The table of the asset, and its id.
    files
        Photos and documents, each an ordinary file.

    Raises
    ------
    InputError
        Without an asset or files, and for a table that has no assets.
    """

    table: str
    asset: str
    files: tuple[Path, ...]

    def __post_init__(self) -> None:
        if self.table not in bearing_tables():
            message = tr("There is no table “{name}” of assets. Choose one of: {tables}.")
            raise InputError(message.format(name=self.table, tables=listed(bearing_tables())))
        if not self.asset.strip():
            raise InputError(tr("ASSET is empty. Enter the id of the asset the files belong to."))
        if not self.files:
            raise InputError(tr("FILES is empty. Choose at least one photo or document."))


@dataclass(frozen=True)
class AttachResult(Written):
    """What was kept.

    Parameters
    ----------
    added
        How many files the asset has more now.
    sentence
        What was kept, and which files the asset repeated already.
    """

    added: int
    sentence: str


def attach_files(
    network: Network,
    request: AttachRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[AttachResult], Any] = no_outputs,
) -> AttachResult:
    """Copy files beside the network and enter them for an asset; what it has already is left.

    Raises
    ------
    InputError
        For an asset that is not there, and for a file that is neither photo nor document.
    StoreError
        When the folder of the files can't be written.
    """
    return with_newest_rows(lambda _again: _attach(network, request, progress, before_commit), progress)


def _attach(
    network: Network,
    request: AttachRequest,
    progress: Progress,
    before_commit: Callable[[AttachResult], Any],
) -> AttachResult:
    seen = network.position()
    asset = request.asset.strip()
    described = all_tables()[request.table]
    if not len(network.read(request.table, [described.id_field], ids=[asset], geometry=False)):
        message = tr("{table}: there is no {asset} in this network. Check its id.")
        raise InputError(message.format(table=described.label, asset=asset))
    with attachments.keeping(network, request.files) as copies:
        of_asset = network.rows_where(TABLE, "asset", [asset]).values()
        there = {str(row["file"]) for row in of_asset if row.get("table") in (None, request.table)}
        files = {copy.file: copy for copy in copies.files}
        rows = [
            _row(network, request.table, asset, file) for name, file in files.items() if name not in there
        ]
        repeated = [file.source for name, file in files.items() if name in there]
        if not rows:
            raise InputError(
                tr("{asset} has these files already: {files}.").format(asset=asset, files=shortened(repeated))
            )
        title = tr("Photos and documents of {asset}").format(asset=asset)
        with network.write("edit", name=title, seen=seen, progress=progress) as batch:
            copies.put_in_place()
            batch.insert(TABLE, pd.DataFrame(rows, dtype=object))
            sentences = [tr("%n file(s) added to {asset}.", "", len(rows)).format(asset=asset)]
            if repeated:
                sentences.append(tr("There already: {files}.").format(files=shortened(repeated)))
            return finish(batch, AttachResult("", len(rows), joined(sentences)), before_commit)


def _row(network: Network, table: str, asset: str, file: KeptFile) -> dict[str, Any]:
    """Return the row of a file; one of several assets has a row for each, with one file."""
    row = attachment_row(file, photo_facts(file.path, network.crs), table=table, asset=asset)
    names = {str(row["attachment_id"]) for row in network.rows_where(TABLE, "file", [file.file]).values()}
    number = next(count for count in range(1, len(names) + 2) if _id_of(file, count) not in names)
    return {**row, "attachment_id": _id_of(file, number)}


def _id_of(file: KeptFile, number: int) -> str:
    return file.attachment_id if number == 1 else f"{file.attachment_id}-{number}"
