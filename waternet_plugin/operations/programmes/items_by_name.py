"""Lists that update a programme without the ids of its items: the items are told by their names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.programmes.compound_names import folded_name
from waternet_plugin.operations.programmes.read_items import TABLE
from waternet_plugin.store.network import Network

_ID, _NAME, _PROGRAMME = "item_id", "name", "programme"


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
    found: dict[tuple[str, str], list[str]] = {}
    for item_id, programme, name in zip(items[_ID], items[_PROGRAMME], items[_NAME]):
        if not pd.isna(name):
            found.setdefault((str(programme), folded_name(str(name))), []).append(str(item_id))
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
