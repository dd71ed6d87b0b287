"""Lines of elements that no file had before."""

from __future__ import annotations

import math

from waternet_plugin.core.exchange.epanet.reading.elements import CHECK_VALVE, CLOSED
from waternet_plugin.core.exchange.epanet.reading.tags import CLOSED_BY, TAG
from waternet_plugin.core.exchange.epanet.reading.units import Units
from waternet_plugin.core.exchange.epanet.writing import equipment
from waternet_plugin.core.exchange.epanet.writing.mapped import SOURCES, TANKS, MapLink, MapNode
from waternet_plugin.core.exchange.model_files.model_ids import quoted
from waternet_plugin.core.exchange.model_files.roughness import material_roughness
from waternet_plugin.core.exchange.model_files.written_values import written_number
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import FOOT_M, METRE_MPA, PSI_MPA

_ROUGHNESS_COLUMNS = {"H-W": "hazen_williams", "D-W": "darcy_mm", "C-M": "manning"}
# Files in feet give the roughness of Darcy and Weisbach in thousandths of a foot.
_MILLIFOOT_MM = FOOT_M


def roughness_of(material: str | None, formula: str, system: Units) -> str:
    """Return the roughness of a material as a file with this formula and these units has it."""
    value = material_roughness(material, _ROUGHNESS_COLUMNS[formula])
    return written_number(value / _MILLIFOOT_MM if formula == "D-W" and not system.metric else value)


class NewLines:
    """Collects lines by section.

    Parameters
    ----------
    units, formula
        Of the file.
    heights
        Elevation of every node, m.
    """

    def __init__(self, units: Units, formula: str, settings: Settings, heights: dict[str, float]) -> None:
        self.lines: dict[str, list[str]] = {}
        self._units, self._formula, self._settings = units, formula, settings
        self._heights = heights

    def _add(self, section: str, *values: str) -> None:
        self.lines.setdefault(section, []).append(" " + "\t".join(values))

    def _length(self, metres: float) -> str:
        return written_number(metres / self._units.metres)

    def node(self, node: MapNode) -> None:
        """Add a node; sources get the heads that the settings assume."""
        settings, ground = self._settings, self._heights[node.id]
        id_ = quoted(node.id)
        if node.kind in SOURCES:
            head = ground + settings.real("exchange.epanet_source_pressure_m")
            self._add("RESERVOIRS", id_, self._length(head), "", ";")
        elif node.kind in TANKS:
            depth = settings.real("exchange.epanet_tank_depth_m")
            volume = node.volume_m3
            if not volume > 0:
                volume = settings.real("exchange.epanet_tank_volume_m3")
            width = math.sqrt(volume / depth * 4 / math.pi)
            bottom = ground + settings.real("exchange.epanet_source_pressure_m")
            levels = (self._length(depth / 2), "0", self._length(depth), self._length(width), "0")
            self._add("TANKS", id_, self._length(bottom), *levels, ";")
        else:
            demand = written_number(node.demand_m3d / self._units.m3d)
            self._add("JUNCTIONS", id_, self._length(ground), demand, "", ";")

    def tag(self, node: MapNode) -> None:
        """Note what kind of node stands at a junction, so that an import finds it again."""
        state = ":closed" if node.kind == "valve" and node.valve_state == CLOSED else ""
        self._add("TAGS", "NODE", quoted(node.id), f"{TAG}{node.kind}{state}")

    def closed_by(self, link_id: str, node_id: str) -> None:
        """Note that a pipe is closed by a valve of the map."""
        self._add("TAGS", "LINK", quoted(link_id), quoted(f"{TAG}{CLOSED_BY}{node_id}"))

    def link(self, link: MapLink) -> None:
        """Add a pipe."""
        diameter = link.diameter_mm
        if not diameter > 0:
            diameter = self._settings.real("exchange.epanet_diameter_mm")
        self._add(
            "PIPES",
            quoted(link.id),
            quoted(link.start),
            quoted(link.end),
            self._length(link.length_m),
            written_number(diameter / self._units.millimetres),
            roughness_of(link.material, self._formula, self._units),
            "0",
            {CLOSED: "Closed", CHECK_VALVE: "CV"}.get(link.status, "Open"),
            ";",
        )

    def valve(self, valve: equipment.DrawnValve) -> None:
        """Add a pressure valve that was drawn on the map."""
        diameter = valve.diameter_mm
        if not diameter > 0:
            diameter = self._settings.real("exchange.epanet_diameter_mm")
        # Files in gallons give pressures in psi.
        setting = self._settings.real("exchange.epanet_prv_setting_m")
        setting = setting if self._units.metric else setting * METRE_MPA / PSI_MPA
        self._add(
            "VALVES",
            quoted(valve.id),
            quoted(valve.node.id),
            quoted(valve.behind.id),
            written_number(diameter / self._units.millimetres),
            equipment.DRAWN_PRV,
            written_number(setting),
            "0",
            ";",
        )
