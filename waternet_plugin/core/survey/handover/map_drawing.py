"""The network as a drawing: pipes as lines in space by layer, points as blocks with their number.

DXF of release 12 as CASS and other programs of surveyors read and write it: a block is named after what
stands there and has the attributes 点号 and 地面高程, and XDATA of the application SOUTH holds the code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.drawings.dxf_groups import CODE_PAGE, ENCODING, escaped, groups
from waternet_plugin.core.files.spreadsheet_file import cell_texts
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.handover import codes
from waternet_plugin.core.survey.handover.given_levels import CJJ61
from waternet_plugin.core.survey.handover.handover_tables import column_of, headings, level_of_class
from waternet_plugin.core.survey.handover.placing import Placing
from waternet_plugin.core.survey.handover.points_lines import HandedOver

NUMBER, GROUND = "点号", "地面高程"
_APPLICATION = "SOUTH"
_POINT_LAYER, _LINE_LAYER = "POINT", "LINE"
# Colours of CJJ 61 in CAD's index: sky blue for supply, brown for drains.
_SUPPLY_COLOUR, _DRAIN_COLOUR = 4, 37
# Radius of a point and height of its number, m on the ground: 1 mm and 2 mm at 1:500.
_RADIUS_M, _TEXT_M = 0.5, 1.0
_LONGEST_XDATA = 120
# Fields that layer, attributes, places and the first of the XDATA say.
_SAID_OTHERWISE = ("point_no", "ground", "system", "code")
# Points as near as this lie at one place, m: only a number says at which of them a line ends.
_ONE_PLACE_M = 0.1


def _xdata(texts: Iterable[str]) -> str:
    inner = "".join(f"1000\n{escaped(text)[:_LONGEST_XDATA]}\n" for text in texts if text)
    return f"1001\n{_APPLICATION}\n{inner}" if inner else ""


def _head(layers: dict[str, int], low: Array, high: Array) -> Iterator[str]:
    yield groups((0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1009"))
    yield groups((9, "$DWGCODEPAGE"), (3, CODE_PAGE))
    for name, corner in (("$EXTMIN", low), ("$EXTMAX", high)):
        yield groups((9, name), *zip((10, 20, 30), (float(value) for value in corner)))
    yield groups((0, "ENDSEC"), (0, "SECTION"), (2, "TABLES"))
    yield groups((0, "TABLE"), (2, "LTYPE"), (70, 1), (0, "LTYPE"), (2, "CONTINUOUS"), (70, 0))
    yield groups((3, "Solid line"), (72, 65), (73, 0), (40, 0.0), (0, "ENDTAB"))
    yield groups((0, "TABLE"), (2, "LAYER"), (70, len(layers)))
    for layer, colour in layers.items():
        yield groups((0, "LAYER"), (2, layer), (70, 0), (62, colour), (6, "CONTINUOUS"))
    yield groups((0, "ENDTAB"), (0, "TABLE"), (2, "STYLE"), (70, 1), (0, "STYLE"), (2, "STANDARD"))
    yield groups((70, 0), (40, 0.0), (41, 0.8), (50, 0.0), (71, 0), (42, 2.5), (3, "txt"), (4, "gbcbig.shx"))
    yield groups((0, "ENDTAB"), (0, "TABLE"), (2, "APPID"), (70, 1), (0, "APPID"), (2, _APPLICATION), (70, 0))
    yield groups((0, "ENDTAB"), (0, "ENDSEC"))


def _blocks(names: Iterable[str]) -> Iterator[str]:
    yield groups((0, "SECTION"), (2, "BLOCKS"))
    for name in names:
        yield groups((0, "BLOCK"), (8, "0"), (2, name), (70, 2), (10, 0.0), (20, 0.0), (30, 0.0), (3, name))
        yield groups((0, "CIRCLE"), (8, "0"), (10, 0.0), (20, 0.0), (30, 0.0), (40, _RADIUS_M))
        for tag, row, flag in ((NUMBER, 0, 0), (GROUND, 1, 1)):
            yield groups((0, "ATTDEF"), (8, "0"), (10, _RADIUS_M), (20, -row * _TEXT_M), (30, 0.0))
            yield groups((40, _TEXT_M), (1, ""), (3, tag), (2, tag), (70, flag))
        yield groups((0, "ENDBLK"), (8, "0"))
    yield groups((0, "ENDSEC"))


def _known(value: float) -> float:
    # A drawing has no unknown heights: 0 is what drawing leaves where nothing was measured.
    return value if value == value else 0.0


def _point_entities(points: pd.DataFrame, east: Array, north: Array) -> Iterator[str]:
    """Yield the blocks of points, with their attributes."""
    name = points["feature"].where(points["feature"].notna(), points["appurtenance"])
    layer = points["system"].map(codes.class_letters) + _POINT_LAYER
    facts = _facts(points, "point", CJJ61)
    rows = zip(layer, name, points["code"], facts, points["point_no"], points["ground"], east, north)
    for on, block, code, label, number, ground, x, y in rows:
        z = _known(ground)
        yield (
            f"  0\nINSERT\n  8\n{on}\n 66\n1\n  2\n{escaped(block)}\n"
            f" 10\n{x:.4f}\n 20\n{y:.4f}\n 30\n{z:.4f}\n" + _xdata([code or "", *label])
        )
        ground_text = "" if ground != ground else f"{ground:.3f}"
        for tag, text, row, flag in ((NUMBER, number, 0, 0), (GROUND, ground_text, 1, 1)):
            yield (
                f"  0\nATTRIB\n  8\n{on}\n"
                f" 10\n{x + _RADIUS_M:.4f}\n 20\n{y - row * _TEXT_M:.4f}\n 30\n{z:.4f}\n"
                f" 40\n{_TEXT_M}\n  1\n{escaped(text)}\n  2\n{tag}\n 70\n{flag}\n"
            )
        yield f"  0\nSEQEND\n  8\n{on}\n"


def _whole_pipes(handed: HandedOver) -> pd.DataFrame:
    """Return one row for each pipe, from its start to its end."""
    pieces = np.diff(handed.first) - 1
    last = np.cumsum(pieces) - 1
    first = last - pieces + 1
    rows: pd.DataFrame = handed.lines.iloc[first].reset_index(drop=True)
    for name in ("end_no", "end_depth", "end_level"):
        rows[name] = handed.lines[name].to_numpy()[last]
    rows["length"] = np.add.reduceat(handed.lines["length"].to_numpy(dtype=float), first)
    return rows


def _with_doubtful_ends(lines: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return the lines with the numbers of those ends alone at whose place several points lie."""
    xy = points[["x", "y"]].to_numpy(dtype=float)
    twins = np.unique(cKDTree(xy).query_pairs(_ONE_PLACE_M, output_type="ndarray"))
    doubtful = set(points["point_no"].to_numpy(dtype=object)[twins])
    ends = {name: lines[name].where(lines[name].isin(doubtful), None) for name in ("start_no", "end_no")}
    named: pd.DataFrame = lines.assign(**ends)
    return named


