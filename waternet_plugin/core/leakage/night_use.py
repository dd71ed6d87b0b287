"""Legitimate use at night of the customers of zones, by kinds of customers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.customers import households_of
from waternet_plugin.core.schema.settings import Settings

_LITRES = 1000.0
# Of an unknown kind is taken for domestic, which is what most customers are.
_KEYS = {
    "domestic": "leakage.night_use_domestic_l_h",
    "non_domestic": "leakage.night_use_non_domestic_l_h",
    "special": "leakage.night_use_special_l_h",
    "public": "leakage.night_use_public_l_h",
}


def properties_of(customers: pd.DataFrame) -> Array:
    """Return how many properties each customer stands for: its households, 1 where unknown (U,)."""
    return np.maximum(households_of(customers), 1.0)


def night_use_m3h(customers: pd.DataFrame, settings: Settings) -> Array:
    """Return the usual night use of each customer, m3/h (U,): of each household, else of each customer.

    Parameters
    ----------
    customers
        kind and households.
    settings
        Litres per hour of each kind.
    """
    kind = customers["kind"].astype(object).where(customers["kind"].isin(list(_KEYS)), "domestic")
    rate = kind.map({name: settings.real(key) for name, key in _KEYS.items()}).to_numpy(dtype=float)
    count = np.where((kind == "domestic").to_numpy(), properties_of(customers), 1.0)
    return np.asarray(rate * count / _LITRES)
