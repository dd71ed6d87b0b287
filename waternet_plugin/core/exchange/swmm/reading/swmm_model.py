"""The nodes, links and subcatchments of a SWMM input file in our units, and what is wrong with its lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.line_faults import LineFaults, line_warning
from waternet_plugin.core.exchange.swmm.reading.swmm_columns import SwmmColumns, numbers_of
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import LINK_SECTIONS, NODE_SECTIONS, UNKNOWN
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.exchange.swmm.reading.swmm_units import (
    DEFAULT_SWMM_FLOW,
    SwmmUnits,
    named_swmm_flow,
    swmm_units,
)
from waternet_plugin.core.frames import PlainFrames
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
    nodes = _nodes(text, units, faults)
    links = _links(text, units, nodes, faults)
    faults.refuse(name)
    if links.empty:
        message = tr("{name} contains no conduit, pump, weir, orifice or outlet. Choose another file.")
        raise InputError(message.format(name=name))
    warnings = [] if named or flow_unit else [_no_unit()]
    points = _points(text, "COORDINATES", set(nodes["node_id"]), warnings)
    rows = _rows_of(nodes["node_id"].tolist(), points["id"].tolist())
    nodes["x"], nodes["y"] = _taken(points["x"], rows), _taken(points["y"], rows)
    vertices = _points(text, "VERTICES", set(links["link_id"]), warnings)
    areas = SwmmColumns(text, "SUBCATCHMENTS", 4, faults)
    subcatchments = pd.DataFrame(
        {
            "subcatchment_id": areas.words(0),
            "outlet": areas.words(2),
            "area_ha": areas.values(3) * units.hectares,
        }
    )
    faults.refuse(name)
    corners = _points(text, "POLYGONS", set(subcatchments["subcatchment_id"]), warnings)
    warnings += _unknown_sections(text)
    return SwmmModel(
        text,
        units,
        nodes,
        links,
        vertices.rename(columns={"id": "link_id"}),
        subcatchments,
        corners.rename(columns={"id": "subcatchment_id"}),
        tuple(warnings),
    )


def _refuse_again(columns: SwmmColumns, ids: list[str], known: dict[str, str], sentence: str) -> None:
    """Note ids that are empty or there already; known are those of earlier sections, with these after it."""
    there = dict(zip(ids, ids))
    if len(there) == len(ids) and "" not in there and there.keys().isdisjoint(known):
        known |= there
        return
    rows, sentences = [], []
    for row, id_ in enumerate(ids):
        if not id_ or id_ in known:
            rows.append(row)
            sentences.append(sentence.format(id=id_) if id_ else tr("the id is empty."))
        known[id_] = id_
    columns.refuse_rows(rows, sentences)


def _rows_of(ids: list[str], among: list[str]) -> Array:
    """Return the last row of each id among others, -1 where it is not there."""
    if ids == among:
        return np.arange(len(ids))
    row_of = dict(zip(among, range(len(among))))
    return np.fromiter(map(row_of.get, ids, repeat(-1)), dtype=np.intp, count=len(ids))


def _taken(column: pd.Series, rows: Array) -> Array:
    """Return values of some rows, NaN for row -1."""
    values = column.to_numpy()
    return np.asarray(np.append(values, np.array([math.nan], dtype=values.dtype))[rows])


def _joined_frames(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of frames; empty ones say nothing of types."""
    full = [frame for frame in frames if len(frame)] or frames[:1]
    joined_frames: pd.DataFrame = full[0] if len(full) == 1 else pd.concat(full, ignore_index=True)
    return joined_frames


def _nodes(text: SwmmText, units: SwmmUnits, faults: LineFaults) -> pd.DataFrame:
    frames: list[pd.DataFrame] = []
    known: dict[str, str] = {}
    for section in NODE_SECTIONS:
        columns = SwmmColumns(text, section, _LEAST[section], faults)
        if frames and not len(columns):
            continue
        ids = columns.words(0)
        _refuse_again(columns, ids, known, tr("the node {id} already exists."))
        depth = columns.values(_DEPTH[section]) if section in _DEPTH else np.full(len(columns), math.nan)
        # A depth of 0 is left to SWMM: up to the crown of the highest conduit.
        depth[depth == 0.0] = math.nan
        frames.append(
            pd.DataFrame(
                {
                    "node_id": ids,
                    "section": section,
                    "invert_m": columns.values(1) * units.metres,
                    "depth_m": depth * units.metres,
                }
            )
        )
    return _joined_frames(frames)


