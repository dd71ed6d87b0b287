"""Sheets of networks: as they are cut, and as a network keeps those that were printed."""

from __future__ import annotations

from waternet_plugin.atlas.sheets.series_basis import SeriesBasis, read_series_basis
from waternet_plugin.atlas.sheets.sheet_request import DEFAULT_REQUEST, SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import Sheets, sheets_of
from waternet_plugin.operations.printing.editions import Edition
from waternet_plugin.store.network import Network


def sheet_hashes(network: Network, edition: Edition) -> dict[str, str]:
    """Return the hash of the words of each sheet of an edition, by its number."""
    rows = network.read("edition_sheet", where={"edition_id": edition.edition_id}, geometry=False)
    hashes = rows["words_sha256"].fillna("").tolist()
    return dict(zip(map(str, rows["sheet_no"].tolist()), map(str, hashes)))


def read_sheets(
    network: Network, request: SheetRequest = DEFAULT_REQUEST, known: SeriesBasis | None = None
) -> Sheets:
    """Read a network and return its sheets; ``known`` as `read_series_basis` has it."""
    return sheets_of(read_series_basis(network, request, known), request)
