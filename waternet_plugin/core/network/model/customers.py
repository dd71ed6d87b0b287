"""Whether a network knows its customers at all: without any, nobody can say how many lose their water."""

from __future__ import annotations

import pandas as pd


def are_recorded(customers: pd.DataFrame) -> bool:
    """Return whether any customer is on a pipe.

    Parameters
    ----------
    customers
        ``pipe_id`` of all customers of the network.
    """
    return bool(customers["pipe_id"].notna().any())