def _links(text: SwmmText, units: SwmmUnits, nodes: pd.DataFrame, faults: LineFaults) -> pd.DataFrame:
    node_ids = nodes["node_id"].tolist()
    profiles = _profiles(text, units, faults)
    with_profile = set(profiles["id"])
    are_elevations = text.option("LINK_OFFSETS").startswith("ELEV")
    known: dict[str, str] = {}
    frames: list[pd.DataFrame] = []
    for section in LINK_SECTIONS:
        columns = SwmmColumns(text, section, _LEAST.get(section, _LEAST_OF_LINK), faults)
        if frames and not len(columns):
            continue
        ids, starts, ends = (columns.words(index) for index in range(3))
        _refuse_again(columns, ids, known, tr("the link {id} already exists."))
        end_rows = [_rows_of(names, node_ids) for names in (starts, ends)]
        _refuse_lost_ends(columns, starts, ends, end_rows)
        frame = pd.DataFrame({"link_id": ids, "section": section, "from_node": starts, "to_node": ends})
        if section == "CONDUITS":
            frame["length_m"] = columns.values(3) * units.metres
            _refuse_without_profile(columns, ids, with_profile)
        else:
            frame["length_m"] = 0.0
        for end, rows in enumerate(end_rows):
            is_given = section == "CONDUITS" or (end == 0 and section in _OFFSET)
            offset = np.full(len(columns), math.nan)
            if is_given:
                offset = columns.values(_OFFSET[section] + end, math.nan if are_elevations else 0.0)
            bottom = _taken(nodes["invert_m"], rows)
            level = offset * units.metres
            if is_given:
                level = np.where(np.isnan(level), bottom, level) if are_elevations else bottom + level
            frame[f"invert_{('start', 'end')[end]}_m"] = level
        frames.append(frame)
    result = _joined_frames(frames)
    rows = _rows_of(result["link_id"].tolist(), profiles.pop("id").tolist())
    for name in profiles.columns:
        result[name] = _taken(profiles[name], rows)
    return result


def _refuse_lost_ends(
    columns: SwmmColumns, starts: list[str], ends: list[str], end_rows: list[Array]
) -> None:
    """Note links whose ends are no node; ``end_rows`` are the rows of their nodes, -1 where there is none."""
    lost_start, lost_end = (rows < 0 for rows in end_rows)
    lost = np.flatnonzero(lost_start | lost_end).tolist()
    text = tr("there is no node {id} in the file.")
    names = [starts[row] if lost_start[row] else ends[row] for row in lost]
    columns.refuse_rows(lost, [text.format(id=name) for name in names])


def _refuse_without_profile(columns: SwmmColumns, ids: list[str], known: set[str]) -> None:
    missing = [row for row, id_ in enumerate(ids) if id_ not in known]
    text = tr("the conduit has no line in [XSECTIONS]; the file may have been cut off.")
    columns.refuse_rows(missing, [text] * len(missing))


def _profiles(text: SwmmText, units: SwmmUnits, faults: LineFaults) -> pd.DataFrame:
    """Return id, shape, height_mm and width_mm of links; of several lines of a link the last one counts."""
    columns = SwmmColumns(text, "XSECTIONS", 3, faults)
    words = columns.words(1)
    upper = {word: word.upper() for word in set(words)}
    shapes = [upper[word] for word in words]
    is_named, is_wide = (
        np.fromiter(map(names.__contains__, shapes), dtype=bool, count=len(shapes))
        for names in (frozenset(_NAMED_SHAPES), frozenset(WIDE_SHAPES))
    )
    heights = _sizes(columns, 2, ~is_named, units)
    widths = _sizes(columns, 3, is_wide, units)
    profiles: pd.DataFrame = pd.DataFrame(
        {"id": columns.words(0), "shape": shapes, "height_mm": heights, "width_mm": widths}
    )
    return profiles


def _sizes(columns: SwmmColumns, index: int, are_sizes: Array, units: SwmmUnits) -> Array:
    """Return one dimension of each profile in millimetres, NaN where the word is none or 0."""
    words = columns.words(index)
    if not are_sizes.any():
        return np.full(len(words), math.nan)
    try:
        values = np.where(are_sizes, numbers_of(words), math.nan)
    except ValueError:
        values = np.full(len(words), math.nan)
        for row, (word, is_size) in enumerate(zip(words, are_sizes)):
            if is_size:
                try:
                    values[row] = float(word)
                except ValueError:
                    continue
    values[~(values > 0)] = math.nan
    return values * units.metres * 1000.0


def _points(text: SwmmText, section: str, known: set[str], warnings: list[str]) -> pd.DataFrame:
    """Return id, x and y of the lines of a section; what can't be used there is left out aloud."""
    points = _all_points(text, section, known)
    if points is not None:
        return points
    ids: list[str] = []
    xs: list[float] = []
    ys: list[float] = []
    strangers = []
    for number, words in text.rows(section):
        try:
            x, y = float(words[1]), float(words[2])
        except (ValueError, IndexError):
            x = y = math.nan
        if not (math.isfinite(x) and math.isfinite(y)):
            sentence = tr("the coordinates can't be read and are left out.")
            warnings.append(line_warning(text.line(section, number), sentence))
        elif words[0] in known:
            ids.append(words[0])
            xs.append(x)
            ys.append(y)
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
    read: pd.DataFrame = pd.DataFrame({"id": ids, "x": xs, "y": ys})
    return read


def _all_points(text: SwmmText, section: str, known: set[str]) -> pd.DataFrame | None:
    """Return the points of a section at once, None where a line must be looked at by itself."""
    regular = text.regular(section)
    if regular is None or len(regular.columns) < _POINT_WORDS:
        return None
    ids, *xy = regular.columns[:_POINT_WORDS]
    try:
        x, y = map(numbers_of, xy)
    except ValueError:
        return None
    if not (np.isfinite(x).all() and np.isfinite(y).all() and known.issuperset(ids)):
        return None
    points: pd.DataFrame = pd.DataFrame({"id": ids, "x": x, "y": y})
    return points


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
