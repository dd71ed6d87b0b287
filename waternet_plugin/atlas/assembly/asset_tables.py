"""The list of assets on each sheet: valves, hydrants and pipes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.atlas.layouts.page_table import TableText
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.sheets.sheet_series import Sheets
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.schema.domains import domain

# What is listed of nodes, with their places.
NODE_COLUMNS = ("node_id", "kind", "status", "diameter_mm")
_SHARES, _NUMERIC = (0.36, 0.34, 0.13, 0.17), (False, False, True, True)
_HYDRANT = "hydrant"


def listed_nodes(nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the nodes that lists name, by id: valves and hydrants that have a place and were not removed.

    ``nodes`` are those of the network: `NODE_COLUMNS` and their places.
    """
    kinds = [code for code, kind in domain("node_kind").items() if kind.family == "valve" or code == _HYDRANT]
    points = nodes["geom"].to_numpy()
    listed = nodes["kind"].isin(kinds).to_numpy(bool) & (nodes["status"] != "removed").to_numpy(bool)
    return nodes[listed & ~(shapely.is_missing(points) | shapely.is_empty(points))].sort_values("node_id")


def asset_tables(nodes: pd.DataFrame, sheets: Sheets, words: PageWords) -> list[TableText]:
    """Return the list of each sheet: valves and hydrants by number, then the pipes that are counted there.

    Kind or material, DN (width x height of a box) in mm, and the length on the sheet in m.

    Parameters
    ----------
    nodes
        See `listed_nodes`.
    """
    head = (words("asset"), words("asset_kind"), words("diameter"), words("length_m"))
    on_sheets, pipes = _node_rows(nodes, sheets, words), _pipe_rows(sheets, words)
    return [
        TableText((head, *on_sheets[position], *pipes[position]), _SHARES, _NUMERIC)
        for position in range(len(sheets.index))
    ]


def _node_rows(nodes: pd.DataFrame, sheets: Sheets, words: PageWords) -> list[list[tuple[str, ...]]]:
    labels = {code: kind.label_in(words.language) for code, kind in domain("node_kind").items()}
    # Valves before hydrants, each by number.
    nodes = nodes.assign(is_hydrant=nodes["kind"] == _HYDRANT).sort_values(["is_hydrant", "node_id"])
    tree = shapely.STRtree(sheets.index["geom"].to_numpy())
    row, sheet = tree.query(nodes["geom"].to_numpy(), predicate="intersects")
    found = [
        (str(node.node_id), labels[node.kind], _size(node.diameter_mm), "")
        for node in tuples(nodes.drop(columns="geom"))
    ]
    order = np.lexsort((row, sheet))
    return _by_sheet(sheet[order], [found[each] for each in row[order]], len(sheets.index))


def _pipe_rows(sheets: Sheets, words: PageWords) -> list[list[tuple[str, ...]]]:
    materials = {code.code: code.label_in(words.language) for code in domain("material").values()}
    pieces = sheets.pieces[sheets.pieces["is_counted"]]
    columns = ["pipe_id", "material", "diameter_mm", "width_mm", "height_mm"]
    pipes = pd.DataFrame(sheets.pipes[columns]).iloc[pieces["line"].to_numpy()]
    pipes = pipes.assign(sheet=pieces["sheet"].to_numpy(), m=pieces["length_m"].to_numpy())
    pipes = pipes.sort_values(["sheet", "pipe_id"], kind="stable")
    rows = [
        (
            str(pipe.pipe_id),
            materials.get(pipe.material) or pipe.material or words("not_recorded"),
            _size(pipe.diameter_mm, pipe.width_mm, pipe.height_mm),
            f"{pipe.m:,.1f}",
        )
        for pipe in tuples(pipes)
    ]
    return _by_sheet(pipes["sheet"].to_numpy(), rows, len(sheets.index))


def _size(diameter_mm: float, width_mm: float = np.nan, height_mm: float = np.nan) -> str:
    if diameter_mm == diameter_mm:
        return f"{diameter_mm:g}"
    return f"{width_mm:g}×{height_mm:g}" if width_mm == width_mm and height_mm == height_mm else ""


def _by_sheet(sheet: np.ndarray, rows: Sequence[tuple[str, ...]], count: int) -> list[list[tuple[str, ...]]]:
    result: list[list[tuple[str, ...]]] = [[] for _ in range(count)]
    for position, row in zip(sheet.tolist(), rows):
        result[position].append(row)
    return result
