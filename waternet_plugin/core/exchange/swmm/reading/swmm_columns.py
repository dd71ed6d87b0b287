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
        self.numbers: list[int] = []
        for number, words in text.rows(section):
            if len(words) < least:
                sentence = tr("only {there} of at least {least} values are there.")
                self._add_fault(number, sentence.format(there=len(words), least=least))
            else:
                self._rows.append(words)
                self.numbers.append(number)

    def __len__(self) -> int:
        return len(self._rows)

    def words(self, index: int) -> list[str]:
        """Return one column as texts, '' where a line ends before it."""
        return [words[index] if len(words) > index else "" for words in self._rows]

    def values(self, index: int, missing: float = math.nan) -> Array:
        """Return one column as numbers, (N,) float; ``missing`` where a line has none, or leaves it open."""
        words = [words[index] if len(words) > index else _DEFAULT for words in self._rows]
        try:
            result = np.array([missing if word == _DEFAULT else float(word) for word in words], dtype=float)
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
