"""Which words of the lines of a SWMM file name a node, a link or a subcatchment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_NODE_WORDS: dict[str, tuple[int, ...]] = {
    "JUNCTIONS": (0,),
    "OUTFALLS": (0,),
    "STORAGE": (0,),
    "DIVIDERS": (0,),
    "INFLOWS": (0,),
    "DWF": (0,),
    "RDII": (0,),
    "TREATMENT": (0,),
    "COORDINATES": (0,),
    "CONDUITS": (1, 2),
    "PUMPS": (1, 2),
    "ORIFICES": (1, 2),
    "WEIRS": (1, 2),
    "OUTLETS": (1, 2),
    "GROUNDWATER": (2,),
    "INLET_USAGE": (2,),
}
_LINK_WORDS: dict[str, tuple[int, ...]] = {
    "CONDUITS": (0,),
    "PUMPS": (0,),
    "ORIFICES": (0,),
    "WEIRS": (0,),
    "OUTLETS": (0,),
    "XSECTIONS": (0,),
    "LOSSES": (0,),
    "VERTICES": (0,),
    "INLET_USAGE": (0,),
    "DIVIDERS": (2,),
}
_AREA_WORDS: dict[str, tuple[int, ...]] = {
    "SUBCATCHMENTS": (0,),
    "SUBAREAS": (0,),
    "INFILTRATION": (0,),
    "POLYGONS": (0,),
    "COVERAGES": (0,),
    "LOADINGS": (0,),
    "LID_USAGE": (0,),
    "GROUNDWATER": (0,),
    "GWF": (0,),
}
_RULE_NODES = ("NODE",)
_RULE_LINKS = ("LINK", "CONDUIT", "PUMP", "ORIFICE", "WEIR", "OUTLET")
_TAG_OF = {"NODE": "nodes", "LINK": "links", "SUBCATCH": "areas"}


@dataclass(frozen=True)
class SwmmReferences:
    """Ids that a line can't do without."""

    nodes: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


def swmm_references(section: str, words: Sequence[str]) -> SwmmReferences:
    """Return what a line of a section names."""
    if section == "TAGS":
        kind = _TAG_OF.get(words[0].upper())
        return SwmmReferences(**{kind: (words[1],)}) if kind and len(words) > 1 else SwmmReferences()
    if section == "CONTROLS":
        return _of_rule(words)

    def named(indices: dict[str, tuple[int, ...]]) -> tuple[str, ...]:
        return tuple(words[index] for index in indices.get(section, ()) if index < len(words))

    return SwmmReferences(named(_NODE_WORDS), named(_LINK_WORDS), named(_AREA_WORDS))


def _of_rule(words: Sequence[str]) -> SwmmReferences:
    """Return what a clause names, such as ``IF NODE 23 DEPTH > 10`` or ``THEN PUMP P1 STATUS = ON``."""
    if len(words) < 3 or words[0].upper() not in ("IF", "AND", "OR", "THEN", "ELSE"):
        return SwmmReferences()
    what = words[1].upper()
    if what in _RULE_NODES:
        return SwmmReferences(nodes=(words[2],))
    return SwmmReferences(links=(words[2],)) if what in _RULE_LINKS else SwmmReferences()
