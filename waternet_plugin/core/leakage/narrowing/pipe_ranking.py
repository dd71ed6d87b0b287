"""Chances of the pipes of a metered area, most likely first, with the reasons that weigh most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import joined, stored_text
from waternet_plugin.core.leakage.narrowing.chance_factors import Evidence
from waternet_plugin.core.leakage.narrowing.narrow_words import WORDS
from waternet_plugin.core.leakage.narrowing.prior import Prior

_REASONS = 3
# What moves a chance by less than a tenth is not a reason.
_WEAK = 0.1


def chances(prior: Prior, evidence: Sequence[Evidence]) -> Array:
    """Return the chance of each pipe, which sum to 1 (P,)."""
    with np.errstate(divide="ignore"):
        total = np.log(prior.chance)
    for kind in evidence:
        total = total + kind.log_factor
    weight = np.exp(total - total.max())
    return np.asarray(weight / weight.sum())


def ranked(pipe_id: Array, length_m: Array, chance: Array) -> Array:
    """Return pipes by chance, most likely first (P,); equal ones by length, the shorter first, then by id.

    A shorter pipe of equal chance is searched quicker.
    """
    order: Array = np.lexsort((pipe_id.astype(str), length_m, -chance))
    return order


def rank_rows(pipe_id: Array, length_m: Array, prior: Prior, evidence: Sequence[Evidence]) -> pd.DataFrame:
    """Return the pipes with their chances and reasons, most likely first.

    Parameters
    ----------
    pipe_id, length_m
        The pipes (P,).
    prior
        Chances before any search.
    evidence
        What was found since.

    Returns
    -------
    pandas.DataFrame
        pipe_id, order (from 1), chance, reasons, reason_facts, length_m.
    """
    chance = chances(prior, evidence)
    order = ranked(pipe_id, length_m, chance)
    facts = _reasons(prior, evidence, chance)
    sentences = WORDS.say_each(facts)
    rows: pd.DataFrame = pd.DataFrame(
        {
            "pipe_id": pd.Series(pipe_id, dtype=object),
            "order": 0,
            "chance": chance,
            "reasons": pd.Series([joined(reason) for reason in sentences], dtype=object),
            "reason_facts": pd.Series([stored_text(fact) for fact in facts], dtype=object),
            "length_m": length_m,
        }
    )
    rows = rows.iloc[order].reset_index(drop=True)
    rows["order"] = np.arange(1, len(rows) + 1)
    return rows


def _reasons(prior: Prior, evidence: Sequence[Evidence], chance: Array) -> list[tuple[dict[str, Any], ...]]:
    """Return the facts of each pipe: what was found, the weightiest first, else what it was before."""
    base = prior.reason.facts
    if not evidence:
        return [(base[row],) for row in prior.reason.fact_of.tolist()]
    strength = np.stack([kind.strength(prior.chance) for kind in evidence])
    strongest = np.argsort(-strength, axis=0, kind="stable")[: _REASONS - 1]
    reasons = []
    for pipe in range(len(chance)):
        kinds = [int(index) for index in strongest[:, pipe] if strength[index, pipe] > _WEAK]
        facts = [evidence[index].facts[int(evidence[index].fact_of[pipe])] for index in kinds]
        reasons.append((*facts, base[int(prior.reason.fact_of[pipe])]))
    return reasons


def length_left(length_m: Array, chance: Array, share: float) -> float:
    """Return the length of the most likely pipes that together have a share of the chance, m.

    Parameters
    ----------
    length_m, chance
        Of the pipes, most likely first (P,).
    share
        The share (0-1).
    """
    pipe_count = int(np.searchsorted(np.cumsum(chance), share - 1e-9)) + 1
    return float(length_m[:pipe_count].sum())
