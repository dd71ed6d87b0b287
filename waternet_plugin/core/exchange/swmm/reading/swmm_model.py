"""The nodes, links and subcatchments of a SWMM input file in our units, and what is wrong with its lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.line_faults import LineFaults, line_warning
from waternet_plugin.core.exchange.swmm.reading.element_ids import ElementIds
from waternet_plugin.core.exchange.swmm.reading.swmm_columns import SwmmColumns
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import LINK_SECTIONS, NODE_SECTIONS, UNKNOWN
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.exchange.swmm.reading.swmm_units import (
    DEFAULT_SWMM_FLOW,
    SwmmUnits,
    named_swmm_flow,
    swmm_units,
)
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.texts import joined, tr

# How many words a line has at least, by section.
_LEAST = {"JUNCTIONS": 2, "OUTFALLS": 2, "STORAGE": 3, "DIVIDERS": 3, "CONDUITS": 4}
_LEAST_OF_LINK = 3
_POINT_WORDS = 3
# Where a link says how high above the bottom of its first node it begins, by section.
_OFFSET = {"CONDUITS": 5, "ORIFICES": 4, "WEIRS": 4, "OUTLETS": 3}
_DEPTH = {"JUNCTIONS": 2, "STORAGE": 2}
ROUND_SHAPES = ("CIRCULAR", "FORCE_MAIN", "FILLED_CIRCULAR")
OPEN_SHAPES = ("RECT_OPEN", "TRAPEZOIDAL", "TRIANGULAR", "PARABOLIC", "POWER", "IRREGULAR", "STREET")
# The second number of these is a width.
WIDE_SHAPES = (
    "RECT_CLOSED",
    "RECT_OPEN",
    "TRAPEZOIDAL",
    "TRIANGULAR",
    "PARABOLIC",
    "POWER",
    "RECT_TRIANGULAR",
    "RECT_ROUND",
    "MODBASKETHANDLE",
    "HORIZ_ELLIPSE",
    "VERT_ELLIPSE",
    "ARCH",
)
# These give a name in place of the height.
_NAMED_SHAPES = ("IRREGULAR", "STREET")


@dataclass(frozen=True)
class SwmmModel(PlainFrames):
    """What the map needs of a file, in metres and millimetres, rows in the order of the file.

    ``nodes``: node_id, section, invert_m, depth_m (NaN where it is left to SWMM), x and y as the file has
    them, NaN where it gives no place. ``links``: link_id, section, from_node, to_node, length_m, shape,
    height_mm, width_mm, invert_start_m, invert_end_m. ``vertices``: link_id, x, y. ``subcatchments``:
    subcatchment_id, outlet, area_ha. ``corners``: subcatchment_id, x, y of the polygons.
    """

    text: SwmmText
    units: SwmmUnits
    nodes: pd.DataFrame
    links: pd.DataFrame
    vertices: pd.DataFrame
    subcatchments: pd.DataFrame
    corners: pd.DataFrame
    warnings: tuple[str, ...]

    def count(self, section: str) -> int:
        """Return how many nodes or links stand in a section."""
        frame = self.nodes if section in NODE_SECTIONS else self.links
        return int((frame["section"] == section).sum())


@uncollected()
def swmm_model_of(text: SwmmText, name: str, flow_unit: str = "") -> SwmmModel:
    """Return the elements of a file.

    Parameters
    ----------
    name
        The file's name, for the sentence.
    flow_unit
        Unit of a file that names none, '' for SWMM's default.

    Raises
    ------
    InputError
        When lines that make up the network can't be used; the sentence names the first, the details all.
    """
    named = named_swmm_flow(text)
    if flow_unit and named and named != flow_unit:
        message = tr("{name} gives its own flow unit, {own}. Leave FLOW_UNIT empty, or choose {own}.")
        raise InputError(message.format(name=name, own=named))
    units = swmm_units(named or flow_unit or DEFAULT_SWMM_FLOW)
    faults = LineFaults()
    nodes, node_ids = _nodes(text, units, faults)
    links, link_ids = _links(text, units, nodes["invert_m"], node_ids, faults)
    faults.refuse(name)
    if not len(link_ids.texts):
        message = tr("{name} contains no conduit, pump, weir, orifice or outlet. Choose another file.")
        raise InputError(message.format(name=name))
    warnings = [] if named or flow_unit else [_no_unit()]
    rows, xy = _points(text, "COORDINATES", node_ids, warnings)
    # Of several lines of a node the last one counts.
    node_xy = np.full((2, len(node_ids.texts)), math.nan)
    node_xy[:, rows] = xy
    nodes["x"], nodes["y"] = node_xy
    vertices = _points(text, "VERTICES", link_ids, warnings)
    areas, area_ids = SwmmColumns(text, "SUBCATCHMENTS", 4, faults), ElementIds()
    area_ids.add(areas)
    subcatchments = pd.DataFrame(
        {
            "subcatchment_id": area_ids.texts,
            "outlet": areas.words(2),
            "area_ha": areas.values(3) * units.hectares,
        }
    )
    faults.refuse(name)
    corners = _points(text, "POLYGONS", area_ids, warnings)
    warnings += _unknown_sections(text)
    return SwmmModel(
        text,
        units,
        made_of(nodes),
        made_of(links),
        _point_frame(vertices, "link_id", link_ids),
        subcatchments,
        _point_frame(corners, "subcatchment_id", area_ids),
        tuple(warnings),
    )


def _take_ids(ids: ElementIds, columns: SwmmColumns, sentence: str) -> None:
    """Give the elements of a section their rows; note those whose id is empty or there already."""
    if not ids.add(columns):
        columns.refuse_ids(set(ids.texts[: -len(columns)]), sentence)


def _joined_columns(sections: list[dict[str, Array]]) -> dict[str, Array]:
    """Return the columns of all sections."""
    return {name: np.concatenate([section[name] for section in sections]) for name in sections[0]}


def _nodes(text: SwmmText, units: SwmmUnits, faults: LineFaults) -> tuple[dict[str, Array], ElementIds]:
    sections: list[dict[str, Array]] = []
    ids = ElementIds()
    for section in NODE_SECTIONS:
        columns = SwmmColumns(text, section, _LEAST[section], faults)
        _take_ids(ids, columns, tr("the node {id} already exists."))
        depth = columns.values(_DEPTH[section]) if section in _DEPTH else np.full(len(columns), math.nan)
        # A depth of 0 is left to SWMM: up to the crown of the highest conduit.
        depth[depth == 0.0] = math.nan
        sections.append(
            {
                "section": np.full(len(columns), section, dtype=object),
                "invert_m": columns.values(1) * units.metres,
                "depth_m": depth * units.metres,
            }
        )
    return {"node_id": ids.texts, **_joined_columns(sections)}, ids


def _links(
    text: SwmmText, units: SwmmUnits, invert_m: Array, nodes: ElementIds, faults: LineFaults
) -> tuple[dict[str, Array], ElementIds]:
    profiles = SwmmColumns(text, "XSECTIONS", 3, faults)
    shapes = _profiles(profiles, units)
    are_elevations = text.option("LINK_OFFSETS").startswith("ELEV")
    ids = ElementIds()
    sections: list[dict[str, Array]] = []
    # Row -1 is no node.
    inverts, node_ids = np.append(invert_m, math.nan), np.append(nodes.texts, "")
    for section in LINK_SECTIONS:
        columns = SwmmColumns(text, section, _LEAST.get(section, _LEAST_OF_LINK), faults)
        _take_ids(ids, columns, tr("the link {id} already exists."))
        end_rows = [nodes.rows_of(columns, 1), nodes.rows_of(columns, 2)]
        _refuse_lost_ends(columns, end_rows)
        link = {"section": np.full(len(columns), section, dtype=object)}
        link["from_node"], link["to_node"] = (node_ids[rows] for rows in end_rows)
        if section == "CONDUITS":
            link["length_m"] = columns.values(3) * units.metres
            profile_rows = ids.rows_of(profiles)
            _refuse_without_profile(columns, ids, profile_rows)
        else:
            link["length_m"] = np.zeros(len(columns))
        for end, rows in enumerate(end_rows):
            bottom = inverts[rows]
            level = np.full(len(columns), math.nan)
            if section == "CONDUITS" or (end == 0 and section in _OFFSET):
                offset = columns.values(_OFFSET[section] + end, math.nan if are_elevations else 0.0)
                level = offset * units.metres
                level = np.where(np.isnan(level), bottom, level) if are_elevations else bottom + level
            link[f"invert_{('start', 'end')[end]}_m"] = level
        sections.append(link)
    result = {"link_id": ids.texts, **_joined_columns(sections)}
    if len(ids.texts) > len(sections[0]["section"]):
        profile_rows = ids.rows_of(profiles)
    has_link = profile_rows >= 0
    for name, values in shapes.items():
        # Of several lines of a link the last one counts.
        result[name] = np.full(len(ids.texts), math.nan, dtype=values.dtype)
        result[name][profile_rows[has_link]] = values[has_link]
    return result, ids


def _refuse_lost_ends(columns: SwmmColumns, end_rows: list[Array]) -> None:
    """Note links whose ends are no node; ``end_rows`` are the rows of their nodes, -1 where there is none."""
    lost = np.flatnonzero((end_rows[0] < 0) | (end_rows[1] < 0)).tolist()
    if not lost:
        return
    text = tr("there is no node {id} in the file.")
    names = [columns.words(1), columns.words(2)]
    sentences = [text.format(id=names[0 if end_rows[0][row] < 0 else 1][row]) for row in lost]
    columns.refuse_rows(lost, sentences)


def _refuse_without_profile(columns: SwmmColumns, ids: ElementIds, profile_rows: Array) -> None:
    """Note conduits without a line of their size; ``profile_rows`` are the rows of those that have some."""
    is_missing = np.ones(len(columns), dtype=bool)
    is_missing[profile_rows[profile_rows >= 0]] = False
    if not is_missing.any():
        return
    # Of conduits of one id the last one has the row.
    missing = np.flatnonzero(is_missing[ids.rows_of(columns)]).tolist()
    text = tr("the conduit has no line in [XSECTIONS]; the file may have been cut off.")
    columns.refuse_rows(missing, [text] * len(missing))


def _profiles(columns: SwmmColumns, units: SwmmUnits) -> dict[str, Array]:
    """Return shape, height_mm and width_mm of each profile."""
    words = columns.words(1)
    upper = {word: word.upper() for word in set(words)}
    code_of = {shape: code for code, shape in enumerate(sorted(set(upper.values())))}
    codes = np.array([code_of[upper[word]] for word in words], dtype=np.intp)
    is_named, is_wide = (
        np.array([shape in names for shape in code_of], dtype=bool)[codes]
        for names in (_NAMED_SHAPES, WIDE_SHAPES)
    )
    return {
        "shape": np.array(list(code_of), dtype=object)[codes],
        "height_mm": _sizes(columns, 2, ~is_named, units),
        "width_mm": _sizes(columns, 3, is_wide, units),
    }


def _sizes(columns: SwmmColumns, index: int, are_sizes: Array, units: SwmmUnits) -> Array:
    """Return one dimension of each profile in millimetres, NaN where the word is none or 0."""
    if not are_sizes.any():
        return np.full(len(columns), math.nan)
    try:
        values = np.where(are_sizes, columns.numbers_of(index), math.nan)
    except ValueError:
        values = np.full(len(columns), math.nan)
        for row, (word, is_size) in enumerate(zip(columns.words(index), are_sizes)):
            if is_size:
                try:
                    values[row] = float(word)
                except ValueError:
                    continue
    values[~(values > 0)] = math.nan
    return values * units.metres * 1000.0


class _Points(NamedTuple):
    """Rows of the elements that points belong to, and x and y, (2, N)."""

    rows: Array
    xy: Array


def _points(text: SwmmText, section: str, known: ElementIds, warnings: list[str]) -> _Points:
    """Return the points of the lines of a section; what can't be used there is left out aloud."""
    points = _all_points(text, section, known)
    if points is not None:
        return points
    row_of = known.row_of()
    rows: list[int] = []
    xy: list[tuple[float, float]] = []
    strangers = []
    for number, words in text.rows(section):
        try:
            x, y = float(words[1]), float(words[2])
        except (ValueError, IndexError):
            x = y = math.nan
        if not (math.isfinite(x) and math.isfinite(y)):
            sentence = tr("the coordinates can't be read and are left out.")
            warnings.append(line_warning(text.line(section, number), sentence))
        elif words[0] in row_of:
            rows.append(row_of[words[0]])
            xy.append((x, y))
        else:
            strangers.append((number, words[0]))
    if strangers:
        number, id_ = strangers[0]
        sentence = tr(
            "Elements that have coordinates but do not exist in the file: %n line(s), such as {id}.",
            "",
            len(strangers),
        )
        warnings.append(line_warning(text.line(section, number), sentence.format(id=id_)))
    return _Points(np.array(rows, dtype=np.intp), np.array(xy, dtype=float).reshape(-1, 2).T)


