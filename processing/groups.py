"""The groups of algorithms, in the order people see them."""

from __future__ import annotations

from waternet_plugin.core.texts import tr

ORDER = (
    "network",
    "exchange",
    "quality",
    "analysis",
    "health",
    "dma",
    "drainage",
    "users",
    "pressure",
    "survey",
    "printing",
)


def label(group: str) -> str:
    """Return the name of a group in the user's language."""
    return {
        "network": tr("Network"),
        "exchange": tr("Exchange"),
        "quality": tr("Data quality"),
        "analysis": tr("Network analysis"),
        "health": tr("Health and renewal"),
        "dma": tr("District metered areas"),
        "drainage": tr("Drainage"),
        "users": tr("Users and meters"),
        "pressure": tr("Pressure and leak search"),
        "survey": tr("Survey"),
        "printing": tr("Printing"),
    }[group]