def _facts(frame: pd.DataFrame, table: str, level_of: str) -> list[list[str]]:
    """Return what is known of each row, as headings and values with a mark between them."""
    facts: list[list[str]] = [[] for _ in range(len(frame))]
    for system in sorted(set(frame["system"])):
        rows = np.flatnonzero(frame["system"] == system)
        for heading in headings(table, level_of_class(system, level_of)):
            if heading.type == "coordinate" or heading.field in _SAID_OTHERWISE:
                continue
            texts = cell_texts(column_of(heading, frame.iloc[rows], ""))
            for row, text in zip(rows.tolist(), texts):
                if text:
                    facts[row].append(f"{heading.zh}={text}")
    return facts


def _line_entities(handed: HandedOver, east: Array, north: Array, level_of: str) -> Iterator[str]:
    """Yield the pipes as polylines in space; their XDATA are the code and what the line table says."""
    lines = _with_doubtful_ends(_whole_pipes(handed), drawn_points(handed))
    first = handed.first.tolist()
    layer = lines["system"].map(codes.class_letters) + _LINE_LAYER
    level = handed.coordinates[:, 2].tolist()
    x, y = east.tolist(), north.tolist()
    rows = zip(layer, lines["code"], _facts(lines, "line", level_of), first[:-1], first[1:])
    for on, code, facts, begin, end in rows:
        xdata = _xdata([code or "", *facts])
        yield f"  0\nPOLYLINE\n  8\n{on}\n 66\n1\n 10\n0.0\n 20\n0.0\n 30\n0.0\n 70\n8\n" + xdata
        for at in range(begin, end):
            z = _known(level[at])
            yield f"  0\nVERTEX\n  8\n{on}\n 10\n{x[at]:.4f}\n 20\n{y[at]:.4f}\n 30\n{z:.4f}\n 70\n32\n"
        yield f"  0\nSEQEND\n  8\n{on}\n"


def _layers(handed: HandedOver) -> dict[str, int]:
    """Return the colour of each layer."""
    layers = {}
    for kind, frame in ((_POINT_LAYER, handed.points), (_LINE_LAYER, handed.lines)):
        for system in sorted(set(frame["system"])):
            drain = system in systems("drain")
            layers[codes.class_letters(system) + kind] = _DRAIN_COLOUR if drain else _SUPPLY_COLOUR
    return layers


def drawn_points(handed: HandedOver) -> pd.DataFrame:
    """Return the points that become blocks: all but the vertices, which lines have themselves."""
    points: pd.DataFrame = handed.points.iloc[: len(handed.points) - handed.vertex_count]
    return points


def write_map_drawing(path: Path, handed: HandedOver, placing: Placing, level_of: str) -> None:
    """Write pipes and points as DXF, x always east as drawing programs have it, one unit a metre.

    Parameters
    ----------
    handed
        Points and lines.
    placing
        CRS to hand over in.
    level_of
        What the levels of the lines are of, one of `LEVELS_OF`.
    """
    points = drawn_points(handed)
    east, north = placing.moved(points["x"].to_numpy(dtype=float), points["y"].to_numpy(dtype=float))
    line_east, line_north = placing.moved(handed.coordinates[:, 0], handed.coordinates[:, 1])
    every = np.column_stack([np.concatenate([east, line_east]), np.concatenate([north, line_north])])
    low, high = (np.append(corner, 0.0) for corner in (every.min(axis=0), every.max(axis=0)))
    names = points["feature"].where(points["feature"].notna(), points["appurtenance"])
    with path.open("w", encoding=ENCODING, newline="\r\n") as file:
        # Programs skip remarks; people and our own reader find the coordinate system there.
        file.write(groups((999, f"{placing.crs.name} {placing.crs_code}")))
        file.writelines(_head(_layers(handed), low, high))
        file.writelines(_blocks(escaped(name) for name in sorted(set(names))))
        file.write(groups((0, "SECTION"), (2, "ENTITIES")))
        file.writelines(_line_entities(handed, line_east, line_north, level_of))
        file.writelines(_point_entities(points, east, north))
        file.write(groups((0, "ENDSEC"), (0, "EOF")))
