"""The score of one compound as it is kept: that of the newest month that was scored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from waternet_plugin.core.drainage.compounds.scores.indicator_table import COMPUTED, entered_rows
from waternet_plugin.core.drainage.compounds.scores.score_actions import low_and_high
from waternet_plugin.core.drainage.compounds.scores.score_rules import INDICATORS, read_rules
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import stacked, tuples
from waternet_plugin.store.network import Network

_COLUMNS = ["compound_id", "month", "indicator", "value", "points", "source", "rules"]


@dataclass(frozen=True)
class StoredScore:
    """The score of a compound in a month.

    Parameters
    ----------
    month
        As YYYY-MM.
    low, high
        The ends of its range, points of 10.
    grade
        excellent, qualified, failed or open.
    bands
        The totals from which a compound is qualified and excellent.
    points
        By indicator, None for unknown, in their order.
    """

    month: str
    low: float
    high: float
    grade: str
    bands: tuple[float, float]
    points: tuple[tuple[str, Optional[float]], ...]


def stored_score(network: Network, compound_id: str) -> Optional[StoredScore]:
    """Return the score of the newest month that was computed and kept; None where none was.

    What was entered meanwhile stands above what was computed.
    """
    own = network.read("indicator", _COLUMNS, where={"compound_id": compound_id}, geometry=False)
    computed = own[own["source"] == COMPUTED]
    if not len(computed):
        return None
    month = str(computed["month"].max())
    computed = computed[computed["month"] == month]
    everywhere = network.read(
        "indicator", _COLUMNS, where={"compound_id": None, "month": month}, geometry=False
    )
    rows = stacked([own[own["month"] == month], everywhere])
    settings = network.settings()
    try:
        rules = read_rules(settings, str(computed["rules"].iloc[0] or ""))
    except InputError:
        # Its version was taken out of the settings: its points stand, the grades are those of today.
        rules = read_rules(settings)
    points = dict(zip(computed["indicator"], computed["points"].astype(float)))
    ids = np.array([compound_id], dtype=object)
    for row in tuples(entered_rows(rows[rows["source"] != COMPUTED], ids, rules)):
        points[row.indicator] = row.points
    table = np.array([[points.get(name, np.nan) for name in INDICATORS]], dtype=float)
    low, high = low_and_high(table)
    return StoredScore(
        month,
        float(low[0]),
        float(high[0]),
        str(rules.grades(low, high)[0]),
        (rules.qualified_from, rules.excellent_from),
        tuple((name, None if np.isnan(one) else float(one)) for name, one in zip(INDICATORS, table[0])),
    )
