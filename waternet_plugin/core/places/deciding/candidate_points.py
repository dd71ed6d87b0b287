"""Where the candidates of a file would lie: their points for the map, and the one that was clicked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate
from waternet_plugin.core.places.reading import place


@dataclass(frozen=True)
class Ghost:
    """The points of a file as one candidate reads them.

    Parameters
    ----------
    letter
        Of the candidate.
    rows
        (k,) int64 numbers of the points, as `FileFacts.first`.
    xy
        (k, 2) float64 east and north in the network's CRS, m.
    """

    letter: str
    rows: Array
    xy: Array


def ghosts(
    facts: FileFacts, network: NetworkFacts, candidates: Sequence[Candidate], *, most: int = 3
) -> tuple[Ghost, ...]:
    """Return the points of the first candidates that have a place.

    Parameters
    ----------
    facts, network
        File and network.
    candidates
        Of an open question.
    most
        How many are shown.
    """
    drawn_ghosts: list[Ghost] = []
    for candidate in candidates:
        if candidate.reading is None or len(drawn_ghosts) == most:
            continue
        rows = facts.rows
        xy = np.column_stack(place(facts.first[rows], facts.second[rows], candidate.reading, network.crs))
        is_finite = np.isfinite(xy).all(axis=1)
        drawn_ghosts.append(Ghost(candidate.letter, rows[is_finite], xy[is_finite]))
    return tuple(drawn_ghosts)


def clicked(shown: Sequence[Ghost], xy: tuple[float, float], radius_m: float) -> str | None:
    """Return the letter of the ghost whose point is nearest to a click, None where none is within the radius.

    Parameters
    ----------
    shown
        What the map shows.
    xy
        East and north of the click in the network's CRS, m.
    radius_m
        How far a click may miss.
    """
    best, letter = radius_m, None
    for ghost in shown:
        away = float(np.hypot(*(ghost.xy - np.asarray(xy)).T).min()) if len(ghost.xy) else np.inf
        if away <= best:
            best, letter = away, ghost.letter
    return letter
