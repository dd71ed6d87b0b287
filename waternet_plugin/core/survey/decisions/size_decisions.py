"""Levels, diameters and encoding of a file: decided by words and numbers, else asked."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.decisions import Decision
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import FileAnswers
from waternet_plugin.core.schema.csvfiles import rows_of, words
from waternet_plugin.core.survey.decisions.height_decisions import choices, claimed
from waternet_plugin.core.texts import shortened


@lru_cache(maxsize=1)
def _sizes() -> dict[str, frozenset[float]]:
    path = Path(__file__).parent / "plastic_sizes.csv"
    return {row["kind"]: frozenset(float(size) for size in words(row["sizes_mm"])) for row in rows_of(path)}


def _only(sizes_mm: Array, kind: str, other: str) -> list[float]:
    return sorted(set(sizes_mm[np.isfinite(sizes_mm)].tolist()) & (_sizes()[kind] - _sizes()[other]))


def _listed(sizes_mm: list[float]) -> str:
    return shortened([f"{size:g}" for size in sizes_mm], most=4)


def diameter_of(facts: FileFacts, answers: FileAnswers) -> Decision:
    """Return whether bare sizes of plastics are outer or nominal diameters.

    Sizes are stored as written either way: what tells the bore, the wall, is in no survey. So levels are
    reckoned by the size itself, and the answer is kept with the survey and told in its report.

    Parameters
    ----------
    facts
        With bare sizes.
    answers
        Of a person.
    """
    key = "diameter_of"
    known = claimed(key, facts, answers)
    if known is not None:
        return known
    outer = _only(facts.bare_plastic_mm, "outer", "nominal")
    nominal = _only(facts.bare_plastic_mm, "nominal", "outer")
    if outer and nominal:
        values = {"outer": _listed(outer), "nominal": _listed(nominal)}
        return Decision(key, None, (DecisionEvidence("sizes_of_both", values),), choices(key))
    if outer:
        return Decision(key, "outer", (DecisionEvidence("outer_sizes", {"sizes": _listed(outer)}),))
    if nominal:
        return Decision(key, "nominal", (DecisionEvidence("nominal_sizes", {"sizes": _listed(nominal)}),))
    return Decision(key, None, (DecisionEvidence("sizes_in_both"),), choices(key))


def level_of(facts: FileFacts, answers: FileAnswers) -> Decision:
    """Return of what levels and depths of lines are; only words and people know.

    Parameters
    ----------
    facts, answers
        File and answers.
    """
    known = claimed("level_of", facts, answers)
    return known or Decision("level_of", None, (DecisionEvidence("not_said"),), choices("level_of"))


def encoding(facts: FileFacts, answers: FileAnswers) -> Decision:
    """Return the encoding of a file of text.

    Parameters
    ----------
    facts
        With the encodings in which it reads.
    answers
        Of a person.
    """
    key = "encoding"
    known = claimed(key, facts, answers)
    if known is not None:
        return known
    if len(facts.encodings) == 1:
        return Decision(key, facts.encodings[0], (DecisionEvidence("one_encoding"),))
    return Decision(key, None, (DecisionEvidence("several_encodings"),), choices(key, facts.encodings))
