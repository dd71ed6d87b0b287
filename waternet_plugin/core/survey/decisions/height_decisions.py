"""Height datum of a file, and of what its heights are: decided by words and numbers, else asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np

from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import FileAnswers
from waternet_plugin.core.places.deciding.known_ground import ground_around, ground_difference
from waternet_plugin.core.places.deciding.place_claims import disagreement, said
from waternet_plugin.core.places.deciding.place_decision import letter
from waternet_plugin.core.places.deciding.said_words import ELLIPSOIDAL, height_datums_said
from waternet_plugin.core.places.reading import Reading, place
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.answers import VALUES

# Points of a file whose heights are compared with known ground.
_SAMPLE = 2000


def choices(key: str, values: Sequence[str] = ()) -> tuple[Candidate, ...]:
    """Return the possible answers of a key that is not of places."""
    return tuple(
        Candidate(letter(number), value, {key: value}) for number, value in enumerate(values or VALUES[key])
    )


def claimed(key: str, facts: FileFacts, answers: FileAnswers) -> Optional[Decision]:
    """Return the decision that an answer or the file's own words make, None where neither does.

    Parameters
    ----------
    key
        One of `KEYS` but axes and crs.
    facts, answers
        Of the file.
    """
    answered = answers.values.get(key)
    if answered is not None:
        return Decision(key, answered, (DecisionEvidence("answered", {"value": answered}),))
    declared = facts.declared.get(key)
    return Decision(key, declared.value, (said(declared.words),)) if declared is not None else None


def _from_ground(
    facts: FileFacts, network: NetworkFacts, reading: Reading, settings: Settings
) -> tuple[DecisionEvidence, bool]:
    """Return how the heights lie to known ground near the points or around them, and whether that is odd."""
    rows = facts.rows[np.isfinite(facts.height[facts.rows])]
    rows = rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows))).astype(np.int64)]
    xy = np.column_stack(place(facts.first[rows], facts.second[rows], reading, network.crs))
    limit = settings.real("survey.height_off_m")
    off, count = ground_difference(xy, facts.height[rows], network, settings)
    if count:
        is_off = abs(off) > limit
        values = {"off": round(off, 2), "n": count, "limit": limit}
        return DecisionEvidence("ground_off" if is_off else "ground_agrees", values), is_off
    off, count, away = ground_around(xy, facts.height[rows], network, settings)
    if count and abs(off) > limit:
        values = {"off": round(off, 2), "n": count, "away": round(away), "limit": limit}
        return DecisionEvidence("around_off", values), True
    return DecisionEvidence("no_ground_near"), False


def height_datum(
    facts: FileFacts,
    network: NetworkFacts,
    answers: FileAnswers,
    *,
    reading: Optional[Reading],
    settings: Settings,
) -> Decision:
    """Return the height datum: answered, said, or the network's where heights lie near known ground.

    Ellipsoidal heights are asked, however clearly the file names them.

    Parameters
    ----------
    facts, network, answers
        File, network and answers.
    reading
        What was decided about places; None where heights can't be compared with ground yet.
    """
    key = "height_datum"
    known = claimed(key, facts, answers)
    if known is not None and key in answers.values:
        return known
    words = height_datums_said(facts.texts)
    if known is not None and known.value is not None:
        words = {known.value: facts.declared[key].words, **words}
    if len(words) > 1:
        first, second = list(words.values())[:2]
        return Decision(key, None, (disagreement(first, second),), choices(key))
    value = next(iter(words), network.height_datum)
    evidence = [said(word) for word in words.values()] or [DecisionEvidence("network_height_datum")]
    # They differ from levels by the height of the geoid, tens of metres: nobody takes them unasked.
    if value == ELLIPSOIDAL != network.height_datum:
        return Decision(key, None, tuple(evidence), choices(key))
    if reading is None:
        return Decision(key, value, (*evidence, DecisionEvidence("no_ground_near")))
    datum, is_odd = _from_ground(facts, network, reading, settings)
    if is_odd:
        return Decision(key, None, (*evidence, datum), choices(key))
    return Decision(key, value, (*evidence, datum))


def height_of(facts: FileFacts, answers: FileAnswers, settings: Settings) -> Decision:
    """Return of what the heights of points are: answered, said, or ground where depths and levels show it.

    Parameters
    ----------
    facts, answers
        File and answers.
    settings
        ``survey.level_agrees_m`` and ``survey.reading_share``.
    """
    key = "height_of"
    known = claimed(key, facts, answers)
    if known is not None:
        return known
    near, share = settings.real("survey.level_agrees_m"), settings.real("survey.reading_share")
    with np.errstate(invalid="ignore"):
        both = np.isfinite(facts.end_height + facts.end_depth + facts.end_level) & (
            facts.end_depth > 2 * near
        )
        sums = np.abs(facts.end_level + facts.end_depth - facts.end_height)[both] <= near
    if len(sums) and sums.mean() >= share:
        values = {"n": int(sums.sum()), "count": len(sums)}
        return Decision(key, "ground", (DecisionEvidence("depth_and_level", values),))
    if len(facts.ground) and len(facts.height):
        known_too = np.isfinite(facts.ground + facts.height)
        same = np.abs(facts.ground - facts.height)[known_too] <= near
        if len(same) and same.mean() >= share:
            values = {"n": int(same.sum()), "count": len(same)}
            return Decision(key, "ground", (DecisionEvidence("ground_equal", values),))
    return Decision(key, None, (DecisionEvidence("not_said"),), choices(key))
