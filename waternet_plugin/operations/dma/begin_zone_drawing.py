"""What drawing zones begins with: the network as an own copy, its units, lines and zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.drawing.drawing_units import DrawingUnits, ground_of
from waternet_plugin.core.dma.drawing.own_copy import own_copy
from waternet_plugin.core.dma.drawing.scenario_content import drawn
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.stored_scenarios import read_scenario
from waternet_plugin.operations.dma.zone_scenarios import ScenarioHead, list_scenarios
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store.network import Network

_LITRES = 1000.0
_ZONE_COLUMNS = ("zone_id", "kind", "name", "state", "verdict", "retest", "hue")


@dataclass(frozen=True)
class ZoneRow:
    """What the network says of a zone beside its pipes; '' and None for unknown."""

    name: str = ""
    state: str = ""
    verdict: str = ""
    hue: int | None = None


@dataclass(frozen=True)
class DrawingGround:
    """What zones are drawn on.

    Parameters
    ----------
    drawing
        The drawing, as the network has its zones.
    units
        What one click takes.
    lines
        Lines of the pipes (P,).
    zones
        What is known of each zone, by id.
    scenarios
        The scenarios that can be drawn on.
    seen
        Fingerprint of the scenario that is gone on with, '' for none.
    basis
        What `drawing_basis` said before the network was read.
    """

    drawing: ZoneDrawing
    units: DrawingUnits
    lines: Array
    zones: Mapping[str, ZoneRow]
    scenarios: tuple[ScenarioHead, ...] = ()
    seen: str = ""
    basis: tuple[object, ...] = ()


def drawing_basis(network: Network) -> tuple[object, ...]:
    """Return what tells whether a network is still the one that a drawing began with, by ``==``."""
    return (network.position(), network.facts(), _zones(network))


def begin_zone_drawing(
    live: LiveNetwork, network: Network, scenario_id: str = "", progress: Progress = SILENT
) -> DrawingGround:
    """Return what zones are drawn on; it shares nothing with the network kept in memory.

    Parameters
    ----------
    live
        The network kept in memory.
    network
        The same, opened, for what is not kept.
    scenario_id
        The scenario that is gone on with; '' for the network as it is.
    """
    basis = drawing_basis(network)
    night_use = network.settings().real("dma.night_use_l_h") / _LITRES
    with prepared_for_dma(live, progress.part(0.0, 0.8)) as model:
        dma = own_copy(model.dma)
        units = DrawingUnits(dma, model.pipes)
        units.prepare()
        progress.at(0.9)
        ground = ground_of(dma.graph, model.nodes)
        lines = np.array(model.pipes["geom"].to_numpy(), dtype=object)[dma.graph.pipe_row]
    drawing = ZoneDrawing(dma, ground, night_use_m3h=night_use)
    seen = ""
    if scenario_id:
        content = read_scenario(network, scenario_id)
        drawing.take_up(*drawn(dma, content))
        seen = content.fingerprint
    return DrawingGround(drawing, units, lines, _zones(network), list_scenarios(network), seen, basis)


def _zones(network: Network) -> dict[str, ZoneRow]:
    rows = records(network.read("zone", list(_ZONE_COLUMNS), geometry=False))
    return {row["zone_id"]: _zone_row(row) for row in rows}


def _zone_row(row: dict[str, object]) -> ZoneRow:
    hue = row["hue"]
    known = isinstance(hue, (int, float, np.integer)) and hue == hue
    return ZoneRow(
        str(row["name"] or ""),
        str(row["state"] or ""),
        str(row["verdict"] or ""),
        int(hue) if known else None,  # type: ignore[call-overload]
    )
