"""Printed sheets as a network keeps them."""

from __future__ import annotations

from waternet_plugin.operations.printing.editions import Edition
from waternet_plugin.store.network import Network


def sheet_hashes(network: Network, edition: Edition) -> dict[str, str]:
    """Return the hash of the words of each sheet of an edition, by its number."""
    rows = network.read("edition_sheet", where={"edition_id": edition.edition_id}, geometry=False)
    hashes = rows["words_sha256"].fillna("").tolist()
    return dict(zip(map(str, rows["sheet_no"].tolist()), map(str, hashes)))
