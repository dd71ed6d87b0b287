"""The sections of a SWMM input file."""

from __future__ import annotations

# SWMM looks at the beginning of a heading only: what it takes, and the name that the guide of version 5.2
# prints. Of two that fit the longer one counts.
_NAMES = {
    "TITLE": "TITLE",
    "OPTION": "OPTIONS",
    "FILE": "FILES",
    "RAINGAGE": "RAINGAGES",
    "TEMPERATURE": "TEMPERATURE",
    "EVAP": "EVAPORATION",
    "SUBCATCHMENT": "SUBCATCHMENTS",
    "SUBAREA": "SUBAREAS",
    "INFIL": "INFILTRATION",
    "AQUIFER": "AQUIFERS",
    "GROUNDWATER": "GROUNDWATER",
    "SNOWPACK": "SNOWPACKS",
    "JUNC": "JUNCTIONS",
    "OUTFALL": "OUTFALLS",
    "STORAGE": "STORAGE",
    "DIVIDER": "DIVIDERS",
    "CONDUIT": "CONDUITS",
    "PUMP": "PUMPS",
    "ORIFICE": "ORIFICES",
    "WEIR": "WEIRS",
    "OUTLET": "OUTLETS",
    "XSECT": "XSECTIONS",
    "TRANSECT": "TRANSECTS",
    "LOSS": "LOSSES",
    "CONTROL": "CONTROLS",
    "POLLUT": "POLLUTANTS",
    "LANDUSE": "LANDUSES",
    "BUILDUP": "BUILDUP",
    "WASHOFF": "WASHOFF",
    "COVERAGE": "COVERAGES",
    "INFLOW": "INFLOWS",
    "DWF": "DWF",
    "PATTERN": "PATTERNS",
    "RDII": "RDII",
    "HYDROGRAPH": "HYDROGRAPHS",
    "LOADING": "LOADINGS",
    "TREATMENT": "TREATMENT",
    "CURVE": "CURVES",
    "TIMESERIES": "TIMESERIES",
    "REPORT": "REPORT",
    "MAP": "MAP",
    "COORDINATE": "COORDINATES",
    "VERTICES": "VERTICES",
    "POLYGON": "POLYGONS",
    "SYMBOL": "SYMBOLS",
    "LABEL": "LABELS",
    "BACKDROP": "BACKDROP",
    "TAG": "TAGS",
    "PROFILE": "PROFILES",
    "LID_CONTROL": "LID_CONTROLS",
    "LID_USAGE": "LID_USAGE",
    "GW_FLOW": "GWF",
    "GWF": "GWF",
    "ADJUSTMENT": "ADJUSTMENTS",
    "EVENT": "EVENTS",
    "STREET": "STREETS",
    "INLET": "INLETS",
    "INLET_USAGE": "INLET_USAGE",
}
_BY_LENGTH = sorted(_NAMES, key=len, reverse=True)

# Lines before the first heading, and those below a heading that SWMM does not know.
NONE = ""
UNKNOWN = "?"

NODE_SECTIONS = ("JUNCTIONS", "OUTFALLS", "STORAGE", "DIVIDERS")
LINK_SECTIONS = ("CONDUITS", "PUMPS", "ORIFICES", "WEIRS", "OUTLETS")


def swmm_section_of(heading: str) -> str:
    """Return the section a heading such as ``[Polygons]`` begins, ``?`` when SWMM knows none."""
    inner = heading.lstrip(" \t[").upper()
    for beginning in _BY_LENGTH:
        if inner.startswith(beginning):
            return _NAMES[beginning]
    return UNKNOWN