def _all_points(text: SwmmText, section: str, known: ElementIds) -> _Points | None:
    """Return the points of a section at once, None where a line must be looked at by itself."""
    _number, lines = text.regular(section) or (0, None)
    if lines is None or lines.width < _POINT_WORDS:
        return None
    try:
        points = _Points(known.rows_of(lines), np.array([lines.values(1), lines.values(2)]))
    except ValueError:
        return None
    return points if np.isfinite(points.xy).all() and (points.rows >= 0).all() else None


def _point_frame(points: _Points, id_column: str, ids: ElementIds) -> pd.DataFrame:
    """Return id, x and y of points."""
    x, y = points.xy
    return made_of({id_column: ids.texts[points.rows], "x": x, "y": y})


def _no_unit() -> str:
    text = tr("The file gives no flow unit: {unit}, SWMM’s default, was taken, so its lengths are feet.")
    again = tr("If that is wrong, import again and give the unit with FLOW_UNIT.")
    return joined((text.format(unit=DEFAULT_SWMM_FLOW), again))


def _unknown_sections(text: SwmmText) -> list[str]:
    return [
        tr("Line {number}: {sentence}").format(
            number=section.first - 1,
            sentence=tr("SWMM has no section {heading}; its lines are kept as comments.").format(
                heading=(section.heading or "").strip()[:40]
            ),
        )
        for section in text.sections
        if section.name == UNKNOWN
    ]
