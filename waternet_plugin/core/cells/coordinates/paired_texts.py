"""Both coordinates in one cell: “121.47,31.23”, “(512345.1, 3456789.2)”, “X=512345.1;Y=3456789.2”, N31 E121.

Such a column becomes two, headed as the parts say of themselves, and a third of heights where all have one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.end_headings import end_headings
from waternet_plugin.core.cells.foreign_values import is_text, plain, texts
from waternet_plugin.core.cells.headings import JOINT
from waternet_plugin.core.schema.domains import fold

# How the two or three parts are told apart, the clearest sign first.
_BETWEEN = (re.compile(r"\s*[;；、|/]\s*"), re.compile(r"\s*[,，]\s*"), re.compile(r"\s+"))
_BRACKETS = re.compile(r"^[(\[【（]\s*(.*?)\s*[)\]】）]$")
# What a part says of itself, and the headings that the two columns get by it.
# How pairs are told apart where a cell holds several.
_BETWEEN_VERTICES = (re.compile(r"[;；|\n]+"), re.compile(r"\)\s*[,，]?\s*\("), re.compile(r"\s+"))
# Northings of the mainland, Gauss-Krueger.
_NORTH = (1.9e6, 6.0e6)
_AROUND = " ()[]（）"
_LABELS = (
    (re.compile(r"^x(?:坐标)?\s*[:=]?\s*(?=[-\d])", re.IGNORECASE), "X"),
    (re.compile(r"^y(?:坐标)?\s*[:=]?\s*(?=[-\d])", re.IGNORECASE), "Y"),
    (re.compile(r"^(?:经度|lon(?:gitude)?|lng)\s*[:=]?\s*(?=[-\d])", re.IGNORECASE), "经度"),
    (re.compile(r"^(?:纬度|lat(?:itude)?)\s*[:=]?\s*(?=[-\d])", re.IGNORECASE), "纬度"),
    (re.compile(r"^(?:h|z|高程|标高)\s*[:=]?\s*(?=[-\d])", re.IGNORECASE), "Z"),
)
_AXES = frozenset({"X", "Y"})
_DEGREES = frozenset({"经度", "纬度"})
_IN_ENGLISH = {"经度": "lon", "纬度": "lat"}
# What of a heading says that these are coordinates, and nothing of which.
_GROUP = re.compile(r"[(（].*[)）]|坐标|座标|经纬度|经纬|位置|xy|coord(?:inate)?s?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")
# Degrees, or a side of the world beside a number that is exact enough for one.
_IN_DEGREES = re.compile(
    r".*\d\s*[°º˚度].*|[ensw东西南北][经纬]?\s*\d{1,3}\.\d{3,}|\d{1,3}\.\d{3,}\s*[ensw东西南北]",
    re.IGNORECASE,
)
# Headings that speak of coordinates; without one only long numbers are believed to be one.
_HEADED = re.compile(r"坐标|座标|经纬|coord|(?<![a-z])xy(?![a-z])|lat\W?lon|lo?ng?\W?lat", re.IGNORECASE)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# One number with its thousands apart.
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?")
# Decimals that degrees have at least, and digits before the point of plane coordinates.
_DECIMALS, _DIGITS, _HEADED_DIGITS = 3, 5, 3
# Share of the filled cells that must be pairs, and the rows that are looked at.
_SHARE, _LOOKED_AT = 0.9, 200


@dataclass(frozen=True)
class _CoordinatePair:
    """The parts of a text, with what each says of itself, '' for nothing."""

    parts: tuple[str, ...]
    labels: tuple[str, ...]


def _pair_of(text: str, *, is_headed: bool) -> _CoordinatePair | None:
    """Return the two or three parts of a text that is a pair of coordinates, None for others."""
    word = plain(text)
    found = _BRACKETS.match(word)
    word = found.group(1) if found else word
    if _THOUSANDS.fullmatch(word):
        return None
    for between in _BETWEEN:
        parts = tuple(part for part in between.split(word) if part)
        if len(parts) in (2, 3):
            break
    else:
        return None
    labels, bare = [], []
    for part in parts:
        named = next(((sign.sub("", part), name) for sign, name in _LABELS if sign.match(part)), (part, ""))
        bare.append(named[0])
        labels.append(named[1])
    pair = _CoordinatePair(tuple(bare), tuple(labels))
    return pair if _is_pair(pair, is_headed=is_headed) else None


def _is_pair(pair: _CoordinatePair, *, is_headed: bool) -> bool:
    first, second = pair.parts[:2]
    if _IN_DEGREES.fullmatch(first) and _IN_DEGREES.fullmatch(second):
        return True
    if not all(_NUMBER.fullmatch(part) for part in pair.parts):
        return False
    if set(pair.labels[:2]) in (_AXES, _DEGREES):
        return True
    decimals = [len(part.partition(".")[2]) for part in (first, second)]
    sizes = [abs(float(part)) for part in (first, second)]
    if min(decimals) >= _DECIMALS and max(sizes) <= 180.0 and 1.0 <= min(sizes) <= 90.0:
        return True
    digits = min(len(str(int(size))) for size in sizes)
    # Numbers of telephones are long too, and have no decimals.
    return digits >= _HEADED_DIGITS if is_headed else digits >= _DIGITS and min(decimals) > 0


def _headings(column: str, pairs: list[_CoordinatePair]) -> tuple[str, ...]:
    """Return the headings of the parts of a column: as they say, in degrees or not."""
    given = {pair.labels[:2] for pair in pairs}
    (labels,) = given if len(given) == 1 else (("", ""),)
    if set(labels) not in (_AXES, _DEGREES):
        labels = _degrees_by_size(pairs) or ("X", "Y")
    if not _CHINESE.search(column):
        labels = tuple(_IN_ENGLISH.get(label, label) for label in labels)
    # A heading such as 起点坐标 says of which end they are.
    group = _GROUP.sub("", column).strip(" _-") if end_headings(column) else ""
    before = f"{group}{JOINT}" if group else ""
    return tuple(f"{before}{label}" for label in (*labels, "Z")[: min(len(pair.parts) for pair in pairs)])


def _degrees_by_size(pairs: list[_CoordinatePair]) -> tuple[str, ...]:
    """Return which part is the longitude, the one beyond 90; () where they are not degrees, or none is."""
    if not all(_NUMBER.fullmatch(part) for pair in pairs for part in pair.parts[:2]):
        return ()
    most = np.abs(np.array([[float(part) for part in pair.parts[:2]] for pair in pairs])).max(axis=0)
    if not 180.0 >= most.max() > 90.0 >= most.min():
        return ()
    return ("经度", "纬度") if most[0] > 90.0 else ("纬度", "经度")


def _split(series: pd.Series, column: str) -> dict[str, list[str | None]] | None:
    """Return the columns of a column of pairs, None for any other column."""
    if not is_text(series):
        return None
    is_headed = _HEADED.search(column) is not None
    words = texts(series)
    filled = words[np.array(pd.notna(words), dtype=bool)]
    some = filled[:: max(1, len(filled) // _LOOKED_AT)]
    fitting = sum(_pair_of(str(word), is_headed=is_headed) is not None for word in some)
    if not len(some) or fitting < _SHARE * len(some):
        return None
    pairs = [None if word is None else _pair_of(str(word), is_headed=is_headed) for word in words]
    names = _headings(column, [one for one in pairs if one is not None])
    # What is not a pair stays in the first part, where it is counted as not a number.
    return {
        name: [
            (None if word is None or at else str(word)) if pair is None else pair.parts[at]
            for word, pair in zip(words, pairs)
        ]
        for at, name in enumerate(names)
    }


def path_vertices(frame: pd.DataFrame) -> tuple[str, list[Array | None], bool] | None:
    """Return the column that holds the vertices of lines, these by row, (n, 2), and whether they are degrees.

    None where no column does.

    Pairs stand one after the other: “121.471,31.231;121.472,31.232”. Longitudes come first in what is
    returned, and of plane coordinates the easting, which is never as large as a northing in China.

    Parameters
    ----------
    frame
        Rows as the file has them.
    """
    for column in [str(name) for name in frame.columns]:
        words = texts(frame[column]) if is_text(frame[column]) else np.zeros(0, dtype=object)
        filled = [str(word) for word in words[np.array(pd.notna(words), dtype=bool)]]
        some = filled[:: max(1, len(filled) // _LOOKED_AT)]
        is_headed = _HEADED.search(column) is not None
        fitting = sum(_path(word, is_headed=is_headed) is not None for word in some)
        if not some or fitting < _SHARE * len(some):
            continue
        lines = [None if word is None else _path(str(word), is_headed=is_headed) for word in words]
        every = np.concatenate([line for line in lines if line is not None])
        most = np.abs(every).max(axis=0)
        middle = np.median(every, axis=0)
        are_degrees = bool(most.max() <= 180.0)
        is_north_first = _is_north(middle[0]) and not _is_north(middle[1])
        if are_degrees:
            is_north_first = most[0] <= 90.0 < most[1]
        turned = [line if line is None or not is_north_first else line[:, ::-1] for line in lines]
        return column, turned, are_degrees
    return None


def _is_north(metres: float) -> bool:
    return _NORTH[0] < metres < _NORTH[1]


def _path(text: str, *, is_headed: bool) -> Array | None:
    """Return the vertices of a text, (n, 2) with n > 1; None where it is not a path."""
    word = plain(text)
    for between in _BETWEEN_VERTICES:
        parts = [part.strip(_AROUND) for part in between.split(word) if part.strip(_AROUND)]
        if len(parts) < 2:
            continue
        pairs = [_pair_of(part, is_headed=is_headed) for part in parts]
        if all(pair is not None and all(_NUMBER.fullmatch(one) for one in pair.parts) for pair in pairs):
            return np.array([[float(one) for one in pair.parts[:2]] for pair in pairs if pair is not None])
    return None


def with_parted_coordinates(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, tuple[str, ...]]]]:
    """Return a frame with two columns for each that holds coordinates in pairs, and which became which.

    Parameters
    ----------
    frame
        Rows as the file has them.
    """
    told = []
    for column in [str(name) for name in frame.columns]:
        parts = _split(frame[column], column)
        if parts is None or {fold(name) for name in parts} & {fold(str(name)) for name in frame.columns}:
            continue
        at = list(frame.columns).index(column)
        frame = frame.drop(columns=column)
        for pair, (name, cells) in enumerate(parts.items()):
            frame.insert(at + pair, name, pd.Series(cells, index=frame.index, dtype=object))
        told.append((column, tuple(parts)))
    return frame, told
