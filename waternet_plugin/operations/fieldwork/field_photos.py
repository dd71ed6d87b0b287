"""Photos that came back with a package: each is an attachment of the row that names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.cell_verdicts import (
    REJECTED,
    SAME,
    TAKEN,
    CellVerdict,
    ReturnedEdits,
)
from waternet_plugin.core.fieldwork.package_tables import PHOTO
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.attachments.attachment_rows import TABLE, attachment_row
from waternet_plugin.store import attachments
from waternet_plugin.store.attachments import KeptFile
from waternet_plugin.store.foreign.photo_facts import photo_facts
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class FieldPhoto:
    """A photo of an asset, by its path in the package and what it will be called beside the network."""

    table: str
    asset: str
    path: Path
    kept: KeptFile


def field_photos(
    network: Network, folder: Path, found: ReturnedEdits, assets: Mapping[tuple[str, int], str]
) -> tuple[FieldPhoto, ...]:
    """Return the photos to keep; of each that a row names it is said what becomes of it.

    Parameters
    ----------
    folder
        That of the package.
    assets
        The id of the row of each key.
    """
    named = [(key, row, text) for key, row in found.rows.items() for text in row.photos]
    if not named:
        return ()
    there = _there(network)
    looked: dict[str, Any] = {}
    photos = []
    for key, row, text in named:
        if text not in looked:
            looked[text] = _looked_at(folder, text)
        kept, asset = looked[text], assets[key]
        verdict, reason = TAKEN, ""
        if isinstance(kept, str):
            verdict, reason = REJECTED, kept
        elif (key[0], asset, kept.file) in there:
            verdict, reason = SAME, tr("The network has this file of it.")
        else:
            there.add((key[0], asset, kept.file))
            photos.append(FieldPhoto(key[0], asset, kept.path, kept))
        told = CellVerdict(key[0], row.uuid, asset, verdict, PHOTO, None, text, reason)
        found.verdicts.setdefault(row.uuid, []).append(told)
    return tuple(photos)


def _there(network: Network) -> set[tuple[str, str, str]]:
    rows = network.read(TABLE, ["table", "asset", "file"], geometry=False)
    return set(zip(rows["table"], rows["asset"], rows["file"]))


def _looked_at(folder: Path, name: str) -> KeptFile | str:
    """Return a photo, or why it can't be kept."""
    if not attachments.is_inside(folder, name):
        return tr("The photo lies outside the folder of the package. Put it into that folder.")
    path = folder / name.replace("\\", "/")
    if not path.is_file():
        return tr("The photo is not in the package. Ask the crew for it.")
    try:
        return attachments.looked_at(path)
    except InputError as error:
        return error.message


def photo_rows(network: Network, photos: tuple[FieldPhoto, ...]) -> pd.DataFrame:
    """Return the rows of photos, with the ids that are free."""
    taken = set(network.read(TABLE, ["attachment_id"], geometry=False)["attachment_id"])
    facts: dict[Path, Any] = {}
    rows = []
    for photo in photos:
        if photo.path not in facts:
            facts[photo.path] = photo_facts(photo.path, network.crs)
        row = attachment_row(photo.kept, facts[photo.path], table=photo.table, asset=photo.asset)
        name, number = photo.kept.attachment_id, 1
        while name in taken:
            number += 1
            name = f"{photo.kept.attachment_id}-{number}"
        taken.add(name)
        rows.append({**row, "attachment_id": name})
    return pd.DataFrame(rows, dtype=object)
