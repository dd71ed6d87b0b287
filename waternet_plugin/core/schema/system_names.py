"""The system that the name of a sheet, layer, title or file speaks of.

A name that speaks of two systems names neither: nothing wrong is taken from it, the system is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin.core.schema.domains import all_domains, suggest
from waternet_plugin.core.schema.use import systems

# A class in Latin letters ends where no letter follows, or one of the words of CASS and CJJ 61 for tables.
_LATIN = re.compile(
    r"(JS|WS|YS|HS|JY|ZS|XS|JP|SS|JZ|J|W|Y)(?=$|[^A-Za-z]|(?:points?|lines?|p|l)(?:$|[^A-Za-z]))",
    re.IGNORECASE,
)
_LETTER = {"J": "potable", "W": "sewage", "Y": "storm"}


# Letters of a class within a name, apart from other letters.
_LATIN_WITHIN = re.compile(r"(?<![A-Za-z])(?:JS|WS|YS|HS|JY|ZS|XS|JP|SS|JZ)(?![A-Za-z])")
# The class of a table of lines or points: JS_LINE, YSPoint, 2023_WS线.
_LATIN_OF_TABLE = re.compile(
    r"(?<![A-Za-z])(JS|WS|YS|HS)[\s_-]*(?:lines?|points?|g[xd]|[lp])(?![A-Za-z])"
    r"|(?<![A-Za-z])(JS|WS|YS|HS)[\s_-]*[管线点井]",
    re.IGNORECASE,
)
# Words for systems that within a name may mean something else: 集中水源.
_VAGUE = frozenset(
    {
        "water",
        "treated",
        "untreated",
        "distribution",
        "transmission",
        "raw",
        "rain",
        "reuse",
        "combined",
        "中水",
    }
)
# Drains of any kind: beside a word for supply the file holds both.
_DRAINS = "排水"


@lru_cache(maxsize=None)
def system_words() -> tuple[tuple[str, str], ...]:
    """Return every word for a system with its code, the longest first."""
    words = {
        (word.casefold(), code.code)
        for code in all_domains()["system"].values()
        for word in (code.label_en, code.label_zh, *code.aliases)
        if word and not (word.isascii() and len(word) <= 2)
    }
    return tuple(sorted(words, key=lambda pair: (-len(pair[0]), pair[0])))


def system_at_start(text: str) -> str | None:
    """Return the system that a text begins with, None for none."""
    for word, code in system_words():
        if not word.isascii() and text.startswith(word):
            return code
    match = _LATIN.match(text)
    if match is None:
        return None
    letters = match.group(1).upper()
    return _LETTER.get(letters) or suggest("system", letters)


def system_of_table(name: str) -> str | None:
    """Return the system whose class of CJJ 61 names a table of lines or points, None for none or several."""
    letters = {(one or other).upper() for one, other in _LATIN_OF_TABLE.findall(name)}
    return suggest("system", letters.pop()) if len(letters) == 1 else None


def _named_within(text: str) -> set[str]:
    """Return the systems whose words stand anywhere in a text; a longer word hides the words in it."""
    rest, found = text.casefold(), set()
    for word, code in system_words():
        if word in _VAGUE or word not in rest:
            continue
        pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        rest, count = re.subn(pattern, " ", rest)
        if count:
            found.add(code)
    return found


@lru_cache(maxsize=1024)
def system_of_name(name: str) -> str | None:
    """Return the system that the name of a sheet, layer, title or file names, None for none or several."""
    text = name.strip()
    named = _named_within(text)
    if _DRAINS in text and named & set(systems("supply")):
        return None
    if named:
        return next(iter(named)) if len(named) == 1 else None
    within = {suggest("system", letters) for letters in _LATIN_WITHIN.findall(text)}
    return system_at_start(text) or (within.pop() if len(within) == 1 else None)


@lru_cache(maxsize=1024)
def names_systems(name: str) -> bool:
    """Return whether a name speaks of any system, be it of several, or of drains without saying which."""
    text = name.strip()
    return system_of_name(text) is not None or bool(_named_within(text)) or _DRAINS in text
