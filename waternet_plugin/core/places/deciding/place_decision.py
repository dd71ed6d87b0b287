"""Axes and CRS of a file: decided where one reading is left, else asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.candidate_readings import (
    PlacedReading,
    file_datum,
    named_readings,
    nearest_first,
    own_forms,
    placed,
    zone_readings,
)
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision, FileRefusal
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.mixed_rows import swapped_rows, with_swapped
from waternet_plugin.core.places.deciding.number_ranges import (
    DEGREES,
    PACKED,
    PLAIN,
    PREFIXED,
    NumberForm,
    forms_of_angles,
    number_forms,
    rows_against,
)
from waternet_plugin.core.places.deciding.place_claims import PlaceClaims
from waternet_plugin.core.places.deciding.stored_sets import set_candidates
from waternet_plugin.core.places.grid_change import change_between
from waternet_plugin.core.places.reading import AXES, X_NORTH, Reading
from waternet_plugin.core.places.zones import zone_of, zones
from waternet_plugin.core.schema.settings import Settings


@dataclass(frozen=True)
class PlaceDecision:
    """Axes and CRS of one file, as in `Decisions`."""

    axes: Decision
    crs: Decision
    reading: Reading | None = None
    refusals: tuple[FileRefusal, ...] = ()
    rows_against: Mapping[str, Array] = field(default_factory=dict)


def letter(number: int) -> str:
    """Return the letter of a candidate by its number from 0: A to Z, then AA."""
    return (chr(64 + number // 26) if number >= 26 else "") + chr(65 + number % 26)


def _form_evidence(forms: Sequence[NumberForm], count: int) -> list[DecisionEvidence]:
    """Return what the size of the numbers says of axes and zone."""
    evidence = []
    for form in forms:
        order = "first" if form.axes == X_NORTH else "second"
        if form.kind in (DEGREES, PACKED):
            evidence.append(DecisionEvidence(f"{order}_latitude"))
        else:
            evidence.append(DecisionEvidence(f"{order}_north", {"n": len(form.rows), "count": count}))
    return evidence or [DecisionEvidence("no_range")]


def _prefix_evidence(forms: Sequence[NumberForm]) -> list[DecisionEvidence]:
    for form in forms:
        if form.kind == PREFIXED:
            zone = next(known_zone for known_zone in zones() if known_zone.prefix == form.prefix)
            values = {"prefix": form.prefix, "width": zone.width_deg, "meridian": zone.meridian_deg}
            return [DecisionEvidence("prefix", values)]
    return [DecisionEvidence("no_prefix")] if any(form.kind == PLAIN for form in forms) else []


def _tried(
    facts: FileFacts,
    network: NetworkFacts,
    claims: PlaceClaims,
    forms: Sequence[NumberForm],
    axes: Sequence[str],
) -> list[tuple[Reading, NumberForm]]:
    """Return the readings that words and numbers allow and that have an exact way to the network."""
    if claims.crs:
        readings = named_readings(forms, claims.crs, axes, facts.rows)
        is_sure = claims.crs_is_answer or claims.crs == network.crs
        if not readings and is_sure and not forms:
            # A person knows better than the usual ranges of numbers, and so does a file that names the very
            # CRS of the network.
            readings = [(Reading(form.axes, claims.crs), form) for form in own_forms(axes, facts.rows)]
    else:
        readings = zone_readings(forms, file_datum(claims.datums, network.crs), claims.meridians, network.crs)
        if zone_of(network.crs) is None and not claims.datums and not claims.meridians:
            readings += [(Reading(form.axes, network.crs), form) for form in own_forms(axes, facts.rows)]
    return [candidate for candidate in readings if change_between(candidate[0].crs, network.crs) is not None]


def _select(
    readings: Sequence[PlacedReading], is_named: bool, network: NetworkFacts, near_m: float
) -> tuple[PlacedReading | None, list[PlacedReading], list[DecisionEvidence]]:
    """Return the reading that is left, those to ask about, and why."""
    limit = {"limit_km": near_m / 1000.0}
    near = [reading for reading in readings if reading.distance_m <= near_m]
    if is_named and len(readings) == 1:
        return readings[0], [], []
    if network.has_assets:
        if len(near) == 1:
            return near[0], [], [DecisionEvidence("only_near", limit)]
        if near:
            return None, near, [DecisionEvidence("several_near", limit)]
        return None, list(readings), [DecisionEvidence("none_near", limit)]
    if len(readings) == 1 and readings[0].form.kind in (PREFIXED, DEGREES, PACKED):
        return readings[0], [], []
    return None, list(readings), [DecisionEvidence("no_assets")]


def _nearer(
    chosen: PlacedReading | None,
    facts: FileFacts,
    network: NetworkFacts,
    claims: PlaceClaims,
    forms: Sequence[NumberForm],
    settings: Settings,
) -> list[PlacedReading]:
    """Return readings beside the assets where the CRS that the file's words name puts it far from them.

    Titles are copied from one job to the next: such words are asked about.
    """
    near_m = settings.real("survey.near_assets_m")
    if chosen is None or claims.crs_is_answer or not chosen.distance_m > near_m:
        return []
    tried = zone_readings(forms, file_datum((), network.crs), (), network.crs)
    placed_readings = (placed(reading, form, facts, network, settings) for reading, form in tried)
    return nearest_first(
        [
            candidate
            for candidate in placed_readings
            if candidate is not None and candidate.distance_m <= near_m
        ],
        network,
    )


def _candidates(shown: Sequence[PlacedReading], axes: str | None) -> tuple[Candidate, ...]:
    candidates = []
    kinds = {candidate.form.kind for candidate in shown}
    for number, candidate in enumerate(shown):
        answers = {"crs": candidate.reading.crs}
        if {DEGREES, PACKED} <= kinds and candidate.form.kind in (DEGREES, PACKED):
            answers["angles"] = "packed" if candidate.reading.is_packed else "decimal"
        if axes is None:
            answers = {"axes": candidate.reading.axes, **answers}
        candidates.append(
            Candidate(
                letter(number),
                candidate.reading.crs,
                answers,
                candidate.evidence,
                candidate.reading,
                candidate.east,
                candidate.north,
                candidate.distance_m,
            )
        )
    return tuple(candidates)


def _axes_candidates(spots: Sequence[Candidate]) -> tuple[Candidate, ...]:
    if spots:
        return tuple(
            replace(candidate_place, value=candidate_place.answers["axes"]) for candidate_place in spots
        )
    return tuple(Candidate(letter(number), axes, {"axes": axes}) for number, axes in enumerate(AXES))


def _axes_left(
    claims: PlaceClaims, forms: Sequence[NumberForm], chosen: PlacedReading | None, network: NetworkFacts
) -> str | None:
    """Return the order of the axes that is left without a contradiction, None where two are."""
    if claims.axes_is_answer or (claims.axes and chosen is None):
        return claims.axes
    if chosen is not None:
        return chosen.reading.axes
    orders = {form.axes for form in forms}
    is_range = any(form.kind in (PLAIN, PREFIXED) for form in forms)
    return next(iter(orders)) if len(orders) == 1 and is_range and file_datum((), network.crs) else None


def _refusals(
    facts: FileFacts, network: NetworkFacts, claims: PlaceClaims, forms: Sequence[NumberForm]
) -> tuple[FileRefusal, ...]:
    """Return why no reading can be placed: another datum, or a zone number that contradicts the answer."""
    if claims.crs:
        named = claims.crs
    else:
        datum = file_datum(claims.datums, network.crs)
        named = next((zone.crs for zone in zones() if zone.datum == datum), network.crs)
    if change_between(named, network.crs) is None:
        crs = claims.crs or claims.datums[0]
        return (FileRefusal(facts.name, "crs", DecisionEvidence("datum_without_set", {"crs": crs})),)
    zone = zone_of(claims.crs) if claims.crs_is_answer else None
    numbers = {one.prefix for one in zones() if zone and one.meridian_deg == zone.meridian_deg}
    for form in forms:
        if zone and form.kind == PREFIXED and form.prefix not in numbers:
            values = {"prefix": form.prefix, "crs": zone.crs, "meridian": zone.meridian_deg}
            return (FileRefusal(facts.name, "crs", DecisionEvidence("prefix_against", values)),)
    return ()


def decide_place(
    facts: FileFacts, network: NetworkFacts, claims: PlaceClaims, settings: Settings
) -> PlaceDecision:
    """Return axes and CRS of a file that has coordinates, where no transform set is answered.

    Parameters
    ----------
    facts, network
        File and network.
    claims
        Answers and words.
    """
    all_forms = forms_of_angles(
        number_forms(facts.first, facts.second, facts.rows, settings.real("survey.reading_share")),
        claims.angles or facts.angles,
    )
    forms = [form for form in all_forms if claims.axes in ("", form.axes)]
    # Words that the numbers contradict decide nothing; an answer stays one.
    contradicted = bool(all_forms) and not forms and not claims.axes_is_answer
    if contradicted:
        forms = list(all_forms)
    axes = [order for order in AXES if contradicted or claims.axes in ("", order)]
    refusals = _refusals(facts, network, claims, forms)
    tried = [] if refusals else _tried(facts, network, claims, forms, axes)
    placed_all = (placed(reading, form, facts, network, settings) for reading, form in tried)
    ordered = nearest_first(
        [placed_reading for placed_reading in placed_all if placed_reading is not None], network
    )
    is_named = bool(claims.crs or claims.meridians)
    chosen, shown, why = _select(ordered, is_named, network, settings.real("survey.near_assets_m"))
    others = _nearer(chosen, facts, network, claims, forms, settings)
    if others:
        why = [
            DecisionEvidence("near_otherwise", {"limit_km": settings.real("survey.near_assets_m") / 1000.0})
        ]
    if chosen is not None and (others or contradicted or not claims.words_agree):
        shown = [*others, chosen]
        chosen = None
    return _decision(
        facts, network, claims, all_forms, _Selected(chosen, shown, why, contradicted, refusals), settings
    )


@dataclass(frozen=True)
class _Selected:
    """What the selection gave, on the way to the decision."""

    chosen: PlacedReading | None
    shown: Sequence[PlacedReading]
    why: Sequence[DecisionEvidence]
    contradicted: bool
    refusals: tuple[FileRefusal, ...]


def _decision(
    facts: FileFacts,
    network: NetworkFacts,
    claims: PlaceClaims,
    forms: Sequence[NumberForm],
    selected: _Selected,
    settings: Settings,
) -> PlaceDecision:
    chosen = selected.chosen
    axes = None if selected.contradicted else _axes_left(claims, forms, chosen, network)
    axes_evidence = [*claims.axes_evidence, *_form_evidence(forms, len(facts.rows))]
    if claims.axes and not any(form.axes == claims.axes for form in forms) and forms:
        axes_evidence.append(DecisionEvidence("numbers_against"))
    against: dict[str, Array] = {}
    if axes is not None:
        prefixes = (form.prefix for form in forms if form.axes == axes and form.kind in (PLAIN, PREFIXED))
        against = rows_against(facts.first, facts.second, axes, next(prefixes, None))
    if chosen is not None and axes == chosen.reading.axes:
        against = with_swapped(against, swapped_rows(facts, chosen.reading, network, settings))
    axes_evidence += [DecisionEvidence(rule, {"n": int(rows.sum())}) for rule, rows in against.items()]
    crs_evidence = [*claims.crs_evidence, *_prefix_evidence(forms)]
    if not claims.crs and not claims.datums:
        crs_evidence.append(DecisionEvidence("datum_assumed"))
    crs_evidence += [
        *(chosen.evidence if chosen else ()),
        *(refusal.evidence for refusal in selected.refusals),
    ]
    if not selected.refusals:
        crs_evidence += selected.why
    candidates: tuple[Candidate, ...] = ()
    if chosen is None:
        stored = set_candidates(facts, network, (axes,) if axes else AXES, settings)
        candidates = _candidates((*stored, *selected.shown), axes)
    asked_axes = (
        _axes_candidates([candidate for candidate in candidates if "axes" in candidate.answers])
        if axes is None
        else ()
    )
    return PlaceDecision(
        Decision("axes", axes, tuple(axes_evidence), asked_axes),
        Decision("crs", chosen.reading.crs if chosen else None, tuple(crs_evidence), candidates),
        None if selected.refusals or axes is None or chosen is None else chosen.reading,
        selected.refusals,
        against,
    )
