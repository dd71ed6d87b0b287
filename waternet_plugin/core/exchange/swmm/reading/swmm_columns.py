"""The columns of one section of a SWMM file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.model_files.line_faults import LineFaults
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.texts import tr

# Stands where a value is left to SWMM.
_DEFAULT = "*"


def numbers_of(words: Sequence[str]) -> Array:
    """Return words as numbers; a `ValueError` where one is none."""
    return np.fromiter(map(float, words), dtype=float, count=len(words))


class SwmmColumns:
    """The lines of one section by their columns.

    Parameters
    ----------
    section
        Its name.
    least
        How many words a line must have.
    faults
        Where lines that are too short, and words that are not numbers, are noted.
    """

    def __init__(self, text: SwmmText, section: str, least: int, faults: LineFaults) -> None:
        self._text, self._section, self._faults = text, section, faults
        self._columns: tuple[list[str], ...] = ()
        self._rows: list[list[str]] = []
        self.numbers: Sequence[int] = []
        regular = text.regular(section)
        if regular is not None and len(regular.columns) >= least:
            self.numbers, self._columns = regular.numbers, regular.columns
        else:
            self._take_rows(least)

    def _take_rows(self, least: int) -> None:
        numbers: list[int] = []
        for number, words in self._text.rows(self._section):
            if len(words) < least:
                sentence = tr("only {there} of at least {least} values are there.")
                self._add_fault(number, sentence.format(there=len(words), least=least))
            else:
                self._rows.append(words)
                numbers.append(number)
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def words(self, index: int, missing: str = "") -> list[str]:
        """Return one column as texts, ``missing`` where a line ends before it."""
        if not self._columns:
            return [words[index] if len(words) > index else missing for words in self._rows]
        return self._columns[index] if index < len(self._columns) else [missing] * len(self)

    def values(self, index: int, missing: float = math.nan) -> Array:
        """Return one column as numbers, (N,) float; ``missing`` where a line has none, or leaves it open."""
        words = self.words(index, _DEFAULT)
        try:
            result = numbers_of(words)
        except ValueError:
            result = np.array(
                [self._value(row, word, missing) for row, word in enumerate(words)], dtype=float
            )
        for row in np.flatnonzero(np.isinf(result)).tolist():
            self._add_fault(self.numbers[row], _no_number(words[row]))
        return result

    def _value(self, row: int, word: str, missing: float) -> float:
        if word == _DEFAULT:
            return missing
        try:
            return float(word)
        except ValueError:
            self._add_fault(self.numbers[row], _no_number(word))
            return missing

    def refuse_rows(self, rows: Sequence[int], sentences: Sequence[str]) -> None:
        """Note what is wrong with some rows, by their place among the lines that were read."""
        for row, sentence in zip(rows, sentences):
            self._add_fault(self.numbers[row], sentence)

    def _add_fault(self, number: int, sentence: str) -> None:
        self._faults.add(self._text.line(self._section, number), sentence)


def _no_number(word: str) -> str:
    return tr("“{word}” is not a number.").format(word=word)
