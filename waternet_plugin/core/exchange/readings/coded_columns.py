"""Columns as numbers of their distinct texts: what is asked of a value is asked once a text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import written_numbers
from waternet_plugin.core.cells.foreign_values import is_text, texts
from waternet_plugin.core.cells.unknown_words import is_unknown_word
from waternet_plugin.core.frames import plain_column

KNOWN, EMPTY, BAD = 0, 1, 2
# What loggers and spreadsheets write where there is no value.
_NOTHING = ("nan", "null", "none", "n/a", "#n/a", "-", "--", "---", "无", "缺失")


@dataclass(frozen=True)
class CodedColumn:
    """A column of R rows: the place of each row's text in ``words``, -1 for none."""

    codes: Array
    words: tuple[str, ...]

    def spread(self, of_words: Array, otherwise: object) -> Array:
        """Return for each row what is known of its text, ``otherwise`` where it has none (R,)."""
        last = np.empty(1, dtype=of_words.dtype)
        last[0] = otherwise
        return np.asarray(np.concatenate([of_words, last])[self.codes])


def coded_column(series: pd.Series) -> CodedColumn:
    """Return a column by its distinct trimmed texts."""
    given, found = pd.factorize(plain_column(series))
    if not is_text(series) or not all(isinstance(word, str) for word in found):
        places, distinct = pd.factorize(texts(series))
        return CodedColumn(places, tuple(str(word) for word in distinct))
    places, distinct = pd.factorize(np.array([word.strip() or None for word in found], dtype=object))
    # Unknown has the code -1 and takes the last place.
    return CodedColumn(np.append(places, -1).astype(np.int64)[given], tuple(str(word) for word in distinct))


def numbers_of(series: pd.Series, nothing: tuple[str, ...] = ()) -> tuple[Array, Array]:
    """Return the numbers of a column, NaN unknown, and whether each is ``KNOWN``, ``EMPTY`` or ``BAD``.

    Parameters
    ----------
    series
        A column of R rows, of texts or numbers.
    nothing
        Further words that stand for no value.
    """
    if pd.api.types.is_numeric_dtype(series.dtype) and not pd.api.types.is_bool_dtype(series.dtype):
        values = series.to_numpy(dtype=float, na_value=np.nan).copy()
        if nothing:
            meant = pd.to_numeric(pd.Series(list(nothing), dtype=object), errors="coerce").dropna()
            values[np.isin(values, meant.to_numpy(dtype=float))] = np.nan
        state = np.where(np.isfinite(values), KNOWN, np.where(np.isnan(values), EMPTY, BAD))
        values[~np.isfinite(values)] = np.nan
        return values, state.astype(np.int8)
    column = coded_column(series)
    words = pd.Series(list(column.words), dtype=object)
    read = pd.to_numeric(words, errors="coerce").to_numpy(dtype=float).copy()
    # Full-width figures, commas for points and so on are few.
    odd = np.flatnonzero(~np.isfinite(read))
    blank = {*_NOTHING, *(word.strip().casefold() for word in nothing)}
    if len(odd):
        read[odd] = written_numbers.numbers(words.iloc[odd].reset_index(drop=True)).values
    state = np.where(np.isfinite(read), KNOWN, BAD).astype(np.int8)
    for place in odd if not nothing else range(len(words)):
        word = column.words[place]
        if word.casefold() in blank or (state[place] == BAD and is_unknown_word(word)):
            read[place], state[place] = np.nan, EMPTY
    read[state == BAD] = np.nan
    return column.spread(read, np.nan), column.spread(state, EMPTY)
