"""New rows of ``attachment``: photos and documents of assets, each file once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from waternet_plugin.store.attachments import KeptFile
from waternet_plugin.store.foreign.photo_facts import PhotoFacts
from waternet_plugin.store.network import Network

TABLE = "attachment"


def attachment_row(kept: KeptFile, told: PhotoFacts, *, table: str, asset: str) -> dict[str, Any]:
    """Return a row for a file of an asset; its place in the network's coordinates, m."""
    return {
        "attachment_id": kept.attachment_id,
        "table": table,
        "asset": asset,
        "kind": kept.kind,
        "file": kept.file,
        "taken_on": None if told.taken_on is None else pd.Timestamp(told.taken_on),
        "x": told.x,
        "y": told.y,
        "note": kept.source,
    }


def not_there(network: Network, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of files that the network does not name yet."""
    if not rows:
        return []
    ids = [str(row["attachment_id"]) for row in rows]
    there = set(network.read(TABLE, ["attachment_id"], ids=ids, geometry=False)["attachment_id"])
    return [row for row in rows if row["attachment_id"] not in there]
