"""Codes that words within a foreign value speak of: QT450-10球墨 is ductile iron, by 球墨.

The longest known words count, those of a lining, a casing or a denial do not: 球墨铸铁内衬水泥 is iron, and
未废弃 says nothing. Where words speak of codes that are no special case of one another, none is meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from waternet_plugin.core.schema.csvfiles import rows
from waternet_plugin.core.schema.domains import (
    NOT_KNOWN,
    Code,
    all_domains,
    domain,
    fold,
    simplified,
    suggest,
)
from waternet_plugin.core.units import ROUND_SIGNS

_UNKNOWN = "unknown"
# Lists of words of the trade; of any other list, such as codes of defects, the whole value counts alone.
_OF_WORDS = frozenset(
    "material system status node_kind function joint lining burial failure_kind compound_type zone_kind"
    " road_class work_item_type trade outfall_type meter_type meter_state water_use"
    " leak_type project_type shutoff_kind shutoff_state".split()
)
# Signs between words; letters and figures part where they meet.
_PIECES = re.compile(r"[a-z]+|\d+|[^\W\d_a-z]+")
_MOST_PIECES = 5
_MOST_VALUES = 1000
_LEAST_LATIN, _LEAST_CHINESE = 2, 2
# Latin words this short are abbreviations: they count at the beginning, or beside a figure or Chinese.
_ABBREVIATION = 2

# A size of a pipe: DN300, De110, φ219×6, 400x300; a bare d wants three digits, for houses are called D12.
SIZE = re.compile(
    rf"(?<![a-z0-9.])(?:(?:dn|de|[{ROUND_SIGNS}])\s*\d{{2,4}}(?:\.\d+)?|d\s*\d{{3,4}}"
    r"|\d{3,4}(?=\s*[x×*✕╳]\s*\d{3,4}))"
    r"(?:\s*mm)?(?:\s*[x×*✕╳]\s*\d+(?:\.\d+)?)?(?:\s*mm)?(?![\d.]\d)"
)
# A size that stands before or behind a material without a word for it: 300/球墨, 钢200.
_BARE_SIZE = re.compile(r"^\d{2,4}(?![\d.])|(?<=[\u4e00-\u9fff])\d{2,4}$")
_AROUND = " -_/,;()[]"

# Ticks and crosses, as people fill in lists by hand.
_TICKS = {**dict.fromkeys("√✓✔☑", "yes"), **dict.fromkeys("×✗✘☒╳", "no")}

# What denies the word behind it, or puts it off.
_DENIED = re.compile(r"(?:非|无|不|未|拟|待|将|停止|暂停|\bnot|\bno|\bnon|\bun|\bto be|\bnever|\bformer)\W*$")
# Where one of these stands, a material that pipes are lined with is the lining; so is what it touches.
_LINED = re.compile(
    r"内衬|衬里|衬|内涂|外涂|涂|砂浆|\b(?:re)?lined\b|\blining\b|\bliner\b|\bcoated\b|\bwrapped\b"
)
_LINED_BEFORE = re.compile(r"(?:内衬|衬|内涂|外涂|涂|\bwith)\W*$")
_LININGS = frozenset({"concrete", "pe", "pvc", "ppr", "other"})
# Behind these stands what the pipe lies in.
_CASED = re.compile(r"(?:外套|套|\bin|\bencased in)\W*$")
# Between these a value names several things.
_APART = re.compile(r"[/、,，;；+&|]|\band\b|\bor\b|和|及|或")

# The same two letters are a water main in Chinese lists and a sanitary sewer in English ones.
_BOTH_WAYS = {"ss": "sewage", "sw": "storm"}
_CHINESE_LETTERS = frozenset("jy js zs xs ws ys hs jz".split())
_ENGLISH_DRAINS = re.compile(r"^(?:ss|sw|sd|st|cs|cb|san|stm|com)$|storm|sanit|combin|sewer|waste")


@dataclass(frozen=True)
class NamedCode:
    """A code, and the word of the value that it rests on."""

    code: str
    word: str


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    code: str


def code_within(domain_name: str, value: object, own: Sequence[Code] = ()) -> NamedCode | None:
    """Return the code that a value names, as a whole or by words within it; None where nobody can tell.

    ``own`` are codes that a network's users added to the list of values.
    """
    text = str(value).strip()
    whole = suggest(domain_name, text, own)
    if whole is not None:
        return NamedCode(whole, text)
    plain = simplified(unicodedata.normalize("NFKC", text).casefold())
    if domain_name == "yes_no_unknown" and plain in _TICKS:
        return NamedCode(_TICKS[plain], text)
    if fold(plain) in NOT_KNOWN and _UNKNOWN in domain(domain_name):
        return NamedCode(_UNKNOWN, text)
    if not fold(plain):
        if any(sign in _TICKS for sign in plain):
            # A tick or a cross is an answer, of which the list does not say what it means.
            return None
        # A stroke or a question mark says that nobody knows.
        return NamedCode(_UNKNOWN, text) if text and _UNKNOWN in domain(domain_name) else None
    parts = {suggest(domain_name, part, own) for part in _APART.split(plain)} - {None}
    if len(parts) > 1 and not _LINED.search(plain):
        return None
    found = _by_words(_words_of(domain_name, own), plain) if domain_name in _OF_WORDS else None
    if found is not None or domain_name != "material":
        return found
    bare = _BARE_SIZE.sub("", SIZE.sub(" ", plain)).strip(_AROUND)
    # What stands beside a size is the material as a whole, or nothing tells it: DN200(钢).
    return code_within(domain_name, bare, own) if bare and bare != plain else None


def size_within(value: object) -> str:
    """Return the words of a text for a size, '' for none; a figure alone is one beside a material."""
    plain = unicodedata.normalize("NFKC", str(value)).casefold().strip()
    found = SIZE.search(plain)
    if found is not None:
        return found.group().strip()
    bare = _BARE_SIZE.search(plain)
    rest = _BARE_SIZE.sub("", plain).strip(_AROUND)
    return bare.group() if bare is not None and rest and code_within("material", rest) is not None else ""


def codes_of_column(
    domain_name: str, values: Sequence[object], own: Sequence[Code] = ()
) -> list[NamedCode | None]:
    """Return the code that each distinct value of a column names; letters mean what their company means.

    Parameters
    ----------
    domain_name
        The list of values.
    values
        Each value once.
    own
        Codes that a network's users added to the list.
    """
    if len(values) > _MOST_VALUES:
        # So many different values are not codes: words in them are not looked for.
        return [
            NamedCode(one, str(value)) if (one := suggest(domain_name, value, own)) else None
            for value in values
        ]
    found = [code_within(domain_name, value, own) for value in values]
    if domain_name != "system":
        return found
    folded = [fold(value) for value in values]
    if any(not word.isascii() or word in _CHINESE_LETTERS for word in folded):
        return found
    drains = sum(bool(_ENGLISH_DRAINS.search(word)) for word in folded) > 1
    return [
        (NamedCode(_BOTH_WAYS[word], str(value)) if drains else None) if word in _BOTH_WAYS else one
        for word, value, one in zip(folded, values, found)
    ]


@lru_cache(maxsize=None)
def _narrower(domain_name: str) -> dict[str, frozenset[str]]:
    """Return the wider codes of each code that is a special case."""
    found: dict[str, frozenset[str]] = {}
    for row in rows("narrower_codes.csv"):
        if row["domain"] == domain_name:
            found[row["code"]] = found.get(row["code"], frozenset()) | {row["of"]}
    return found


# A value list: its name, and the codes in it that users added. What is kept of one network is no other's.
_WordList = tuple[str, tuple[Code, ...]]


def _words_of(domain_name: str, own: Sequence[Code]) -> _WordList:
    return domain_name, tuple(code for code in own if code.base is not None)


@lru_cache(maxsize=64)
def _spellings(words: _WordList) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    """Return the spellings in Latin letters and figures, and the others, longest first, with their codes."""
    latin: dict[str, str] = {}
    other: dict[str, str] = {}
    for code in (*all_domains()[words[0]].values(), *words[1]):
        if code.code == _UNKNOWN:
            continue
        for word in (code.code, code.label_en, code.label_zh, code.standard_code, *code.aliases):
            folded = fold(word)
            # A figure is a number of a list, and within a value it is anything.
            if not folded or folded.isdecimal():
                continue
            if folded.isascii() and len(folded) >= _LEAST_LATIN:
                latin.setdefault(folded, code.code)
            elif not folded.isascii() and len(folded) >= _LEAST_CHINESE:
                other.setdefault(folded, code.code)
    return latin, tuple(sorted(other.items(), key=lambda one: (-len(one[0]), one[0])))


@lru_cache(maxsize=4096)
def _by_words(words: _WordList, plain: str) -> NamedCode | None:
    domain_name = words[0]
    found = sorted(
        (*_latin(words, plain), *_chinese(words, plain)),
        key=lambda one: (one.start - one.end, one.start),
    )
    kept: list[_Found] = []
    for one in found:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    if any(_DENIED.search(plain[: one.start]) for one in kept):
        return None
    meant = _without_linings(kept, plain) if domain_name == "material" else kept
    wider = {name for one in meant for name in _narrower(domain_name).get(one.code, ())}
    last = [one for one in meant if one.code not in wider]
    if len({one.code for one in last}) != 1 or _are_several(meant, plain):
        return None
    return NamedCode(last[0].code, plain[last[0].start : last[0].end])


def _without_linings(found: list[_Found], plain: str) -> list[_Found]:
    """Return the words for what a pipe is made of, not for what it is lined with or lies in."""
    found = [one for one in found if not _CASED.search(plain[: one.start])]
    if not _LINED.search(plain):
        return found
    own = [one for one in found if one.code not in _LININGS]
    return own or [
        one
        for one in found
        if not _LINED_BEFORE.search(plain[: one.start]) and not _LINED.match(plain[one.end :].lstrip(" ,-"))
    ]


def _are_several(found: list[_Found], plain: str) -> bool:
    """Return whether words for different codes stand side by side, as in 给水/消防."""
    order = sorted(found, key=lambda one: one.start)
    return any(
        one.code != other.code and _APART.search(plain[one.end : other.start]) is not None
        for one, other in zip(order, order[1:])
    )


def _latin(words: _WordList, plain: str) -> list[_Found]:
    """Return the known words in Latin letters, which end where the letters do."""
    spellings = _spellings(words)[0]
    pieces = list(_PIECES.finditer(plain))
    found = []
    for first, piece in enumerate(pieces):
        if not piece.group().isascii():
            continue
        word = ""
        for last in range(first, min(first + _MOST_PIECES, len(pieces))):
            part = pieces[last].group()
            if not part.isascii():
                break
            word += part
            code = spellings.get(word) or (spellings.get(word[:-1]) if word.endswith("s") else None)
            if code is not None and (len(word) > _ABBREVIATION or _stands_out(plain, pieces, first, last)):
                found.append(_Found(piece.start(), pieces[last].end(), code))
    # DI CL52 is iron of a class: what is spelled out, or stands first, goes before other abbreviations.
    first_of_all = [one for one in found if one.start == 0 or one.end - one.start > _ABBREVIATION]
    return first_of_all or found


def _stands_out(plain: str, pieces: list[re.Match[str]], first: int, last: int) -> bool:
    """Return whether an abbreviation begins the value, or touches a figure or a word that is not Latin."""
    if first == 0:
        return True
    before = plain[pieces[first].start() - 1]
    behind = plain[pieces[last].end() : pieces[last].end() + 1]
    return any(
        sign.isdecimal() or (sign.isalpha() and not sign.isascii()) for sign in (before, behind) if sign
    )


def _chinese(words: _WordList, plain: str) -> list[_Found]:
    """Return the known words with Chinese signs, wherever they stand; blanks within them don't matter."""
    places = [place for place, sign in enumerate(plain) if sign.isalnum()]
    folded = "".join(plain[place] for place in places)
    found = []
    for word, code in _spellings(words)[1]:
        at = folded.find(word)
        while at >= 0:
            found.append(_Found(places[at], places[at + len(word) - 1] + 1, code))
            at = folded.find(word, at + 1)
    return found
