"""What runs and the panel say of a network beside their results: what was put back, what reads badly."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.core.texts import joined, listed, shortened, tr
from waternet_plugin.store.addresses import parse

if TYPE_CHECKING:
    from waternet_plugin.store.network import Network

Column = tuple[str, str]
# Table, what it is, and its name.
Foreign = tuple[str, str, str]

# What openings put back and the panel has not said yet, by the identity of the address.
_unsaid: dict[str, dict[str, None]] = {}
# Columns that others added, and of which the panel or a run has not told yet: fields, and no fields.
_untold: dict[str, tuple[dict[Column, None], dict[Column, None]]] = {}
# Triggers, rules and policies that others added on a server: those not told of yet, and those last seen.
_untold_foreign: dict[str, tuple[Foreign, ...]] = {}
_seen_foreign: dict[str, tuple[Foreign, ...]] = {}
_changing = threading.Lock()


def remember_repairs(path: str, repairs: Sequence[str]) -> None:
    """Keep what an opening put back until the panel says it."""
    if repairs:
        with _changing:
            _unsaid.setdefault(parse(path).identity, {}).update(dict.fromkeys(repairs))


def take_repairs(path: str) -> tuple[str, ...]:
    """Return what openings of a network put back since this was last asked."""
    with _changing:
        return tuple(_unsaid.pop(parse(path).identity, {}))


def remember_columns(path: str, fields: Sequence[Column], outside: Sequence[Column]) -> None:
    """Keep which columns others added until somebody tells of them.

    Parameters
    ----------
    path
        Where the network is.
    fields, outside
        Table and name of the columns that are fields from now on, and of those that can't be.
    """
    if fields or outside:
        with _changing:
            known = _untold.setdefault(parse(path).identity, ({}, {}))
            known[0].update(dict.fromkeys(fields))
            known[1].update(dict.fromkeys(outside))


def remember_foreign(path: str, foreign: tuple[Foreign, ...]) -> None:
    """Keep what others added to tables on a server until somebody tells of it, once."""
    identity = parse(path).identity
    with _changing:
        if foreign != _seen_foreign.get(identity, ()):
            _seen_foreign[identity] = _untold_foreign[identity] = foreign


def take_added_sentence(path: str) -> str:
    """Return what to say of what others added since this was last asked, '' for nothing."""
    identity = parse(path).identity
    with _changing:
        fields, outside = _untold.pop(identity, ({}, {}))
        foreign = _untold_foreign.pop(identity, ())
    sentences = []
    if foreign:
        text = tr(
            "Others added to tables of the network: {parts}. These may change, refuse or hide rows past "
            "WaterNet; whoever owns the tables removes them where they are not wanted."
        )
        sentences.append(text.format(parts=shortened(map(_foreign_part, foreign))))
    if fields:
        text = tr(
            "Fields added by another program now belong to the network ({names}); values entered in them "
            "before are not in the change log."
        )
        sentences.append(text.format(names=_named(fields)))
    if outside:
        text = tr(
            "Columns added by another program can't be fields because of their name or type ({names}): they "
            "stay as they are, but changes to them are not logged, undone or exported."
        )
        sentences.append(text.format(names=_named(outside)))
    return joined(sentences)


def _foreign_part(part: Foreign) -> str:
    name, kind, what = part
    labels = {"trigger": tr("trigger"), "rule": tr("rule"), "policy": tr("row policy")}
    return f"{all_tables()[name].label}: {labels[kind]} {what}"


def _named(columns: Iterable[Column]) -> str:
    tables = all_tables()
    return shortened(f"{tables[name].label}: {column}" for name, column in columns)


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
    label = described.label_of(first.field)
    return text.format(table=described.label, row=first.row, field=label, text=first.text)
