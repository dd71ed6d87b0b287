"""How well the name of a foreign column fits a field: whole, cut by a shapefile, or with words around it.

A shapefile keeps ten bytes of a heading: 管线编号 in UTF-8 becomes 管线编. A cut heading counts where it is
the beginning of spellings of one field of the table alone. Words that say nothing of what a column holds,
such as those for pipe and asset, may stand around a known name. Chinese headings are put together of two
words (埋设 and 年份, 报漏 and 时间): `combined_headings.csv` has the words before and after, by field.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.cells.headings import bare_name, is_unit
from waternet_plugin.core.exchange.guessing.pinyin.pinyin_headings import PinyinHeadings
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.units.field_units import (
    is_unit_cut,
    name_without_cut_unit,
    name_without_unit,
)
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.tables import Field, all_tables

OWN_NAME, LABEL, ALIAS, CUT = 3.0, 2.5, 2.0, 1.0
# A heading of two words that go together is nearly an alias; words before others come first in the file.
COMBINED = 1.6
# The initials of a Chinese heading of one field, or that heading spelled out in pinyin.
PINYIN = 1.5
# A known name with other words around it is worth a guess.
WITHIN = 1.4

_UNIT_ENDS = ("mm", "毫米", "inch", "in", "feet", "foot", "ft", "米", "m")

# What is left of 毫米 at the end of a cut heading.
_CUT_UNIT = "毫"
_CUT_BYTES = 10
_LEAST_CUT, _LEAST_CUT_CHINESE = 8, 3
# The encodings of shapefiles: of Chinese ones the first cuts at three signs, the other at five.
_ENCODINGS = ("utf-8", "gbk")

# Words around the name of what a column holds that say nothing of it.
_AROUND = re.compile(
    r"^(?:pipes?|mains?|asset|facility|feature|segment|conduit|sewer|sanitary|storm|water|gravity|inside"
    r"|管道|管线|管段|给水|供水|自来水|排水|污水|雨水|现状|设施|本|管)+"
)
_ENDING = re.compile(r"(?:值|名称|代码|编码)$")
_LEAST_WITHIN, _LEAST_WITHIN_CHINESE = 4, 2
# Map programs and field apps write under these what people call the thing, mostly its id.
_LABELS = frozenset(("name", "label", "名称", "名字", "标注", "标签"))
_LEAST_CUT_WITHIN = 5

# 管径 Diameter; shorter words behind a name may be units and axes.
_IN_TWO_LANGUAGES = re.compile(
    r"^([^\sA-Za-z][^A-Za-z]*?)[\s/|]+((?=[A-Za-z .#/-]*[A-Za-z]{4})[A-Za-z][\w .#/-]*)$"
)
_PARTED = re.compile(r"[\s/.#-]+")

# What a program that draws lines works out of them is no length of theirs.
_DRAWN = re.compile(
    r"^(?:shape|geom|geometry|st|the_geom)_*\.?(?:st)?_*(?:length|leng|len)(?:\(\))?(?:_\d)?$"
)


@lru_cache(maxsize=1024)
def _spellings(described: Field) -> tuple[tuple[str, float], ...]:
    """Return the folded spellings of a field with what each is worth; earlier aliases are worth more."""
    found = [(fold(described.name), OWN_NAME)]
    found += [(fold(label), LABEL) for label in (described.label_en, described.label_zh)]
    found += [(fold(alias), ALIAS - 0.01 * place) for place, alias in enumerate(described.aliases)]
    combined = combined_headings().get((described.table, described.name), ())
    found += [(heading, COMBINED - 0.0001 * place) for place, heading in enumerate(combined)]
    return tuple(found)


@lru_cache(maxsize=1)
def combined_headings() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the folded headings that `combined_headings.csv` puts together, by table and field."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows_of(Path(__file__).with_name("combined_headings.csv")):
        headings = found.setdefault((row["table"], row["field"]), [])
        headings += [
            fold(before + after) for before in words(row["before"]) or ("",) for after in words(row["after"])
        ]
    return {field: tuple(dict.fromkeys(headings)) for field, headings in found.items()}


def name_worth(described: Field, column: str) -> float:
    """Return how well a column's name fits a field: 3 its own name, 2 an alias, 1 the start of one, 0 not."""
    own = name_without_unit(bare_name(column))
    if own == column and is_unit_cut(described.unit, column):
        own = name_without_cut_unit(column)
    if own != column:
        # A little less than the same name without a group or a unit.
        return max(name_worth(described, own) - 0.1, 0.0)
    if described.name == "length_m" and is_drawn_length(column):
        return WITHIN
    name = fold(column)
    ends = (*_UNIT_ENDS, _CUT_UNIT) if _may_be_cut(column) else _UNIT_ENDS
    bare = next((name[: -len(end)] for end in ends if name.endswith(end) and len(name) > len(end) + 1), name)
    best = 0.0
    for spelling, worth in _spellings(described):
        if name == spelling:
            best = max(best, worth)
        elif bare == spelling:
            best = max(best, worth - 0.2)
    if best:
        return best
    if _is_cut_of(described, column, name):
        return CUT
    # 管材 in 管材代码 begins with a word for pipes itself.
    inner = {_ENDING.sub("", name), _AROUND.sub("", _ENDING.sub("", name))} - {name}
    worth = max((_worth_within(described, column, within) for within in inner), default=0.0)
    if not worth and (in_two := _IN_TWO_LANGUAGES.match(column)):
        # A unit between them would be lost.
        says_unit = any(map(is_unit, _PARTED.split(in_two.group(2))))
        return 0.0 if says_unit else max(name_worth(described, in_two.group(1)) - 0.2, 0.0)
    if not worth and name.isascii() and pinyin_headings(described.table).only_field(column) == described.name:
        return PINYIN
    return worth


