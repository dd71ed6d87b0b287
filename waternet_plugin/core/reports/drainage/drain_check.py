"""What a check of slopes and ends of drains says in sentences."""

from __future__ import annotations

from waternet_plugin.core.drainage import drain_ends, slope_table
from waternet_plugin.core.drainage.drain_ends import DrainEnds
from waternet_plugin.core.drainage.slope_table import SlopeTable
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.reports.drainage.misconnections import flow_line
from waternet_plugin.core.texts import listed, tr


def state_label(state: str) -> str:
    """Return the words for what the slope of a drain is."""
    return {
        slope_table.OK: tr("steep enough"),
        slope_table.FLAT: tr("flat"),
        slope_table.BELOW_MINIMUM: tr("below the least slope"),
        slope_table.ADVERSE: tr("rising against the flow"),
        slope_table.EXEMPT: tr("exempt (pressure, siphon, connector)"),
        slope_table.UNKNOWN: tr("unknown (a level is missing)"),
    }[state]


def end_label(end: str) -> str:
    """Return the words for what an end of drains is."""
    return {
        drain_ends.OUTFALL: tr("outfalls"),
        drain_ends.EXIT: tr("exits"),
        drain_ends.PLANT: tr("plants"),
        drain_ends.PUMP: tr("pumps"),
        drain_ends.CLIP_EDGE: tr("at the edge of the cut-out"),
        drain_ends.DEAD_END: tr("dead ends"),
        drain_ends.HEAD: tr("heads"),
        drain_ends.UNKNOWN: tr("not known"),
    }[end]


def summary_lines(slopes: SlopeTable, ends: DrainEnds) -> list[str]:
    """Return what was found in sentences, the answer first."""
    frame = slopes.frame
    if not len(frame):
        return [tr("The network has no drains in use.")]
    states = frame["state"].value_counts()
    told = [
        tr("{what}: {count}").format(what=state_label(state), count=number(int(states[state])))
        for state in slope_table.STATES
        if state in states
    ]
    lines = [tr("Slopes of {count} drains – {states}.").format(count=number(len(frame)), states=listed(told))]
    if frame["backwater_m"].sum() > 0:
        lines.append(
            tr("Water stands behind {count} of those that rise, in up to {metres} m of drains.").format(
                count=number(int((frame["backwater_m"] > 0).sum())),
                metres=number(float(frame["backwater_m"].max())),
            )
        )
    kinds = ends.frame["end"].value_counts()
    if len(kinds):
        told = [
            tr("{what}: {count}").format(what=end_label(end), count=number(int(kinds[end])))
            for end in drain_ends.ENDS
            if end in kinds
        ]
        lines.append(tr("Ends – {ends}.").format(ends=listed(told)))
    leads_out = ends.frame["end"].isin([drain_ends.OUTFALL, drain_ends.PLANT, drain_ends.EXIT])
    if not leads_out.any():
        lines.append(tr("No drain leads to an outfall, a plant or another exit."))
    lines.append(flow_line(int((~slopes.recorded).sum()), len(frame)))
    return lines
