"""How wide the columns of a table are, so that no line breaks a word of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from waternet_plugin.core.files.spreadsheet_file import text_width

# A column of a table is as wide as that many digits.
_LEAST_SIGNS, _MOST_SIGNS, _SHORT_SIGNS = 8, 40, 12
# A word that is wider than this share of the page is broken after all.
WIDEST_WORD = 0.3
_WORD = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def usual_signs(cells: Sequence[str]) -> float:
    """Return how many digits wide a column is by its texts: between the usual and the longest."""
    wide = [text_width(text) for text in cells]
    return (min(max(_LEAST_SIGNS, *wide), _MOST_SIGNS) + max(_LEAST_SIGNS, sum(wide) / len(wide))) / 2


def cell_words(heading: str, cells: Iterable[str]) -> set[str]:
    """Return what no line may break: words between blanks, each Chinese sign, and a short heading."""
    short_words = {word for word in heading.split() if text_width(word) <= _SHORT_SIGNS}
    return {word for text in (heading, *cells) for word in _WORD.findall(text)} | short_words | {""}


def column_widths(usual: Sequence[float], least: Sequence[float], width_pt: float) -> list[float]:
    """Return widths that add up to a whole, as the usual ones are to each other, none below its least."""
    if sum(least) >= width_pt:
        return [width_pt * wide / sum(least) for wide in least]
    narrow: set[int] = set()
    while True:
        rest = width_pt - sum(least[index] for index in narrow)
        scale = rest / sum(wide for index, wide in enumerate(usual) if index not in narrow)
        more = {
            index for index, wide in enumerate(usual) if index not in narrow and wide * scale < least[index]
        }
        if not more:
            return [least[index] if index in narrow else wide * scale for index, wide in enumerate(usual)]
        narrow |= more
