"""Which type of work a finding of a rule asks for."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.schema.csvfiles import rows_of

# The staged tree consists of links: never resolve them.
_FILE = Path(__file__).parent / "order_types.csv"
# Of all other findings the data are in doubt: somebody compares the map with what is there.
_OTHER = "gis_check"


@lru_cache(maxsize=None)
def order_types() -> dict[str, str]:
    """Return the type of work, code of the domain ``work_item_type``, by the id or the code of a rule."""
    return {row["of"]: row["type"] for row in rows_of(_FILE)}


def order_type(rule_id: str) -> str:
    """Return the type of work that a finding of a rule asks for."""
    types, rule = order_types(), catalogue().get(rule_id)
    return types.get(rule_id) or types.get(rule.code if rule else "", _OTHER)
