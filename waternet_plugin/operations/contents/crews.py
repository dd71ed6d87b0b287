"""The crews that a network knows: those of work items, and those that got packages."""

from __future__ import annotations

from waternet_plugin.store.network import Network


def known_crews(network: Network) -> list[str]:
    """Return the names of crews in their order."""
    columns = (("work_item", "team"), ("zone", "team"), ("field_package", "crew"))
    texts = (network.read(table, [field], geometry=False)[field].dropna() for table, field in columns)
    return sorted({str(text).strip() for column in texts for text in column if str(text).strip()})
