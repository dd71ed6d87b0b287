"""A SWMM file without elements, for a network that came from none."""

from __future__ import annotations

_TEXT = """[TITLE]
{network}
Coordinates: {crs}

[OPTIONS]
FLOW_UNITS\t{flow}
INFILTRATION\tHORTON
FLOW_ROUTING\tDYNWAVE
LINK_OFFSETS\tDEPTH
ALLOW_PONDING\tNO
START_DATE\t01/01/2000
START_TIME\t00:00:00
REPORT_START_DATE\t01/01/2000
REPORT_START_TIME\t00:00:00
END_DATE\t01/{day:02d}/2000
END_TIME\t{hour:02d}:00:00
DRY_DAYS\t0
REPORT_STEP\t00:05:00
WET_STEP\t00:01:00
DRY_STEP\t00:05:00
ROUTING_STEP\t2
VARIABLE_STEP\t0.75
LENGTHENING_STEP\t2
INERTIAL_DAMPING\tPARTIAL
NORMAL_FLOW_LIMITED\tBOTH

[EVAPORATION]
CONSTANT\t0.0

[RAINGAGES]
;Name\tFormat\tInterval\tSCF\tSource

[SUBCATCHMENTS]
;Name\tRainGage\tOutlet\tArea\t%Imperv\tWidth\t%Slope\tCurbLen

[SUBAREAS]
;Subcatchment\tN-Imperv\tN-Perv\tS-Imperv\tS-Perv\tPctZero\tRouteTo

[INFILTRATION]
;Subcatchment\tMaxRate\tMinRate\tDecay\tDryTime\tMaxInfil

[JUNCTIONS]
;Name\tElevation\tMaxDepth

[OUTFALLS]
;Name\tElevation\tType\tGated

[CONDUITS]
;Name\tFrom\tTo\tLength\tRoughness\tInOffset\tOutOffset

[XSECTIONS]
;Link\tShape\tGeom1\tGeom2\tGeom3\tGeom4\tBarrels

[TIMESERIES]
;Name\tTime\tValue

[REPORT]
INPUT\tNO
CONTROLS\tNO
NODES\tALL
LINKS\tALL

[MAP]
Units\tMeters

[COORDINATES]
;Node\tX\tY
"""


def empty_swmm_text(network: str, crs: str, flow: str, hours: int) -> str:
    """Return the text of a file for dynamic waves under a storm.

    Parameters
    ----------
    network
        Its name, for [TITLE].
    crs
        Name of the CRS of the coordinates: SWMM has no other place for it.
    flow
        Flow unit, a metric one.
    hours
        How long a run goes on.
    """
    return _TEXT.format(network=network, crs=crs, flow=flow, day=1 + hours // 24, hour=hours % 24)
