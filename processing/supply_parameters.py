"""What tracing and isolation share: lists of ids, and what counts as a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.processing.base import WaterNetAlgorithm


def ids_of(text: str) -> list[str]:
    """Return the ids of a list: with semicolons, or JSON where an id has one inside."""
    try:
        listed = parse_json(text)
    except ValueError:
        listed = None
    parts = listed if isinstance(listed, list) else text.split(";")
    return [str(each).strip() for each in parts if str(each).strip()]


def add_supply_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add TANKS_ARE_SOURCES and DIRECTED."""
    algorithm.add_flag(
        "TANKS_ARE_SOURCES",
        tr("Tanks are sources"),
        tr("Tanks and service reservoirs feed the network as long as their water lasts."),
        default=True,
    )
    algorithm.add_flag(
        "DIRECTED",
        tr("One-way elements"),
        tr(
            "Check valves, pumps and pressure reducing valves let water through one way only: as the pipes "
            "at them are drawn, or as their field one_way says. Otherwise they are passed both ways."
        ),
    )


def add_shutoff_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add STORE, FROM and TO of a shut-off that is kept."""
    algorithm.add_flag(
        "STORE",
        tr("Keep the shut-off"),
        tr("In the table of shut-offs, as one batch that can be undone."),
    )
    algorithm.add_text(
        "FROM",
        tr("From"),
        tr("With STORE: YYYY-MM-DD HH:MM by the network's clocks. Empty: now, a burst."),
    )
    algorithm.add_text("TO", tr("To"), tr("With STORE: when water is back. Empty: not known."))
