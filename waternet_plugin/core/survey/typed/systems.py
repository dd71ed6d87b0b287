"""The system of points and lines: by column or code, else by what the sheet or file is called.

A name that speaks of two systems names neither: nothing wrong is taken from it, the system is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin.core.schema.domains import all_domains, suggest
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.handover.codes import names_by_code
from waternet_plugin.core.survey.typed.features import feature_of

# A class in Latin letters ends where no letter follows, or one of the words of CASS and CJJ 61 for tables.
_LATIN = re.compile(
    r"(JS|WS|YS|HS|JY|ZS|XS|JP|SS|JZ|J|W|Y)(?=$|[^A-Za-z]|(?:points?|lines?|p|l)(?:$|[^A-Za-z]))",
    re.IGNORECASE,
)
_LETTER = {"J": "potable", "W": "sewage", "Y": "storm"}


# Letters of a class within a name, apart from other letters.
_LATIN_WITHIN = re.compile(r"(?<![A-Za-z])(?:JS|WS|YS|HS|JY|ZS|XS|JP|SS|JZ)(?![A-Za-z])")
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
def _words() -> tuple[tuple[str, str], ...]:
    """Return every word for a system with its code, the longest first."""
    words = {
        (word.casefold(), code.code)
        for code in all_domains()["system"].values()
        for word in (code.label_en, code.label_zh, *code.aliases)
        if word and not (word.isascii() and len(word) <= 2)
    }
    return tuple(sorted(words, key=lambda pair: (-len(pair[0]), pair[0])))


def _beginning(text: str) -> str | None:
    """Return the system that a text begins with, None for none."""
    for word, code in _words():
        if not word.isascii() and text.startswith(word):
            return code
    match = _LATIN.match(text)
    if match is None:
        return None
    letters = match.group(1).upper()
    return _LETTER.get(letters) or suggest("system", letters)


def _named_within(text: str) -> set[str]:
    """Return the systems whose words stand anywhere in a text; a longer word hides the words in it."""
    rest, found = text.casefold(), set()
    for word, code in _words():
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
    return _beginning(text) or (within.pop() if len(within) == 1 else None)


@lru_cache(maxsize=4096)
def system_of_code(code: str) -> str | None:
    """Return the system that a surveyor's code names: JS, JS DN300 QM, or 51042204; None for none."""
    standard = names_by_code().get(code)
    if standard is not None:
        return suggest("system", standard[0])
    for word in code.split():
        known = suggest("system", word)
        if known is not None:
            return known
    if kind_of_code(code) is None:
        return _beginning(code.strip())
    # 污水检查井 names the system and what stands there; 消防栓 only begins like the word for fire water.
    for word, system in _words():
        if not word.isascii() and code.startswith(word) and kind_of_code(code[len(word) :]) is not None:
            return system
    return None


@lru_cache(maxsize=4096)
def kind_of_code(code: str) -> str | None:
    """Return the kind of node that a surveyor's code names, None for none."""
    standard = names_by_code().get(code)
    if standard is not None:
        return suggest("node_kind", standard[1])
    whole = suggest("node_kind", code)
    if whole is not None:
        return whole
    found = [suggest("node_kind", word) for word in code.split()]
    # 给水阀门 names the system and what stands there.
    found += [
        suggest("node_kind", code[len(word) :])
        for word, _system in _words()
        if not word.isascii() and code.startswith(word)
    ]
    return next((kind for kind in found if kind is not None), None)


def is_code(word: str) -> bool:
    """Return whether a word is a code of surveyors: a kind of node, a feature or a system."""
    return bool(kind_of_code(word) or system_of_code(word) or feature_of(word))
