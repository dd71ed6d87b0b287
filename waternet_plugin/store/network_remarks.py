"""What runs and the panel say of a network beside their results: what was put back, what reads badly."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    from waternet_plugin.store.network import Network

# What openings put back and the panel has not said yet, by path.
_unsaid: dict[str, dict[str, None]] = {}
_changing = threading.Lock()


def remember_repairs(path: str, repairs: Sequence[str]) -> None:
    """Keep what an opening put back until the panel says it."""
    if repairs:
        with _changing:
            _unsaid.setdefault(os.path.realpath(path), {}).update(dict.fromkeys(repairs))


def take_repairs(path: str) -> tuple[str, ...]:
    """Return what openings of a network put back since this was last asked."""
    with _changing:
        return tuple(_unsaid.pop(os.path.realpath(path), {}))


def repairs_sentence(repairs: Sequence[str]) -> str:
    """Return what to say of what opening put back, '' for nothing."""
    if not repairs:
        return ""
    tables = all_tables()
    names = listed(tables[name].label if name in tables else name for name in repairs)
    return tr(
        "Opening it restored what another program had removed ({names}); the history may have a gap there."
    ).format(names=names)


def bad_texts_sentence(network: Network) -> str:
    """Return what to say of texts that are not UTF-8 among what was read, '' where there is none."""
    met = network.met_bad_texts
    if not met:
        return ""
    first = met[0]
    tables = all_tables()
    described = tables.get(first.table, tables["pipe"])
    text = tr(
        "%n text(s) in the network are not UTF-8; the first, {table} {row}, {field}, is read as “{text}”. "
        "“Check network” finds them, “Repair network” rewrites them as they are read.",
        "",
        len(met),
    )
    label = described.field(first.field).label
    return text.format(table=described.label, row=first.row, field=label, text=first.text)
