"""The compounds and zones of a network by their names, to choose from."""

from __future__ import annotations

from waternet_plugin.store.network import Network


def named_areas(network: Network) -> list[tuple[str, str]]:
    """Return id and name of every compound, then of every zone, by name; '' without one."""
    areas: list[tuple[str, str]] = []
    for table in ("compound", "zone"):
        rows = network.read(table, [f"{table}_id", "name"], geometry=False)
        pairs = zip(rows[f"{table}_id"].tolist(), rows["name"].fillna("").tolist())
        areas += sorted(((str(key), str(name)) for key, name in pairs), key=lambda pair: (pair[1], pair[0]))
    return areas
