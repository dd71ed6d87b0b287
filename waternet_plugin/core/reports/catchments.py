"""What catchments of outfalls say in sentences."""

from __future__ import annotations

from waternet_plugin.core.drainage.catchments import DRY, WET, Catchments
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.reports.misconnections import flow_line
from waternet_plugin.core.texts import tr

_M2_PER_HA = 10_000.0


def summary_lines(found: Catchments) -> list[str]:
    """Return the answer in sentences."""
    if not found.drains:
        return [tr("The network has no storm or combined drains in use.")]
    rows = found.outfalls
    wet, dry = rows[rows["weather"] == WET], rows[rows["weather"] == DRY]
    lines = [
        tr("{wet} outfalls drain {area} ha in wet weather, {dry} in dry weather.").format(
            wet=number(len(wet)),
            area=number(
                float(found.parts.loc[found.parts["outfalls_wet"].notna(), "area_m2"].sum()) / _M2_PER_HA, 1
            ),
            dry=number(len(dry)),
        )
    ]
    if not found.outfall_count:
        lines.append(
            tr(
                "The network has no outfall: give the nodes where storm drains reach the river the kind "
                "Outfall."
            )
        )
    if found.unjoined_inlets:
        text = tr(
            "%n storm inlet(s) join no pipe and take no ground: the check offers leads to the drains beside.",
            "",
            found.unjoined_inlets,
        )
        lines.append(text)
    if found.lost_m2 > 0:
        lines.append(
            tr("From {area} ha no outfall is reached.").format(area=number(found.lost_m2 / _M2_PER_HA, 1))
        )
    lines.append(flow_line(found.not_recorded, found.drains))
    return lines
