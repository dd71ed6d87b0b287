"""What the project of a network shows of it, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from waternet_plugin.bridge.layers.sources import layer_source, table_of
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.project.layer_styles import LegendFigures
from waternet_plugin.core.pressure.head_classes import REQUIRED
from waternet_plugin.core.users.meter_lives import meter_lives
from waternet_plugin.store import Place, open_network
from waternet_plugin.store.addresses import NetworkAddress, absolute

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.core.schema.domains import Code
    from waternet_plugin.core.schema.tables import Table
    from waternet_plugin.store.network import Network, ProviderSource
    from waternet_plugin.store.network_reading import Box


@dataclass(frozen=True)
class ProjectBasis:
    """What layers, legends and title of a project rest on.

    Parameters
    ----------
    tables, sources
        The tables as the network has them and by what QGIS shows them, by the keys of the layers.
    address
        Of the network, the same from every folder.
    title
        Of the network.
    own_codes
        What the users of the network added to its value lists.
    figures
        What the legends say.
    required_mpa
        The pressure that must be there in the network, MPa.
    extents
        As ``Network.table_extents`` has them.
    """

    tables: Mapping[str, Table]
    sources: Mapping[str, ProviderSource]
    address: NetworkAddress
    title: str
    own_codes: tuple[Code, ...]
    figures: LegendFigures
    required_mpa: float
    extents: Mapping[str, Box]


def read_project_basis(network: Network) -> ProjectBasis:
    """Read what a project shows; of a province the figures of its legends take seconds."""
    keys = [key for _, group in layer_tree.TREE for key in group]
    sources = {key: layer_source(network, key) for key in keys}
    tables = {key: network.table(table_of(key)) for key in keys}
    address, title, codes = absolute(network.address), network.title, network.own_codes()
    health = network.read("pipe_health", ["class", "length_m"], geometry=False)
    plan = network.read("pipe_plan", ["year", "length_m"], geometry=False)
    settings = network.settings()
    figures = LegendFigures(meter_lives(settings), *_lengths(health, plan))
    required_mpa, extents = settings.real(REQUIRED), network.table_extents()
    return ProjectBasis(tables, sources, address, title, codes, figures, required_mpa, extents)


def project_basis_at(place: Place) -> ProjectBasis:
    """Open a network and read what its project shows.

    Parameters
    ----------
    place
        The network's GeoPackage, or the address of its schema.

    Raises
    ------
    WaterNetError
        With one sentence, when the network can't be used.
    """
    with open_network(absolute(place)) as network:
        return read_project_basis(network)


def _lengths(health: pd.DataFrame, plan: pd.DataFrame) -> tuple[dict[str, float], dict[int, float]]:
    """Return the metres of each class of health and of each year of the plan."""
    by_class = {}
    if health["class"].notna().any():
        sums = health["length_m"].groupby(health["class"].fillna("unknown")).sum()
        by_class = {str(name): float(metres) for name, metres in sums.items()}
    metres = plan["length_m"].groupby(plan["year"]).sum()
    return by_class, {int(year): metre for year, metre in zip(metres.index.tolist(), metres.tolist())}
