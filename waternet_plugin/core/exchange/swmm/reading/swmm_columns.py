"""The columns of one section of a SWMM file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.model_files.line_faults import LineFaults
from waternet_plugin.core.exchange.swmm.reading.regular_lines import RegularLines
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.texts import tr

# Stands where a value is left to SWMM.
_DEFAULT = "*"


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
        self._rows: list[list[str]] = []
        self.numbers: Sequence[int] = []
        self._lines: RegularLines | None = None
        number, lines = text.regular(section) or (0, None)
        if lines is not None and lines.width >= least:
            self.numbers, self._lines = range(number, number + len(lines)), lines
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
        if self._lines is None:
            return [words[index] if len(words) > index else missing for words in self._rows]
        return self._lines.words(index) if index < self._lines.width else [missing] * len(self)

    def texts(self, index: int) -> Array:
        """Return one column as texts, (N,) object."""
        result = np.empty(len(self), dtype=object)
        result[:] = self.words(index)
        return result

    def keys(self, index: int) -> Array | None:
        """Return one column as whole numbers, None where the lines are not regular."""
        return None if self._lines is None else self._lines.keys(index)

    def numbers_of(self, index: int) -> Array:
        """Return one column as numbers, (N,) float; a `ValueError` where a line has none."""
        if self._lines is not None and index < self._lines.width:
            return self._lines.values(index)
        return np.fromiter(map(float, self.words(index)), dtype=float, count=len(self))

    def values(self, index: int, missing: float = math.nan) -> Array:
        """Return one column as numbers, (N,) float; ``missing`` where a line has none, or leaves it open."""
        try:
            result = self.numbers_of(index)
        except ValueError:
            words = self.words(index, _DEFAULT)
            result = np.array(
                [self._value(row, word, missing) for row, word in enumerate(words)], dtype=float
            )
        not_finite = np.flatnonzero(np.isinf(result)).tolist()
        words = self.words(index) if not_finite else []
        for row in not_finite:
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

    def refuse_ids(self, known: set[str], sentence: str) -> None:
        """Note ids that are empty, known or there twice; ``sentence`` says the latter of an {id}."""
        for number, id_ in zip(self.numbers, self.words(0)):
            if not id_ or id_ in known:
                self._add_fault(number, sentence.format(id=id_) if id_ else tr("the id is empty."))
            known.add(id_)

    def _add_fault(self, number: int, sentence: str) -> None:
        self._faults.add(self._text.line(self._section, number), sentence)


def _no_number(word: str) -> str:
    return tr("“{word}” is not a number.").format(word=word)
