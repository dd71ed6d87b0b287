"""What headings in pinyin mean in a table: the initials of its Chinese headings, or these spelled out.

QDMS is one heading of pipes alone, 起点埋深. JCSJ may be that of a year, 建成时间, or of what none of our
fields takes, 检查时间: it says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.cells.headings import bare_name
from waternet_plugin.core.exchange.guessing.pinyin.latin_letters import initials, spelled_out
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.schema.domains import fold

# Shorter ones mean too much elsewhere to say anything without the values beneath.
_LEAST_LETTERS = 4
_UNFILLED = ""


@lru_cache(maxsize=1)
def _unfilled() -> frozenset[str]:
    """Return folded headings of the trade that no field of ours takes, or none of most tables."""
    return frozenset(
        fold(before + after)
        for row in rows_of(Path(__file__).with_name("unfilled_headings.csv"))
        for before in words(row["before"]) or ("",)
        for after in words(row["after"])
    )


class PinyinHeadings:
    """The meanings of headings in pinyin in one table.

    Parameters
    ----------
    spellings
        The folded Chinese headings of each field.
    """

    def __init__(self, spellings: Mapping[str, Sequence[str]]) -> None:
        meanings: dict[str, set[str]] = {}
        own = {word for several in spellings.values() for word in several}
        for field, several in (*spellings.items(), (_UNFILLED, _unfilled() - own)):
            for word in several:
                for spelling in (initials(word), *spelled_out(word)):
                    meanings.setdefault(spelling, set()).add(field)
        meanings.pop("", None)
        self._meanings = {spelling: frozenset(fields) for spelling, fields in meanings.items()}

    def fields(self, column: str) -> frozenset[str]:
        """Return the fields that a heading may be; none where it may be what no field takes."""
        fields = self._meanings.get(fold(bare_name(column)), frozenset())
        return frozenset() if _UNFILLED in fields else fields

    def only_field(self, column: str) -> str:
        """Return the field that a heading of some length means, '' for none or several."""
        fields = self.fields(column)
        is_long = len(fold(bare_name(column))) >= _LEAST_LETTERS
        return next(iter(fields)) if is_long and len(fields) == 1 else ""
