"""Items of programmes that are brought in by name get the compound of that name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.programmes.compound_names import compounds_by_name, matched_compounds
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.programmes.read_items import TABLE
from waternet_plugin.store.network import Network

# So many names are told; the ledger has all of them.
_MOST_NAMES = 100
# Its items are pump rooms.
_OF_PUMP_ROOMS = "secondary_supply"


def with_named_compounds(network: Network, result: AdoptionResult) -> AdoptionResult:
    """Return a result whose items name the compound that has their name, where exactly one has it.

    The names of the others are told. What the file says itself stays, and so do items that are there already.
    """
    rows = result.rows
    if result.table != TABLE or "name" not in rows or rows.empty:
        return result
    there = network.read(TABLE, ["item_id"], geometry=False)["item_id"]
    given = rows["compound_id"] if "compound_id" in rows else pd.Series([None] * len(rows), index=rows.index)
    bare = given.isna() & ~rows["item_id"].isin(there)
    if "programme" in rows:
        bare &= rows["programme"] != _OF_PUMP_ROOMS
    if not bare.any():
        return result
    compounds = network.read("compound", ["compound_id", "name"], geometry=False)
    by_name = compounds_by_name(dict(zip(compounds["compound_id"], _texts(compounds["name"]))))
    found = matched_compounds(_texts(rows.loc[bare, "name"]), by_name)
    filled = given.astype(object).where(given.notna(), None)
    filled.loc[bare] = pd.Series(
        [ids[0] if len(ids) == 1 else None for ids in found], index=filled.index[bare], dtype=object
    )
    matched = sum(len(ids) == 1 for ids in found)
    notes = [tr("Compounds found by their names: %n.", "", matched)] if matched else []
    names = [name or tr("(empty)") for name in _texts(rows.loc[bare, "name"])]
    none = [name for name, ids in zip(names, found) if not ids]
    if none:
        text = tr("No compound of the network has the name: {names}.")
        notes.append(text.format(names=shortened(dict.fromkeys(none), _MOST_NAMES)))
    several = {name: listed(ids) for name, ids in zip(names, found) if len(ids) > 1}
    if several:
        text = tr("Several compounds have the name, none was taken: {names}.")
        one = tr("{name} ({compounds})")
        told = (one.format(name=name, compounds=ids) for name, ids in several.items())
        notes.append(text.format(names=shortened(told, _MOST_NAMES)))
    return replace(result, rows=rows.assign(compound_id=filled), notes=(*result.notes, *notes))


def _texts(column: Any) -> list[Any]:
    """Return texts with None for unknown."""
    return [None if pd.isna(one) else str(one) for one in column]
