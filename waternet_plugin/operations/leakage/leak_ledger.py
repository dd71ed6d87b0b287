"""The ledger of leak searches of a network: hit rate by method, and the leakage that was won."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.leakage.search_ledger import search_ledger
from waternet_plugin.operations.leakage.write_orders import LOCATE
from waternet_plugin.store.network import Network

_COLUMNS = ("state", "method", "found", "flow_m3h", "offset_m")


def read_ledger(network: Network) -> pd.DataFrame:
    """Return searches, finds, hit rate and flow won by method, with columns as `search_ledger` has them."""
    return search_ledger(network.read("work_item", [*_COLUMNS], where={"type": LOCATE}, geometry=False))
