"""How wide the columns of a table are, so that no line breaks a word of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from waternet_plugin.core.files.spreadsheet_file import text_width

# A column of a table is as wide as that many digits.
_LEAST_SIGNS, _MOST_SIGNS, _SHORT_SIGNS = 8, 40, 12
# A word that is wider than this share of the page is broken after all.
_WIDEST_WORD = 0.3
_CHINESE = r"\u2e80-\u9fff\uff00-\uffef"
_WORD = re.compile(rf"[{_CHINESE}]|[^\s{_CHINESE}]+")
# Chinese that short is a name, as of a hospital or a street: it stays in one line where there is room.
_NAME = re.compile(rf"(?<![{_CHINESE}])[{_CHINESE}]{{2,8}}(?![{_CHINESE}])")


def shared_widths(
    columns: Sequence[Sequence[str]], width: float, measured: Callable[[str], float]
) -> list[float]:
    """Return widths of columns that add up to a whole, by what stands in them.

    No column is so narrow that a word of it is broken, nor a short Chinese name where there is room for all.

    Parameters
    ----------
    columns
        The heading and the cells of each.
    width
        The whole width.
    measured
        How wide a cell with some text is, in the unit of ``width``.
    """
    usual = [_usual_signs(column) for column in columns]
    words = [_cell_words(column[0], column[1:]) for column in columns]
    names = [set(_NAME.findall(" ".join(column[1:]))) for column in columns]
    least = [0.0] * len(columns)
    for wanted in ([some | more for some, more in zip(words, names)], words):
        least = [min(max(map(measured, some)), _WIDEST_WORD * width) for some in wanted]
        if sum(least) < width:
            break
    return column_widths(usual, least, width)


def _usual_signs(cells: Sequence[str]) -> float:
    """Return how many digits wide a column is by its texts: between the usual and the longest."""
    wide = [text_width(text) for text in cells]
    return (min(max(_LEAST_SIGNS, *wide), _MOST_SIGNS) + max(_LEAST_SIGNS, sum(wide) / len(wide))) / 2


def _cell_words(heading: str, cells: Iterable[str]) -> set[str]:
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
