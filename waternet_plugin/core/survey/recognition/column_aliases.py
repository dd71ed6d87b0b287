"""Which field of a point or line a heading names, by `survey_aliases.csv`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.cells.headings import JOINT, bare_name
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.survey.records import ALONG_FIELDS, LINE_FIELDS

_FILE = Path(__file__).parent / "survey_aliases.csv"
# Which lists of aliases a role of table uses; earlier ones win.
_RECORDS = {
    "points": ("point",),
    "lines": ("line",),
    "combined": ("combined", "line", "point"),
    # What a table of points tells of the lines that the points make.
    "along": ("combined", "line"),
}
# A combined table names its points once: the ends of its lines follow from them.
_NOT_IN = {
    "combined": ("start_no", "end_depth", "end_level"),
    "along": tuple(name for name in LINE_FIELDS if name not in ALONG_FIELDS),
}
# In a table of points these head what a manhole measures, not its pipes.
_OF_POINTS = frozenset(fold(word) for word in ("规格", "size", "diameter", "length"))
# Fields that a row of a combined table gives to its point and to its line.
SHARED = ("system", "photo")
# Where a table has no other number, these are the numbers of its points.
_ENDS = {"start": re.compile(r"起|始|上游|上端"), "end": re.compile(r"终|止|下游|下端")}
_NUMBER_OF_END = re.compile(
    r"(?:起始?|终止?|起点|终点|起始点|终止点|止点|上游|下游)(?:检查井|窨井|管线点|管点|物探点|测点|节点|井|点)?"
    r"(?:编号|编码|点号|井号|号)?"
)
# What lies above a pipe or in it at its ends.
_NOT_OF_PIPE = re.compile(r"地面|地表|路面|井盖|井口|井圈|井面|井顶|盖面|覆土|水深|水位|水面|井深|管径|坐标")
_OF_END = {"depth": re.compile(r"埋深|深度"), "level": re.compile(r"高程|标高|管顶|管内?底|沟底|内底")}
_LEVEL = re.compile(r"高程|标高|深度|管顶|[管井沟]内?底|[高深]$|invert|level|depth|elev", re.IGNORECASE)
# A unit behind a stroke: x/m, 高程/米.
_METRES = re.compile(r"(?<=.)[/／](?:m|mm|米|毫米)$", re.IGNORECASE)
# The sign of a measure behind its word: 地面高程H, 纬度B.
_SIGN = re.compile(r"(?<=[\u4e00-\u9fff])[A-Za-z]$")
_DEGREES = re.compile(
    r"(?:大地)?[经纬]度[bl]?|北纬|东经|lat(?:itude)?|lng|long?(?:itude)?|[bl]", re.IGNORECASE
)
# Spellings of the list come before words that only look alike.
_BY_WORDS = 100
_MAP_NUMBERS = frozenset(fold(word) for word in ("图上点号", "Map_No"))


@dataclass(frozen=True)
class AliasRank:
    """A field that a heading may name; of several headings for a field the lowest rank is meant."""

    field: str
    rank: int


@lru_cache(maxsize=None)
def _ranked(role: str) -> dict[str, AliasRank]:
    ranks: dict[str, AliasRank] = {}
    for record in _RECORDS[role]:
        for row in rows_of(_FILE):
            if row["record"] != record or row["field"] in _NOT_IN.get(role, ()):
                continue
            for rank, alias in enumerate((row["field"], *words(row["aliases"]))):
                if role == "along" and fold(alias) in _OF_POINTS:
                    continue
                # The name of the field itself is what our own mappings and exports write.
                ranks.setdefault(fold(alias), AliasRank(row["field"], rank))
    return ranks


@lru_cache(maxsize=None)
def _ignored() -> frozenset[str]:
    return frozenset(
        fold(alias) for row in rows_of(_FILE) if row["record"] == "ignored" for alias in words(row["aliases"])
    )


@lru_cache(maxsize=None)
def _numbers() -> frozenset[str]:
    return frozenset(
        fold(alias) for row in rows_of(_FILE) if row["record"] == "number" for alias in words(row["aliases"])
    )


@lru_cache(maxsize=4096)
def field_of(heading: str, role: str) -> AliasRank | None:
    """Return the field that a heading names in a table of a role, None for none.

    Parameters
    ----------
    heading
        Name of a column, groups joined, units in brackets.
    role
        One of ``points``, ``lines``, ``combined``, or ``along``: what a table of points tells of its lines.
    """
    known = _ranked(role)
    complete_heading = heading.replace(JOINT, "")
    # A repeated heading has its number behind its unit: X (m) (2).
    for spelling in (
        heading,
        _METRES.sub("", heading),
        complete_heading,
        bare_name(complete_heading),
        bare_name(heading),
        bare_name(bare_name(heading)),
        _SIGN.sub("", bare_name(complete_heading)),
    ):
        field = known.get(fold(spelling))
        if field is not None:
            return field
    return _named_of_end(bare_name(complete_heading)) if role == "lines" else None


def _named_of_end(heading: str) -> AliasRank | None:
    """Return what of an end words of a heading together name: 起点管底, 止点管内底标高, 上游井号."""
    side = next((side for side, words in _ENDS.items() if words.match(heading)), None)
    if side is None or _NOT_OF_PIPE.search(heading):
        return None
    if _NUMBER_OF_END.fullmatch(heading):
        return AliasRank(f"{side}_no", _BY_WORDS)
    what = next((what for what, words in _OF_END.items() if words.search(heading)), None)
    return None if what is None else AliasRank(f"{side}_{what}", _BY_WORDS)


def is_level(heading: str) -> bool:
    """Return whether a heading looks like that of levels or depths."""
    return bool(_LEVEL.search(bare_name(heading.replace(JOINT, ""))))


def is_ignored(heading: str) -> bool:
    """Return whether a heading is one that says nothing of a survey: numbers of rows, remarks, angles."""
    return any(fold(spelling) in _ignored() for spelling in (heading, bare_name(heading)))


def is_map_number(heading: str) -> bool:
    """Return whether a heading names the number that the map shows, beside that of the survey."""
    return fold(bare_name(heading)) in _MAP_NUMBERS


def may_number(heading: str) -> bool:
    """Return whether a heading may be that of the numbers of points, or of names of their kinds: 名称."""
    return fold(bare_name(heading)) in _numbers()


def in_degrees(heading: str) -> bool:
    """Return whether a heading is that of latitudes or longitudes."""
    return bool(_DEGREES.fullmatch(bare_name(heading.replace(JOINT, ""))))


@lru_cache(maxsize=4096)
def is_heading(cell: str) -> bool:
    """Return whether a cell is a heading that survey tables have."""
    own = bare_name(cell)
    spellings = tuple(fold(each) for each in (cell, own, _METRES.sub("", cell), _SIGN.sub("", own)))
    return any(
        spelling in known
        for spelling in spellings
        for known in (_ranked("points"), _ranked("lines"), _ranked("combined"), _ignored())
    )
