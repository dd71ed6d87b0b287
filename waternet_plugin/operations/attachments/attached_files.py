"""The photos and documents of an asset, and where each lies now."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.texts import tr
from waternet_plugin.operations.attachments.attachment_rows import TABLE
from waternet_plugin.store.attachments import is_inside, kept_path
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class AttachedFile:
    """A photo or document of an asset.

    Parameters
    ----------
    name
        What it was called when it was added, else its name in the folder.
    kind
        ``photo`` or ``document``.
    taken_on
        Day of the photo; None unknown.
    path
        Where it lies; None where it can't be opened.
    fault
        Why not, in a sentence; '' where it can.
    """

    name: str
    kind: str
    taken_on: Optional[datetime.date]
    path: Optional[Path]
    fault: str


def attached_files(network: Network, table: str, asset: str) -> tuple[AttachedFile, ...]:
    """Return the photos and documents of an asset, by day; those without one last."""
    rows = network.rows_where(TABLE, "asset", [asset])
    ours = [row for _fid, row in sorted(rows.items()) if row.get("table") in (None, table)]
    folder = network.attachments_folder if ours else Path()
    found = [_file(folder, row) for row in ours]
    return tuple(sorted(found, key=lambda one: one.taken_on or datetime.date.max))


def _file(folder: Path, row: Mapping[str, Any]) -> AttachedFile:
    file, note = str(row.get("file") or ""), row.get("note")
    path, fault = kept_path(folder, file), ""
    if not is_inside(folder, file):
        fault = tr("{file} leads out of the folder {folder} and is not opened.").format(
            file=file or "–", folder=folder.name
        )
    elif path is None:
        fault = tr("{file} is not in the folder {folder}. Copy that folder beside the network.").format(
            file=file, folder=folder.name
        )
    day = pd.to_datetime(str(row.get("taken_on") or ""), errors="coerce")
    return AttachedFile(
        name=str(note) if isinstance(note, str) and note else file,
        kind=str(row.get("kind") or "document"),
        taken_on=None if pd.isna(day) else day.date(),
        path=path,
        fault=fault,
    )
