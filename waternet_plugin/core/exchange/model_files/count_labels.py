"""What people read of the kinds of elements that a model file has."""

from __future__ import annotations

from waternet_plugin.core.texts import tr


def epanet_count_labels() -> dict[str, str]:
    """Return what people read of each kind of element, in the order of the counts."""
    return {
        "junctions": tr("Junctions"),
        "reservoirs": tr("Reservoirs"),
        "tanks": tr("Tanks"),
        "pipes": tr("Pipes"),
        "pumps": tr("Pumps"),
        "valves": tr("Valves"),
    }


def swmm_count_labels() -> dict[str, str]:
    """Return what people read of each kind of element, in the order of the counts."""
    return {
        "junctions": tr("Junctions"),
        "outfalls": tr("Outfalls"),
        "storages": tr("Storage units"),
        "dividers": tr("Flow dividers"),
        "pipes": tr("Conduits"),
        "pumps": tr("Pumps"),
        "weirs": tr("Weirs"),
        "orifices": tr("Orifices"),
        "outlets": tr("Outlets"),
        "subcatchments": tr("Subcatchments"),
    }
