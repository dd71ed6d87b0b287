"""A question about the values of a field: what speaks against them, the answers, and the one suggested.

The answer is part of the mapping: a unit under ``units``, what becomes of rows that are out of line with the
others under ``odd_rows``, what depths below zero are under ``signs``, words that mean “not known” under
``null``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.mapping.mapping import (
    ABOVE,
    BELOW,
    DRAWN,
    TAKE,
    UNKNOWN,
    Mapping,
)
from waternet_plugin.core.units import METRES

# The unit of a whole column, rows out of line with the others, words that stand for “not known”, depths
# below zero among others, and heights of another datum than the network's.
UNIT, ODD, WORDS, SIGN, DATUM = "unit", "odd", "words", "sign", "datum"

_EXAMPLES = 3


@dataclass(frozen=True)
class Doubt:
    """What speaks against values of a field.

    Parameters
    ----------
    kind
        ``UNIT``, ``ODD``, ``WORDS``, ``SIGN`` or ``DATUM``.
    rows
        Numbers of the source rows, from 0.
    examples
        Some of the values as the file has them.
    ratio
        The values by what they are held against, such as the drawn length; NaN for nothing.
    choices
        The answers: names of units, ``TAKE``, ``DRAWN``, ``UNKNOWN``, ``ABOVE`` or ``BELOW``.
    suggestion
        One of them.
    answer
        What the mapping says; '' where it says nothing.
    words
        Of ``WORDS``: the values that may stand for “not known”; of ``DATUM``: the datum.
    otherwise
        What becomes of the rows where nobody has to answer and nobody does; of ``SIGN`` the suggestion.
    """

    kind: str
    field: str
    rows: Array
    examples: tuple[str, ...]
    ratio: float
    choices: tuple[str, ...]
    suggestion: str
    answer: str
    words: tuple[str, ...] = ()
    otherwise: str = TAKE

    @property
    def count(self) -> int:
        """How many rows it is about."""
        return len(self.rows)

    @property
    def is_open(self) -> bool:
        """Whether the mapping gives no answer."""
        return not self.answer

    @property
    def unanswered(self) -> str:
        """What becomes of the rows of a doubt that need not be answered, where it is not."""
        return self.suggestion if self.kind == SIGN else self.otherwise

    @property
    def must_be_answered(self) -> bool:
        """Whether a run without an answer would write many wrong values: a unit, a datum, odd lengths.

        One level beyond all others is told and found by the checks.
        """
        return self.kind in (UNIT, DATUM) or (self.kind == ODD and self.field == "length_m")


def answered(mapping: Mapping, doubt: Doubt, answer: str) -> Mapping:
    """Return a mapping with the answer to a doubt.

    Parameters
    ----------
    mapping
        The mapping that the doubt is about.
    doubt
        The question.
    answer
        One of its choices.
    """
    name = doubt.field
    if doubt.kind == WORDS:
        words = doubt.words if answer == UNKNOWN else ()
        kept = tuple(word for word in mapping.null.get(name, ()) if word not in doubt.words)
        return replace(mapping, null={**mapping.null, name: (*kept, *words)})
    if doubt.kind == SIGN:
        return replace(mapping, signs={**mapping.signs, name: answer})
    if doubt.kind in (ODD, DATUM):
        return replace(mapping, odd_rows={**mapping.odd_rows, name: answer})
    if answer in METRES:
        return replace(mapping, units={**mapping.units, name: answer})
    fields = {field: source for field, source in mapping.fields.items() if field != name}
    units = {one: unit for one, unit in mapping.units.items() if one != name}
    return replace(mapping, fields=fields, units=units)


def examples_of(values: Array) -> tuple[str, ...]:
    """Return some of the different numbers of an array as people write them."""
    known = values[np.isfinite(values)]
    _distinct, first = np.unique(known, return_index=True)
    return tuple(f"{known[place]:.6g}" for place in np.sort(first)[:_EXAMPLES])


__all__ = [
    "ABOVE", "BELOW", "DATUM", "DRAWN", "ODD", "SIGN", "TAKE", "UNIT", "UNKNOWN", "WORDS", "Doubt",
    "answered", "examples_of",
]  # fmt: skip
