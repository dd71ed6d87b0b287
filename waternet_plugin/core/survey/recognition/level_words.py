"""What titles and headings say of the levels of lines; `core.survey.decisions` reads all else they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from waternet_plugin.core.places.deciding.decision_facts import Declared

_PIPE_BOTTOM = r"管(?:内)?底"
# The first that fits: levels of both kinds of pipes name the crown, too.
_LEVELS = (
    (
        "cjj61",
        re.compile(
            rf"(?:给水|压力|有压)[^,，;；。]{{0,8}}管顶[^。]{{0,20}}(?:排水|重力|无压)[^,，;；。]{{0,8}}{_PIPE_BOTTOM}"
        ),
    ),
    ("top", re.compile(r"高程[^,，;；。]{0,6}(?:为|指|均为|系|是|:|：)\s*管顶")),
    ("invert", re.compile(rf"高程[^,，;；。]{{0,6}}(?:为|指|均为|系|是|:|：)\s*{_PIPE_BOTTOM}")),
)


def levels_by_words(texts: Iterable[str]) -> dict[str, Declared]:
    """Return what texts declare of the levels of lines, ``level_of``; nothing where two differ.

    Parameters
    ----------
    texts
        Titles, headings and names.
    """
    levels: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        plain = unicodedata.normalize("NFKC", text)
        value = next((value for value, pattern in _LEVELS if pattern.search(plain)), None)
        if value is not None:
            levels.setdefault(value, text)
    return {"level_of": Declared(*next(iter(levels.items())))} if len(levels) == 1 else {}
