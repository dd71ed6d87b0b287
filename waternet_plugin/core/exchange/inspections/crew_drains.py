"""The drains that rows of a crew's table mean, which may be named by their manholes alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from collections.abc import Mapping as Dictionary
from dataclasses import replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.exchange.inspections.crew_headings import ENDS
from waternet_plugin.core.exchange.inspections.crew_tables import said_texts
from waternet_plugin.core.exchange.mapping.mapping import FieldSource, Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns
from waternet_plugin.core.frames import with_columns

# What stands between the manholes that a drain is called after.
_BETWEEN = re.compile(r"--+|->|[-~～—–→至到/]")
# The column of drains that is made.
_PIPE = "__pipe"

# What nodes are called now, by the former ids among some names.
NamesNow = Callable[[Collection[str]], Dictionary[str, str]]


def _as_they_are(_names: Collection[str]) -> Dictionary[str, str]:
    return {}


def with_pipes_of_ends(
    frame: pd.DataFrame, mapping: Mapping, pipes: pd.DataFrame, now_of: NamesNow = _as_they_are
) -> tuple[pd.DataFrame, Mapping, tuple[str, ...]]:
    """Return rows whose pipe is the one between their manholes where they name none that is known.

    Parameters
    ----------
    frame
        Rows of the table.
    mapping
        Of both; its ``from_node`` and ``to_node`` name the manholes and are taken out.
    pipes
        pipe_id, from_node and to_node of the network.
    now_of
        Returns what manholes are called now that rows name by former ids.

    Returns
    -------
    The rows, the mapping, and the pipes that were found so.
    """
    mapping = for_columns(mapping, [str(column) for column in frame.columns])
    ends = [mapping.fields.get(name) for name in ENDS]
    mapping = replace(mapping, fields={name: one for name, one in mapping.fields.items() if name not in ENDS})
    own = said_texts(frame, mapping, "pipe_id")
    has_columns = ends[0] is not None and ends[1] is not None
    if not has_columns and own is None:
        return frame, mapping, ()
    between: dict[frozenset[str], str | None] = {}
    for pipe, *nodes in zip(*(texts(pipes[name]) for name in ("pipe_id", *ENDS))):
        if None not in nodes:
            key = frozenset(nodes)
            between[key] = None if key in between else pipe
    there = set(texts(pipes["pipe_id"]))
    if has_columns:
        start, end = (texts(frame[one.column]) for one in ends if one is not None)
    else:
        manholes = {str(one) for name in ENDS for one in texts(pipes[name]) if one is not None}
        start, end = _ends_in_names(own, there, manholes)
    now = now_of({str(one) for one in (*start, *end) if one is not None})
    start, end = (np.array([now.get(one, one) for one in side], dtype=object) for side in (start, end))
    named = np.full(len(frame), None, dtype=object) if own is None else own.copy()
    found = set()
    for row, pair in enumerate(zip(start, end)):
        pipe = between.get(frozenset(pair))
        if pipe is not None and named[row] not in there:
            named[row] = pipe
            found.add(pipe)
        elif named[row] is None and None not in pair:
            named[row] = "-".join(pair)
    fields = {**mapping.fields, "pipe_id": FieldSource(_PIPE)}
    return with_columns(frame, **{_PIPE: named}), replace(mapping, fields=fields), tuple(sorted(found))


def _ends_in_names(
    names: Array | None, there: Collection[str], nodes: Collection[str]
) -> tuple[Array, Array]:
    """Return the manholes of drains that are called after them: W1-W2, W1~W2, W1至W2; None for others.

    Only names that no pipe has are read so, and only where both manholes are there.
    """
    rows = 0 if names is None else len(names)
    ends = np.full((2, rows), None, dtype=object)
    for row, name in enumerate(() if names is None else names):
        if name is None or name in there:
            continue
        for between in _BETWEEN.finditer(str(name)):
            pair = str(name)[: between.start()].strip(), str(name)[between.end() :].strip()
            if all(one in nodes for one in pair):
                ends[0, row], ends[1, row] = pair
    return ends[0], ends[1]