@lru_cache(maxsize=None)
def pinyin_headings(table: str) -> PinyinHeadings:
    """Return what headings in pinyin mean in a table."""
    fields = adoptable_fields(all_tables()[table])
    return PinyinHeadings(
        {field.name: [word for word, _worth in _spellings(field) if not word.isascii()] for field in fields}
    )


def _worth_within(described: Field, column: str, within: str) -> float:
    """Return what a name is worth for what is left of it without the words around."""
    if len(within) < (_LEAST_WITHIN if within.isascii() else _LEAST_WITHIN_CHINESE):
        return 0.0
    if any(within == spelling for spelling, _worth in _spellings(described)):
        return WITHIN
    is_cut = _may_be_cut(column) and len(within) >= _LEAST_CUT_WITHIN
    return CUT if is_cut and _beginning_of(described.table, within) == {described.name} else 0.0


def is_drawn_length(column: str) -> bool:
    """Return whether a column's name is that of the length that a program works out of its own lines."""
    return _DRAWN.match(column.casefold()) is not None


def _is_cut_of(described: Field, column: str, name: str) -> bool:
    """Return whether a name is the beginning of spellings of a field, and of no other field of the table."""
    if not _may_be_cut(column) or len(name) < (_LEAST_CUT if name.isascii() else _LEAST_CUT_CHINESE):
        return False
    return _beginning_of(described.table, name) == {described.name}


@lru_cache(maxsize=4096)
def _beginning_of(table: str, name: str) -> frozenset[str]:
    """Return the fields of a table of which some spelling begins with a name and goes on.

    Headings that are only put together count where no field is called so.
    """
    found: dict[bool, set[str]] = {False: set(), True: set()}
    for field in adoptable_fields(all_tables()[table]):
        for spelling, worth in _spellings(field):
            if spelling.startswith(name) and spelling != name:
                found[worth <= COMBINED].add(field.name)
    return frozenset(found[False] or found[True])


def _may_be_cut(column: str) -> bool:
    """Return whether a heading is as long as a shapefile lets it be."""
    for encoding in _ENCODINGS:
        size = len(column.encode(encoding, "replace"))
        # A sign that did not fit whole was left out.
        widest = 1 if column.isascii() else 3 if encoding == "utf-8" else 2
        if _CUT_BYTES - widest < size <= _CUT_BYTES:
            return True
    return False


def sounds_like_id(column: str) -> bool:
    """Return whether a column's name speaks of an id of the thing itself, not of the database's row."""
    name = fold(bare_name(column))
    own = name not in ("fid", "objectid", "ogcfid", "globalid", "gid", "rowid")
    return own and name != "序号" and name.endswith(("id", "code", "number", "编号", "编码", "号"))


def sounds_like_label(column: str) -> bool:
    """Return whether a column's name is that of what a map writes beside the thing."""
    return fold(bare_name(column)) in _LABELS
