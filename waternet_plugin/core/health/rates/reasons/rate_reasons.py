"""Why a pipe has its rate: its three strongest reasons, as facts and as text.

The reasons are the parts of the rate: together they lead from the network's mean to it, by any model.
A million pipes share a few thousand texts: every reason is a number in a table of facts, every pipe
three numbers, and each combination that occurs is written once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import Fact, fact_texts, joined
from waternet_plugin.core.health.numbered_values import numbered
from waternet_plugin.core.health.rates import reason_words as words
from waternet_plugin.core.health.rates.cohorts import Cohorts
from waternet_plugin.core.health.rates.reasons.rate_parts import (
    COHORT,
    DIAMETER,
    LENGTH,
    PRESSURE,
    RECORD,
    SOIL,
    STREETS,
    VINTAGE,
)
from waternet_plugin.core.health.rates.window import Window

_STRONGEST = 3
# A factor this close to 1 is not a reason.
_NO_REASON = 0.05
# Strengths (ln) that differ by less are equal.
_ALIKE = 1e-6
# So few that what is computed of them stays in the processor's cache.
_PIPES_AT_ONCE = 32_768


@dataclass
class _Book:
    """The facts of one kind of reason, which of them each pipe has, and how strong it is (ln)."""

    facts: Sequence[Fact]
    number: Array
    strength: Array

    def of(self, pipes: slice) -> _Book:
        """Return the same for some of the pipes."""
        return _Book(self.facts, self.number[pipes], self.strength[pipes])


def _history(failures: Array, strength: Array, year: int) -> _Book:
    """Reason: the pipe's own failures since the records began, or that there were none."""
    # One failure on a long pipe may be fewer than pipes like it have.
    numbers, numbered_as = numbered(failures.astype(int) * 2 + (strength > 0.0))

    def fact(count: int, raises: bool) -> Fact:
        if not count:
            return {"is": words.NO_FAILURE, "year": year}
        code = words.ONE_FAILURE if count == 1 else words.FAILURES
        return {"is": code if raises else words.FEW_FAILURES, "count": count, "year": year}

    facts = [fact(number // 2, bool(number % 2)) for number in numbers.tolist()]
    return _Book(facts, numbered_as, strength)


def _cohort(cohorts: Cohorts, strength: Array) -> _Book:
    """Reason: how material and laying years stand against the network's mean, other reasons apart."""
    ratios, of_pipe = numbered(np.round(np.exp(strength), 1))
    keys, number = numbered(cohorts.cell * len(ratios) + of_pipe)

    def fact(cell: int, ratio: float) -> Fact:
        start, years = cohorts.span(cell)
        return {
            "is": words.COHORT,
            "material": cohorts.material[cell],
            "from": None if np.isnan(start) else int(start),
            "years": years,
            "ratio": ratio,
        }

    facts = [fact(key // len(ratios), float(ratios[key % len(ratios)])) for key in keys.tolist()]
    return _Book(facts, number, strength)


def _diameter(diameter_mm: Array, strength: Array) -> _Book:
    """Reason: small mains fail more often, large ones less."""
    rounded = np.where(diameter_mm > 0, np.round(diameter_mm), 0.0).astype(int)
    keys, number = numbered(rounded * 2 + (strength > 0.0))
    facts = [{"is": words.SMALL if key % 2 else words.LARGE, "diameter": key // 2} for key in keys.tolist()]
    return _Book(facts, number, strength)


def _cost(ratio: Array) -> _Book:
    """Reason: what a failure costs; it says nothing of the rate, and only that it is more."""
    tenths = np.where(ratio > 1.0, np.round(np.nan_to_num(ratio, posinf=0.0) * 10), 0.0).astype(int)
    keys, number = numbered(tenths)
    facts = [{"is": words.COST, "ratio": key / 10} for key in keys.tolist()]
    return _Book(facts, number, np.log(np.maximum(keys, 10) / 10)[number])


def _two_sided(strength: Array, more: str, less: str) -> _Book:
    """Reason with one sentence above and one below the ordinary."""
    return _Book([{"is": less}, {"is": more}], (strength > 0.0).astype(int), strength)


def _opening(score: Array, raises: Array, cost: _Book, strength: Array, must: Array) -> tuple[Array, Array]:
    """Return the book that opens the reasons of each pipe, and whether it is what a failure costs.

    Where the class asks for a reason that raises the risk, it is the strongest of those.
    """
    up = (score * raises).max(axis=0)
    raised = must & (up > 0)
    opening = np.where(raised, up, score.max(axis=0))
    rate = (strength * raises).max(axis=0) * raised
    return opening, must & (cost.strength > np.maximum(rate, _NO_REASON))


@dataclass(frozen=True)
class ClassReasons:
    """What else decided the class of each pipe, one value a pipe.

    Attributes
    ----------
    cost_ratio
        What a failure costs over the network's mean; NaN unknown.
    must_raise
        Pipes of a class whose first reason raises the risk.
    by_policy
        Pipes that the policy list put into their class.
    to_inspect
        Pipes that their risk alone would have renewed now, without any record of failures.
    """

    cost_ratio: Array
    must_raise: Array
    by_policy: Array
    to_inspect: Array

    def of(self, pipes: slice) -> ClassReasons:
        """Return the same for some of the pipes."""
        return ClassReasons(
            self.cost_ratio[pipes], self.must_raise[pipes], self.by_policy[pipes], self.to_inspect[pipes]
        )


def reasons_of(
    parts: Mapping[str, Array],
    classes: ClassReasons,
    *,
    failures: Array,
    window: Window,
    cohorts: Cohorts,
    diameter_mm: Array,
) -> tuple[Array, Array]:
    """Return the three strongest reasons of each pipe as one text, strongest first, and as facts.

    Strength is how far a factor moves the rate, up or down. Where the class asks for it the first is the
    strongest that raises the risk: of the rate, or of what a failure costs. What only the policy list
    decided, and that a pipe is to be inspected first, comes before that.

    Parameters
    ----------
    parts
        Parts of ln(rate over the network's mean), as `parts.Rated.against` returns them.
    classes
        What decided the classes of the pipes.
    failures
        Own failures of each pipe.
    window
        The records.
    cohorts
        The cohorts of the pipes.
    diameter_mm
        Diameter of each pipe.
    """
    year = 0 if window.start is None else max(window.start, window.first or window.start).year
    books = [
        _history(failures, parts[RECORD], year),
        _cohort(cohorts, parts[COHORT]),
        _diameter(diameter_mm, parts[DIAMETER]),
        _two_sided(parts[LENGTH], words.SHORT, words.LONG),
        _two_sided(parts[STREETS], words.BAD_STREET, words.GOOD_STREET),
        _two_sided(parts[VINTAGE], words.WORSE_YEARS, words.BETTER_YEARS),
        _two_sided(parts[SOIL], words.CORROSIVE, words.MILD),
        _two_sided(parts[PRESSURE], words.HIGH_PRESSURE, words.LOW_PRESSURE),
    ]
    cost = _cost(classes.cost_ratio)
    facts = [{"is": words.ORDINARY}, *(fact for book in books for fact in book.facts), *cost.facts]
    base = len(facts)
    number = np.empty(len(failures), dtype=np.int64)
    for start in range(0, len(number), _PIPES_AT_ONCE):
        some = slice(start, start + _PIPES_AT_ONCE)
        number[some] = _strongest([book.of(some) for book in books], cost.of(some), classes.of(some), base)
    combination, keys = pd.factorize(number)
    facts += [{"is": words.POLICY}, {"is": words.INSPECT}]
    named = _named(keys, base)
    # There are many more combinations than facts, so each fact is put into words once.
    texts = _in_line(words.WORDS.say_all(_with_names(facts)), named, joined(("", "")))
    stored = "[" + _in_line(fact_texts(facts), named, ",") + "]"
    return texts[combination], stored[combination]


def _with_names(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts to be said, cohorts by their names: a cohort is in one fact for each of its ratios."""
    names: dict[tuple[Any, ...], str] = {}
    told: list[Fact] = []
    for fact in facts:
        if fact["is"] == words.COHORT:
            cohort = (fact["material"], fact["from"], fact["years"])
            if cohort not in names:
                names[cohort] = words.cohort_name(fact)
            fact = {"is": words.COHORT, "cohort": names[cohort], "ratio": fact["ratio"]}
        told.append(fact)
    return told


def _strongest(books: Sequence[_Book], cost: _Book, classes: ClassReasons, base: int) -> Array:
    """Return the strongest reasons of each pipe as one number, a digit to the base of all facts each."""
    starts = np.cumsum([1] + [len(book.facts) for book in books])
    number = np.stack([book.number + start for book, start in zip(books, starts)])
    signed = np.stack([book.strength for book in books])
    strength = np.abs(signed)
    # What is unknown is none either.
    strength[np.isnan(strength)] = 0.0
    is_reason = strength >= _NO_REASON
    # Rounded, so that equal factors keep the order of the books, which is the last digit.
    last = np.arange(len(books) - 1, -1, -1)[:, None]
    score = (np.rint(strength / _ALIKE).astype(np.int64) * len(books) + last) * is_reason
    key = np.where(classes.by_policy, 1, np.where(classes.to_inspect, 2, 0)).astype(np.int64)
    every = np.arange(len(key))
    for turn in range(_STRONGEST):
        if turn == 0:
            best, by_cost = _opening(score, signed > 0, cost, strength, classes.must_raise)
        else:
            best, by_cost = score.max(axis=0), np.zeros(len(key), dtype=bool)
        chosen = len(books) - 1 - best % len(books)
        strongest = number[chosen, every] * (best > 0)
        key = key * base + np.where(by_cost, cost.number + starts[-1], strongest)
        score[chosen[~by_cost], every[~by_cost]] = 0
    return key


def _named(keys: Array, base: int) -> Array:
    """Return the numbers of the facts in each key of `_strongest`, a row a key, 0 behind the last of a row.

    Those of the class come after the base.
    """
    digits = keys[:, None] // base ** np.arange(_STRONGEST, -1, -1)
    by_class, of_rate = digits[:, :1], digits[:, 1:] % base
    return np.where(by_class > 0, np.hstack([base + by_class - 1, of_rate[:, :-1]]), of_rate)


def _in_line(words_of: Sequence[str], named: Array, between: str) -> Array:
    """Return the words of the facts of each row as one text.

    Parameters
    ----------
    words_of
        Those of each fact.
    named
        Numbers of facts as of `_named`.
    between
        What stands between two of them.
    """
    first = np.array(words_of, dtype=object)
    further = between + first
    # No reason behind the first; in the first place it is the reason of what is ordinary.
    further[0] = ""
    texts = first[named[:, 0]]
    for place in range(1, named.shape[1]):
        texts = texts + further[named[:, place]]
    return np.asarray(texts, dtype=object)
