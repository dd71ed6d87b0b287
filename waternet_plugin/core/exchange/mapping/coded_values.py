"""Foreign codes and words become ours by what a mapping says of them; those it says nothing of are listed."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.cells.foreign_values import ReadColumn
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.schema.word_codes import codes_of_column

BLANK = ""


@dataclass(frozen=True)
class Unmapped:
    """A foreign code without a meaning, how often it comes, and what it most likely means, None for unknown.

    ``basis`` is the word of it that the suggestion rests on.
    """

    field: str
    value: str
    count: int
    suggestion: str | None
    basis: str = ""


def _lookup(codes: Dictionary[str, str | None]) -> Dictionary[str, str | None]:
    """Return codes by their spelling without case, where that says the same for all of them."""
    found: dict[str, str | None] = {}
    doubtful = set()
    for word, code in codes.items():
        plain = word.casefold()
        if plain in found and found[plain] != code:
            doubtful.add(plain)
        found[plain] = code
    return {word: code for word, code in found.items() if word not in doubtful}


def coded_words(
    words: Iterable[str], counts: Array, described: Field, codes: Dictionary[str, str | None]
) -> tuple[list[str | None], tuple[Unmapped, ...]]:
    """Return our code for each distinct word of a column, None without one, and the words without a meaning.

    Parameters
    ----------
    words
        Each word once.
    counts
        How often each comes.
    described
        The field that the column fills.
    codes
        Words and codes of the mapping.
    """
    known, any_case = described.codes, _lookup(codes)
    words = list(words)
    meant: list[str | None] = []
    unmapped = []
    named = None
    for place, (word, count) in enumerate(zip(words, counts.tolist())):
        code = None
        if word in codes:
            code = codes[word]
        elif word.casefold() in any_case:
            code = any_case[word.casefold()]
        elif word in known:
            code = word
        elif EVERY_OTHER in codes:
            code = codes[EVERY_OTHER]
        else:
            # What a word speaks of is asked where one is open at all.
            if named is None:
                named = codes_of_column(described.domain, words, described.own_codes)
            told = named[place]
            suggestion, basis = (None, "") if told is None else (told.code, told.word)
            unmapped.append(Unmapped(described.name, word, int(count), suggestion, basis))
        meant.append(code)
    return meant, tuple(unmapped)


def coded(
    series: pd.Series, described: Field, codes: Dictionary[str, str | None]
) -> tuple[ReadColumn, tuple[Unmapped, ...], Array]:
    """Return our codes for foreign ones, those without a meaning, and which rows are codes of the file's own.

    What has no meaning becomes unknown.
    """
    places, distinct = pd.factorize(foreign_values.texts(series))
    counts = np.bincount(places[places >= 0], minlength=len(distinct))
    meanings, unmapped = coded_words(distinct, counts, described, codes)
    meant = np.full(len(distinct) + 1, None, dtype=object)
    meant[:-1] = meanings
    meant[-1] = codes.get(BLANK)
    own = [code is not None and code != word for code, word in zip(meanings, distinct)]
    return ReadColumn(meant[places]), unmapped, np.array([*own, False], dtype=bool)[places]


def reworded(series: pd.Series, codes: Dictionary[str, str | None]) -> pd.Series:
    """Return a column of free values with some of them replaced."""
    words = foreign_values.texts(series)
    any_case = _lookup(codes)
    places, distinct = pd.factorize(words)
    meant = np.full(len(distinct) + 1, None, dtype=object)
    meant[-1] = codes.get(BLANK)
    for position, word in enumerate(distinct):
        if word in codes:
            meant[position] = codes[word]
        elif word.casefold() in any_case:
            meant[position] = any_case[word.casefold()]
        else:
            meant[position] = codes.get(EVERY_OTHER, word)
    values: pd.Series = pd.Series(meant[places], dtype=object)
    return values
