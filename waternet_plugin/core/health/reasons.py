"""Why a pipe has its rate: its three strongest reasons, as text.

A million pipes share a few thousand texts: every reason is a number in a table of sentences, every pipe
three numbers, and each combination that occurs is written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.health.arrays import Array, numbered
from waternet_plugin.core.health.cohorts import Cohorts
from waternet_plugin.core.health.factors import Factors
from waternet_plugin.core.health.window import Window
from waternet_plugin.core.texts import tr

_STRONGEST = 3
# A factor this close to 1 is no reason.
_NO_REASON = 0.05
# Strengths (ln) that differ by less are equal.
_ALIKE = 1e-6


@dataclass
class _Book:
    """The sentences of one kind of reason, which of them each pipe has, and how strong it is (ln)."""

    texts: Sequence[str]
    number: Array
    strength: Array


def _history(failures: Array, factor: Array, window: Window) -> _Book:
    """Reason: the pipe's own failures since the records began, or that there were none."""
    since = window.start.year if window.start else 0
    numbers, place = numbered(failures.astype(int))
    sentences = {0: tr("no failure since {year}"), 1: tr("1 failure since {year}")}
    several = tr("{count} failures since {year}")
    texts = [sentences.get(number, several).format(count=number, year=since) for number in numbers.tolist()]
    return _Book(texts, place, np.log(factor))


def _cohort(cohorts: Cohorts, mean_of_cohort: Array, network_mean: float) -> _Book:
    """Reason: how the material and its years stand against the network's mean."""
    ratio = mean_of_cohort / network_mean if network_mean > 0 else np.ones(cohorts.size)
    texts = [
        tr("{cohort}: {ratio} times the network's mean").format(
            cohort=cohorts.label(place), ratio=f"{ratio[place]:.1f}"
        )
        for place in range(cohorts.size)
    ]
    return _Book(texts, cohorts.cell, np.log(np.maximum(ratio, 1e-9))[cohorts.cell])


def _diameter(diameter_mm: Array, factor: Array) -> _Book:
    """Reason: small mains fail more often, large ones less."""
    rounded = np.where(diameter_mm > 0, np.round(diameter_mm), 0.0).astype(int)
    small = factor > 1.0
    keys, place = numbered(rounded * 2 + small)
    texts = [
        (
            tr("DN{diameter}: small mains fail more often")
            if key % 2
            else tr("DN{diameter}: larger mains fail less often")
        ).format(diameter=key // 2)
        for key in keys
    ]
    # An unknown diameter says nothing.
    return _Book(texts, place, np.where(rounded > 0, np.log(factor), 0.0))


def _two_sided(factor: Array, more: str, less: str) -> _Book:
    """Reason with one sentence above and one below the ordinary."""
    return _Book([less, more], (factor > 1.0).astype(int), np.log(factor))


def reasons_of(
    *,
    failures: Array,
    history: Array,
    street: Array,
    window: Window,
    cohorts: Cohorts,
    cohort_mean: Array,
    network_mean: float,
    factors: Factors,
    diameter_mm: Array,
    by_policy: Array,
    tied: Array,
) -> Array:
    """Return the three strongest reasons of each pipe as one text, strongest first.

    Strength is how far a factor moves the rate, up or down. What only the policy list, or only the id,
    decided comes first.

    Parameters
    ----------
    failures, history
        Own failures and the factor they make.
    street
        The factor of the other pipes of its street.
    window
        The records.
    cohorts, cohort_mean, network_mean
        Cohorts, the mean rate of each (own records of pipes aside) and of the network.
    factors
        What the surveys say.
    diameter_mm
        Diameter of each pipe.
    by_policy
        Pipes that the policy list put into their class.
    tied
        Pipes that nothing but their id put above others of like risk.
    """
    books = [
        _history(failures, history, window),
        _cohort(cohorts, cohort_mean, network_mean),
        _diameter(diameter_mm, factors.diameter),
        _two_sided(
            factors.length,
            tr("short pipe: more joints and fittings per km"),
            tr("long pipe: fewer joints and fittings per km"),
        ),
        _two_sided(
            street,
            tr("other pipes of its street failed often"),
            tr("few failures on other pipes of its street"),
        ),
        _two_sided(factors.vintage, tr("laid in worse years"), tr("laid in better years")),
        _two_sided(factors.soil, tr("corrosive soil"), tr("soil of little corrosivity")),
        _two_sided(factors.pressure, tr("high pressure"), tr("low pressure")),
    ]
    starts = np.cumsum([1] + [len(book.texts) for book in books])
    number = np.stack([book.number + start for book, start in zip(books, starts)])
    strength = np.nan_to_num(np.abs(np.stack([book.strength for book in books])))
    strength[strength < _NO_REASON] = 0.0
    # Rounded, so that equal factors keep the order of the books, which is the last digit.
    last = np.arange(len(books) - 1, -1, -1)[:, None]
    score = np.round(strength / _ALIKE).astype(np.int64) * len(books) + last
    score[strength == 0] = 0
    sentences = [""] + [text for book in books for text in book.texts]
    base = len(sentences)
    # The list goes before the id.
    key = np.where(by_policy, 1, np.where(tied, 2, 0)).astype(np.int64)
    every = np.arange(len(key))
    for _ in range(_STRONGEST):
        best = score.max(axis=0)
        chosen = len(books) - 1 - best % len(books)
        key = key * base + np.where(best > 0, number[chosen, every], 0)
        score[chosen, every] = 0
    combination, keys = pd.factorize(key)
    ordinary = tr("nothing out of the ordinary")
    decided = {
        1: tr("on the policy list, with failures of its own"),
        2: tr("no riskier than pipes of a lower class: only the order of ids tells them apart"),
    }
    texts = np.empty(len(keys), dtype=object)
    for place, value in enumerate(keys.tolist()):
        words: list[str] = []
        for _ in range(_STRONGEST):
            value, sentence = divmod(value, base)
            if sentence:
                words.insert(0, sentences[sentence])
        if value:
            words = [decided[value], *words[: _STRONGEST - 1]]
        texts[place] = tr("; ", "between reasons").join(words) if words else ordinary
    return texts[combination]
