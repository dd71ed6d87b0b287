"""Axes and CRS of a file for which a transform set is answered, stored or to be made."""

from __future__ import annotations

import datetime
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.candidate_readings import own_forms, placed
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision, FileRefusal
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import FileAnswers, NewTransformSet
from waternet_plugin.core.places.deciding.mixed_rows import swapped_rows, with_swapped
from waternet_plugin.core.places.deciding.number_ranges import number_forms
from waternet_plugin.core.places.deciding.place_claims import PlaceClaims
from waternet_plugin.core.places.deciding.place_decision import PlaceDecision, letter
from waternet_plugin.core.places.deciding.stored_sets import inside, set_fault
from waternet_plugin.core.places.reading import AXES, X_NORTH, Reading
from waternet_plugin.core.places.transform_set import TransformSet, fit_transform_set
from waternet_plugin.core.schema.settings import Settings


def fit_file_pairs(given: NewTransformSet, axes: str) -> TransformSet:
    """Return the set that pairs of a file's numbers give, its x and y being what the axes say.

    Parameters
    ----------
    given
        Pairs as picked or as in DECISIONS.
    axes
        As in `Reading`.

    Raises
    ------
    InputError
        As `fit_transform_set`.
    """
    pairs = given.pairs[:, [1, 0, 2, 3]] if axes == X_NORTH else given.pairs
    return fit_transform_set(pairs, given.name, valid_until=given.valid_until)


def answered_set(answers: FileAnswers, network: NetworkFacts) -> Optional[TransformSet]:
    """Return the stored set that is answered, None where the answer is another."""
    return next(
        (fitted_set for fitted_set in network.transform_sets if fitted_set.transform_set_id == answers.crs),
        None,
    )


def _possible_axes(facts: FileFacts, claims: PlaceClaims, settings: Settings) -> tuple[str, ...]:
    if claims.axes:
        return (claims.axes,)
    forms = number_forms(facts.first, facts.second, facts.rows, settings.real("survey.reading_share"))
    return tuple(dict.fromkeys(form.axes for form in forms)) or AXES


def _mirrored(rms_m: dict[str, float], limit: float) -> dict[str, float]:
    """Return the orders of the axes whose pairs fit; all where none does, so that the refusal says it."""
    fine = {axes: rms for axes, rms in rms_m.items() if rms <= limit}
    return fine or dict([min(rms_m.items(), key=lambda item: (item[1], item[0]))])


def decide_by_set(
    facts: FileFacts,
    network: NetworkFacts,
    claims: PlaceClaims,
    answers: FileAnswers,
    *,
    settings: Settings,
    today: datetime.date,
) -> PlaceDecision:
    """Return axes and CRS of a file whose answer for crs is a transform set.

    A plane transformation has no mirror in it: pairs fit in one order of the axes only, and decide it.

    Parameters
    ----------
    facts, network
        File and network.
    claims
        Words and answers on axes.
    answers
        A set to be made, or the id of one that `answered_set` finds.
    today
        For ``valid_until``.

    Raises
    ------
    InputError
        When pairs can't be fitted at all.
    """
    possible = _possible_axes(facts, claims, settings)
    sets: dict[str, TransformSet] = {}
    stored = answered_set(answers, network)
    for axes in possible:
        if answers.new_set is not None:
            sets[axes] = fit_file_pairs(answers.new_set, axes)
        elif stored is not None:
            sets[axes] = stored
    left = _mirrored(
        {axes: transform.rms_m for axes, transform in sets.items()}, settings.real("survey.set_rms_m")
    )
    readings = {axes: Reading(axes, _name(sets[axes]), sets[axes]) for axes in left}
    within = {axes: inside(facts, network, reading, settings) for axes, reading in readings.items()}
    share = settings.real("survey.reading_share")
    fitting = [axes for axes, rows in within.items() if rows.mean() >= share]
    order = next(iter(readings)) if len(readings) == 1 else (fitting[0] if len(fitting) == 1 else None)
    best = order or max(within, key=lambda order_of_axes: (within[order_of_axes].mean(), order_of_axes))
    evidence, refusals = _verdict(facts, sets[best], within[best], settings, today)
    candidates = [] if order else _both(facts, network, readings, settings)
    outside = np.zeros(len(facts.first), dtype=bool)
    outside[facts.rows[~within[best]]] = True
    swapped = swapped_rows(facts, readings[best], network, settings)
    rows = {"outside_transform_area": outside & ~swapped}
    against = with_swapped({rule: mask for rule, mask in rows.items() if mask.any()}, swapped)
    return PlaceDecision(
        Decision("axes", order, claims.axes_evidence, tuple(candidates)),
        Decision("crs", _name(sets[best]), (*claims.crs_evidence, *evidence)),
        readings[best] if order and not refusals else None,
        refusals,
        against if order and not refusals else {},
    )


def _name(transform_set: TransformSet) -> str:
    return transform_set.transform_set_id or transform_set.name


def _verdict(
    facts: FileFacts, transform_set: TransformSet, within: Array, settings: Settings, today: datetime.date
) -> tuple[list[DecisionEvidence], tuple[FileRefusal, ...]]:
    values = {"set": transform_set.name, "n": len(transform_set.pairs), "rms": round(transform_set.rms_m, 4)}
    evidence = [DecisionEvidence("set_fits", values)]
    fault = set_fault(transform_set, settings, today)
    if fault is None and within.mean() < settings.real("survey.reading_share"):
        outside = {"n": int((~within).sum()), "count": len(within), "set": transform_set.name}
        fault = DecisionEvidence("set_outside", outside)
    if fault is None:
        return evidence, ()
    return [*evidence, fault], (FileRefusal(facts.name, "crs", fault),)


def _both(
    facts: FileFacts, network: NetworkFacts, readings: dict[str, Reading], settings: Settings
) -> list[Candidate]:
    candidates: list[Candidate] = []
    for form in own_forms(readings, facts.rows):
        candidate = placed(readings[form.axes], form, facts, network, settings)
        if candidate is not None:
            candidates.append(
                Candidate(
                    letter(len(candidates)),
                    form.axes,
                    {"axes": form.axes},
                    candidate.evidence,
                    candidate.reading,
                    candidate.east,
                    candidate.north,
                    candidate.distance_m,
                )
            )
    return candidates
