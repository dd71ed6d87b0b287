"""Transform sets that a file could be read by, and the one that was answered."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.candidate_readings import PlacedReading, own_forms, placed
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.reading import Reading, place
from waternet_plugin.core.places.transform_set import TransformSet
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import listed


def set_fault(
    transform_set: TransformSet, settings: Settings, today: datetime.date
) -> DecisionEvidence | None:
    """Return why a transform set can't be used, None where it can.

    Parameters
    ----------
    found
        The set.
    settings
        ``survey.set_rms_m`` is the largest RMS.
    today
        Sets are valid until the end of their last day.
    """
    limit = settings.real("survey.set_rms_m")
    if transform_set.rms_m > limit:
        size = np.hypot(transform_set.residuals[:, 0], transform_set.residuals[:, 1])
        # Points are numbered from 1, as people count the pairs that they gave.
        values = {
            "set": transform_set.name,
            "rms": round(transform_set.rms_m, 4),
            "limit": limit,
            "worst": listed(f"{row + 1} ({size[row]:.3f} m)" for row in np.argsort(-size, kind="stable")[:3]),
        }
        return DecisionEvidence("set_rms", values)
    if transform_set.valid_until is not None and transform_set.valid_until < today:
        return DecisionEvidence(
            "set_expired", {"set": transform_set.name, "day": transform_set.valid_until.isoformat()}
        )
    return None


def inside(facts: FileFacts, network: NetworkFacts, reading: Reading, settings: Settings) -> Array:
    """Return which points with coordinates lie in the area of a reading's transform set.

    Parameters
    ----------
    facts, network
        File and network.
    reading
        With a transform set.
    settings
        ``survey.set_margin`` widens the hull of the common points.
    """
    rows = facts.rows
    east, north = place(facts.first[rows], facts.second[rows], reading, network.crs)
    if reading.transform_set is None:
        return np.ones(len(rows), dtype=bool)
    return reading.transform_set.applies(east, north, settings.real("survey.set_margin"))


def set_candidates(
    facts: FileFacts, network: NetworkFacts, axes: Sequence[str], settings: Settings
) -> list[PlacedReading]:
    """Return the stored sets in whose area the file lies, as readings to ask about.

    Parameters
    ----------
    facts, network
        File and network.
    axes
        Orders of the axes that are possible.
    """
    candidates = []
    for each in network.transform_sets:
        for form in own_forms(axes, facts.rows):
            reading = Reading(form.axes, each.transform_set_id, each)
            if inside(facts, network, reading, settings).mean() < settings.real("survey.reading_share"):
                continue
            candidate = placed(reading, form, facts, network, settings)
            if candidate is not None:
                candidates.append(
                    PlacedReading(
                        reading,
                        form,
                        candidate.east,
                        candidate.north,
                        candidate.distance_m,
                        (DecisionEvidence("set_here", {"set": each.name}), *candidate.evidence),
                    )
                )
    return candidates
