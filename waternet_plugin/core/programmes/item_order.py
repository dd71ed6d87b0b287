"""The order of work: what is easy first, of that what is urgent first."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.programmes.programme_items import ProgrammeItems

_EASE = {"easy": 0, "medium": 1, "hard": 2}
_LAST = 9


def easy_and_urgent_first(items: ProgrammeItems) -> Array:
    """Return the positions of the items in the order of work.

    Easy ones come first, of these urgent ones, of these those of earlier months and then of more households;
    what is not known comes last.
    """
    ease = np.array([_EASE.get(word, _LAST) for word in items.texts("ease")])
    urgency = np.nan_to_num(items.numbers("urgency"), nan=_LAST)
    months = np.where(np.isnat(items.planned), np.iinfo(np.int64).max, items.planned.astype(np.int64))
    ids = items.texts("item_id").astype(str)
    return np.asarray(np.lexsort((ids, -items.known_counts, months, urgency, ease)))
