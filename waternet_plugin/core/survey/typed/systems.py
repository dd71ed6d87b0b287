"""The system of points and lines: by column or code, else by what the sheet or file is called."""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin.core.schema.domains import all_domains, suggest
from waternet_plugin.core.survey.handover.codes import names_by_code

# A class in Latin letters ends where no letter follows, or one of the words of CASS and CJJ 61 for tables.
_LATIN = re.compile(
    r"(JS|WS|YS|HS|JY|ZS|XS|JP|SS|JZ|J|W|Y)(?=$|[^A-Za-z]|(?:points?|lines?|p|l)(?:$|[^A-Za-z]))",
    re.IGNORECASE,
)
_LETTER = {"J": "potable", "W": "sewage", "Y": "storm"}


@lru_cache(maxsize=None)
def _chinese_words() -> tuple[tuple[str, str], ...]:
    """Return every Chinese word for a system with its code, the longest first."""
    words = {
        (word, code.code)
        for code in all_domains()["system"].values()
        for word in (code.label_zh, *code.aliases)
        if word and not word.isascii()
    }
    return tuple(sorted(words, key=lambda pair: (-len(pair[0]), pair[0])))


@lru_cache(maxsize=1024)
def system_of_name(name: str) -> str | None:
    """Return the system that the name of a sheet, layer, title or file begins with, None for none."""
    text = name.strip()
    for word, code in _chinese_words():
        if text.startswith(word):
            return code
    match = _LATIN.match(text)
    if match is None:
        return None
    letters = match.group(1).upper()
    return _LETTER.get(letters) or suggest("system", letters)


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
    # 消防栓 begins like the word for fire water, but names what stands there.
    return None if kind_of_code(code) is not None else system_of_name(code)


@lru_cache(maxsize=4096)
def kind_of_code(code: str) -> str | None:
    """Return the kind of node that a surveyor's code names, None for none."""
    standard = names_by_code().get(code)
    if standard is not None:
        return suggest("node_kind", standard[1])
    whole = suggest("node_kind", code)
    if whole is not None:
        return whole
    found = (suggest("node_kind", word) for word in code.split())
    return next((kind for kind in found if kind is not None), None)
