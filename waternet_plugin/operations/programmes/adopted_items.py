"""Items of programmes as files bring them: told by their names, and given the compound of their name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.programmes.compound_names import compounds_by_name, folded_name, matched_compounds
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.programmes.read_items import TABLE
from waternet_plugin.store.network import Network

_ID, _NAME, _PROGRAMME = "item_id", "name", "programme"
# So many names are told; the ledger has all of them.
_MOST_NAMES = 100
# Its items are pump rooms.
_OF_PUMP_ROOMS = "secondary_supply"


def with_items_by_name(
    network: Optional[Network], frame: pd.DataFrame, mapping: Mapping, table: str
) -> tuple[pd.DataFrame, Mapping]:
    """Return rows with the ids of the items that have their names, and a mapping that takes these.

    Only where the table is that of the items and the mapping has a name and no id. A name that no item of the
    programme has, or several have, gets no id.

    Parameters
    ----------
    network
        The network; None for one that is still to be made.
    frame
        Rows of the file.
    mapping
        How columns become fields.
    table
        Name of the table.
    """
    is_named = _ID not in mapping.fields and _NAME in mapping.fields
    if network is None or table != TABLE or not is_named or mapping.fields[_NAME].column not in frame:
        return frame, mapping
    items = network.read(TABLE, [_ID, _PROGRAMME, _NAME], geometry=False)
    found: dict[tuple[str, str], list[str]] = grouped(
        ((str(programme), folded_name(str(name))), str(item_id))
        for item_id, programme, name in zip(items[_ID], items[_PROGRAMME], items[_NAME])
        if not pd.isna(name)
    )
    names = frame[mapping.fields[_NAME].column]
    ids = []
    for programme, name in zip(_programmes(frame, mapping), names):
        meant = found.get((programme, folded_name("" if pd.isna(name) else str(name))), [])
        ids.append(meant[0] if len(meant) == 1 else None)
    column = _ID
    while column in frame:
        column += "_"
    told = frame.assign(**{column: pd.Series(ids, index=frame.index, dtype=object)})
    return told, replace(mapping, fields={**mapping.fields, _ID: FieldSource(column)})


def _programmes(frame: pd.DataFrame, mapping: Mapping) -> list[str]:
    """Return the code of the programme of each row, '' where the mapping gives none."""
    source = mapping.fields.get(_PROGRAMME)
    default: Any = mapping.defaults.get(_PROGRAMME) or ""
    if source is None or source.column not in frame:
        return [str(default)] * len(frame)
    codes = mapping.values.get(_PROGRAMME, {})
    words = ["" if pd.isna(word) else str(word) for word in frame[source.column]]
    return [str(codes.get(word, word) or default) for word in words]


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
