"""The empty file into which a network goes that never came from one."""

from __future__ import annotations

from waternet_plugin.core.exchange.epanet.reading.text import Document, document_of

_SECTIONS = (
    ("JUNCTIONS", ";ID\tElevation\tDemand\tPattern"),
    ("RESERVOIRS", ";ID\tHead\tPattern"),
    ("TANKS", ";ID\tElevation\tInitLevel\tMinLevel\tMaxLevel\tDiameter\tMinVol\tVolCurve"),
    ("PIPES", ";ID\tNode1\tNode2\tLength\tDiameter\tRoughness\tMinorLoss\tStatus"),
    ("PUMPS", ";ID\tNode1\tNode2\tParameters"),
    ("VALVES", ";ID\tNode1\tNode2\tDiameter\tType\tSetting\tMinorLoss"),
    ("TAGS", ""),
    ("STATUS", ";ID\tStatus"),
    ("TIMES", " Duration\t0"),
    ("REPORT", " Status\tNo\n Summary\tNo"),
)


def empty_document(name: str, crs: str, flow: str) -> Document:
    """Return a file without elements.

    Parameters
    ----------
    name
        The network's name.
    crs
        Name of the CRS of the coordinates, for [TITLE]: EPANET has no other place for it.
    flow
        The flow unit, a metric one.
    """
    parts = [f"[TITLE]\n{name}\nCoordinates: {crs}\n"]
    parts += [f"[{section}]\n{text}\n" for section, text in _SECTIONS]
    parts += [
        f"[OPTIONS]\n Units\t{flow}\n Headloss\tH-W\n",
        "[COORDINATES]\n;Node\tX\tY\n",
        "[VERTICES]\n;Link\tX\tY\n",
        "[BACKDROP]\n Units\tMeters\n",
    ]
    return document_of("\n".join(parts))
