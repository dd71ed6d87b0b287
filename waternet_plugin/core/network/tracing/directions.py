"""What people call the directions of a trace; light, since QGIS asks for it when it starts."""

from __future__ import annotations

from waternet_plugin.core.texts import tr


def direction_labels() -> dict[str, str]:
    """Return the name of each direction by its code."""
    return {
        "upstream": tr("Upstream"),
        "downstream": tr("Downstream"),
        "connected": tr("Everything connected"),
        "to_source": tr("Way to the source"),
        "shortest": tr("Shortest way"),
    }
