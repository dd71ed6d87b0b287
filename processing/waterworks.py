"""What tracing and isolation share: a network made ready, read or kept in memory, and lists of ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.core.network.following import Ground
    from waternet_plugin.core.network.shutting import Waterworks
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.processing.base import WaterNetAlgorithm
    from waternet_plugin.processing.job import Job
    from waternet_plugin.store import Network


def ids_of(text: str) -> list[str]:
    """Return the ids of a list: with semicolons, or JSON where an id has one inside."""
    try:
        listed = parse_json(text)
    except ValueError:
        listed = None
    parts = listed if isinstance(listed, list) else text.split(";")
    return [str(each).strip() for each in parts if str(each).strip()]


def point_of(name: str, text: str, crs: Any) -> tuple[float, float]:
    """Return a point written ``x,y`` or ``x,y [EPSG:…]`` in the network's coordinates, m.

    Raises
    ------
    InputError
        When it is no point.
    """
    place, _, system = text.partition("[")
    try:
        x, y = (float(part) for part in place.split(","))
    except ValueError:
        message = tr("{name}: “{text}” is no point. Write x,y such as 500123.4,3000456.7.")
        raise InputError(message.format(name=name, text=text)) from None
    code = system.strip().rstrip("]").strip()
    if code:
        import pyproj

        try:
            change = pyproj.Transformer.from_crs(pyproj.CRS.from_user_input(code), crs, always_xy=True)
            x, y = change.transform(x, y)
        except pyproj.exceptions.ProjError:
            message = tr("{name}: “{crs}” is no coordinate reference system. Write it as EPSG:4326.")
            raise InputError(message.format(name=name, crs=code)) from None
    return float(x), float(y)


def add_supply_parameters(algorithm: WaterNetAlgorithm) -> None:
    """Add TANKS_ARE_SOURCES and DIRECTED."""
    algorithm.add_flag(
        "TANKS_ARE_SOURCES",
        tr("Tanks are sources"),
        tr("Tanks and service reservoirs feed the network, as long as their water lasts."),
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


def read_waterworks(
    job: Job,
    network: Network,
    *,
    geometry: bool,
    failed: Sequence[str] = (),
    what_if: Sequence[str] = (),
    progress: Progress,
) -> Waterworks:
    """Read what isolation needs of a network and make it ready; one that is kept in memory is ready."""
    from waternet_plugin.core.network import shutting
    from waternet_plugin.core.network.graph import build_graph
    from waternet_plugin.store import kept

    choices: dict[str, Any] = {
        "tanks_are_sources": job.flag("TANKS_ARE_SOURCES"),
        "directed": job.flag("DIRECTED"),
        "failed": failed,
        "what_if": what_if,
    }
    ready = kept.at_hand(network.uri)
    if ready is not None:
        return job.hold(ready.answering(progress)).works(progress, **choices)
    progress.at(0.0, tr("Reading the network"))
    settings = network.settings()
    pipes = network.read("pipe", list(shutting.PIPE_COLUMNS))
    nodes = network.read("node", list(shutting.NODE_COLUMNS))
    customers = network.read("customer", list(shutting.CUSTOMER_COLUMNS), geometry=geometry)
    progress.at(0.4, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.4, 0.7))
    progress.at(0.7, tr("Finding segments"))
    return shutting.open_waterworks(
        connected,
        pipes,
        nodes,
        customers,
        settings=settings,
        **choices,
        progress=progress.part(0.7, 1.0),
    )


def read_ground(job: Job, network: Network, *, progress: Progress) -> Ground:
    """Read what traces need of a network and make it ready; one that is kept in memory is ready."""
    from waternet_plugin.core.network import following
    from waternet_plugin.core.network.graph import build_graph
    from waternet_plugin.store import kept

    ready = kept.at_hand(network.uri)
    if ready is not None:
        return job.hold(ready.answering(progress)).ground(progress)
    progress.at(0.0, tr("Reading the network"))
    settings = network.settings()
    pipes = network.read("pipe", list(following.PIPE_COLUMNS))
    nodes = network.read("node", list(following.NODE_COLUMNS))
    progress.at(0.5, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.5, 1.0))
    return following.ready_to_trace(connected, pipes, nodes, settings=settings)
