"""What the index of a map book lists: streets and valves with their sheets, and the sums of the sheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.page_contents import named_streets
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_pieces import counted
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.schema.domains import domain

# Shorter differences are those of rounding.
_SHORTEST_M = 0.005


@dataclass(frozen=True)
class SheetRow:
    """A street or valve on a sheet: ``sheet`` is its position in the index, ``detail`` what more is said."""

    name: str
    sheet: int
    detail: str


@dataclass(frozen=True)
class SumRow:
    """A row of the sums: pipes and nodes are None where they are not counted, ``strong`` for sums."""

    label: str
    pipes: int | None
    nodes: int | None
    length_m: float
    strong: bool = False


@dataclass(frozen=True)
class IndexTables:
    """What front and index list; ``contents`` are the streets of each sheet, in the order of the pages.

    ``changes`` are how many assets were changed on each, None where the book is not an exchange of sheets.
    """

    contents: Sequence[str]
    streets: Sequence[SheetRow]
    valves: Sequence[SheetRow]
    sums: Sequence[SumRow]
    changes: Sequence[int] | None = None


def street_rows(sheets: Sheets) -> list[SheetRow]:
    """Return the streets by name, each with its sheets and the metres of pipe there."""
    pieces = sheets.pieces[sheets.pieces["is_counted"]]
    names = sheets.pipes["street"].to_numpy()[pieces["line"]]
    named = named_streets(names, sheets)
    frame = pd.DataFrame(
        {"name": names[named], "sheet": pieces["sheet"].to_numpy()[named], "m": pieces["length_m"][named]}
    )
    sums = frame.groupby(["name", "sheet"])["m"].sum()
    return [SheetRow(str(name), int(sheet), f"{length:,.2f}") for (name, sheet), length in sums.items()]


def valve_rows(nodes: pd.DataFrame, sheets: Sheets, words: PageWords) -> list[SheetRow]:
    """Return the valves among `asset_tables.listed_nodes` by number, each with its kind and sheet."""
    kinds = {code.code: code for code in domain("node_kind").values()}
    labels = {code: kind.label_in(words.language) for code, kind in kinds.items() if kind.family == "valve"}
    nodes = nodes[nodes["kind"].isin(list(labels))]
    tree = shapely.STRtree(sheets.index["geom"].to_numpy())
    valve, sheet = tree.query(nodes["geom"].to_numpy(), predicate="intersects")
    # In the order of the valves, then of the pages.
    order = np.lexsort((sheet, valve))
    ids, codes = nodes["node_id"].to_numpy(), nodes["kind"].to_numpy()
    return [
        SheetRow(str(ids[row]), int(position), labels[codes[row]])
        for row, position in zip(valve[order], sheet[order])
    ]


def sum_rows(sheets: Sheets, strays: np.ndarray, words: PageWords) -> list[SumRow]:
    """Return pipes, nodes and metres of each sheet, their sum, and what leads from it to the whole network.

    ``strays`` marks the pipes that are far from all others.
    """
    pipes, pieces = sheets.pipes, sheets.pieces
    length = np.nan_to_num(pipes["length_m"].to_numpy(float))
    shares = np.bincount(pieces["line"], weights=pieces["share"], minlength=len(pipes))
    is_counted = counted(pipes)
    is_removed = (pipes["status"] == "removed").to_numpy(bool)
    is_stray = is_counted & strays & (shares == 0)
    is_near = is_counted & ~is_stray
    index = sheets.index
    rows = [
        SumRow(str(number), int(count), int(nodes), float(metres))
        for number, count, nodes, metres in zip(
            index["sheet_no"], index["pipe_count"], index["node_count"], index["length_m"]
        )
    ]
    on_sheets = pieces.loc[pieces["is_counted"], "line"].nunique()
    rows.append(SumRow(words("sum_sheets"), on_sheets, None, float(index["length_m"].sum()), strong=True))
    several = float((length * np.maximum(shares - 1.0, 0.0))[is_near].sum())
    elsewhere = float((length * np.maximum(1.0 - shares, 0.0))[is_near].sum())
    if several >= _SHORTEST_M:
        rows.append(SumRow(words("sum_several"), None, None, -several))
    if elsewhere >= _SHORTEST_M:
        rows.append(SumRow(words("sum_elsewhere"), None, None, elsewhere))
    for word, which in (
        ("sum_strays", is_stray),
        ("sum_connectors", ~is_counted & ~is_removed),
        ("sum_removed", is_removed),
    ):
        if which.any():
            rows.append(SumRow(words(word), int(which.sum()), None, float(length[which].sum())))
    rows.append(SumRow(words("sum_network"), len(pipes), None, float(length.sum()), strong=True))
    return rows


def change_counts(sheets: Sheets) -> list[int] | None:
    """Return how many assets were changed on each sheet; None where no changes were looked for."""
    if sheets.changes is None:
        return None
    assets = sheets.changes.drop_duplicates(["sheet", "table", "asset"])
    return [
        int(count) for count in np.bincount(assets["sheet"].to_numpy(np.int64), minlength=len(sheets.index))
    ]


def contents_table(
    tables: IndexTables, numbers: Sequence[str], firsts: Iterable[int], words: PageWords
) -> TableText:
    """Return the contents: each sheet with its streets, page and changes if there are any."""
    pages = map(str, firsts)
    if tables.changes is None:
        head = (words("sheet_no"), words("streets"), words("page"))
        rows = zip(numbers, tables.contents, pages)
        return TableText((head, *rows), (0.34, 0.53, 0.13), (False, False, True))
    wide = (words("sheet_no"), words("streets"), words("changes"), words("page"))
    with_changes = zip(numbers, tables.contents, map(str, tables.changes), pages)
    return TableText((wide, *with_changes), (0.33, 0.39, 0.15, 0.13), (False, False, True, True))


def street_table(rows: Sequence[SheetRow], numbers: Sequence[str], words: PageWords) -> TableText:
    """Return the streets with their sheets."""
    head = (words("street"), words("sheet_no"), words("length_m"))
    texts = _with_numbers(rows, numbers)
    return TableText((head, *texts), (0.45, 0.32, 0.23), (False, False, True))


def valve_table(rows: Sequence[SheetRow], numbers: Sequence[str], words: PageWords) -> TableText:
    """Return the valves with their sheets."""
    head = (words("valve"), words("sheet_no"), words("kind"))
    return TableText((head, *_with_numbers(rows, numbers)), (0.36, 0.32, 0.32), (False, False, False))


def sum_table(rows: Sequence[SumRow], words: PageWords) -> TableText:
    """Return the sums."""
    head = (words("sheet_no"), words("pipes"), words("nodes"), words("length_m"))
    texts = [
        (
            row.label,
            "" if row.pipes is None else f"{row.pipes:,}",
            "" if row.nodes is None else f"{row.nodes:,}",
            f"{row.length_m:,.2f}",
        )
        for row in rows
    ]
    strong = frozenset(place for place, row in enumerate(rows, 1) if row.strong)
    return TableText((head, *texts), (0.42, 0.16, 0.16, 0.26), (False, True, True, True), strong)


def _with_numbers(rows: Sequence[SheetRow], numbers: Sequence[str]) -> list[tuple[str, str, str]]:
    return [(row.name, numbers[row.sheet], row.detail) for row in rows]
