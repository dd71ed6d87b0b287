"""How databases write Chinese headings in Latin letters: GJ, GCAI and GUANJING for 管径 and 管材."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.schema.csvfiles import rows_of

_TWO_LETTERS = ("zh", "ch", "sh")


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    """Return the syllable of each sign, as the trade reads those that may be read otherwise."""
    rows = rows_of(Path(__file__).with_name("latin_letters.csv"))
    return {sign: row["syllable"] for row in rows for sign in row["signs"]}


def initials(word: str) -> str:
    """Return the first letters of a folded Chinese word, '' where a sign of it is not known."""
    known = _syllables()
    return "".join(known[sign][0] for sign in word) if all(sign in known for sign in word) else ""


def spelled_out(word: str) -> tuple[str, ...]:
    """Return the longer spellings of a folded Chinese word, () where a sign of it is not known.

    They are whole, with its last syllable whole, and with two letters of zh, ch and sh.
    """
    known = _syllables()
    if not all(sign in known for sign in word):
        return ()
    syllables = [known[sign] for sign in word]
    spellings = (
        "".join(syllables),
        "".join(one[0] for one in syllables[:-1]) + syllables[-1],
        "".join(one[: 2 if one.startswith(_TWO_LETTERS) else 1] for one in syllables),
    )
    return tuple(spelling for spelling in dict.fromkeys(spellings) if len(spelling) > len(word))
