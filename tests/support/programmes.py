"""Items of programmes as the store gives them."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.programmes.programme_items import ITEM_COLUMNS, ProgrammeItems

_NUMBERS = frozenset({"households", "buildings", "urgency", "opted_out", "budget_year"})


def items_of(rows: list[dict[str, Any]], as_of: datetime.date) -> ProgrammeItems:
    """Return items of which each row tells some columns, as they stand on a day."""
    columns: dict[str, pd.Series] = {}
    for name in ITEM_COLUMNS:
        values = [row.get(name) for row in rows]
        if name in _NUMBERS or name.startswith("cost"):
            columns[name] = pd.Series([np.nan if one is None else float(one) for one in values], dtype=float)
        elif name.endswith("_on") or name == "transition_until":
            columns[name] = pd.Series(pd.to_datetime(pd.Series(values, dtype=object)))
        else:
            columns[name] = pd.Series(values, dtype=object)
    return ProgrammeItems(pd.DataFrame(columns), as_of)
