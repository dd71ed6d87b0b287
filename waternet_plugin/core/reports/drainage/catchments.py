"""What catchments of outfalls say in sentences."""

from __future__ import annotations

from waternet_plugin.core.drainage.catchments import DRY, WET, Catchments
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.reports.drainage.misconnections import flow_line
from waternet_plugin.core.texts import tr

_M2_PER_HA = 10_000.0


def summary_lines(found: Catchments) -> list[str]:
    """Return the answer in sentences."""
    if not found.drains:
        return [tr("The network has no storm or combined drains in use.")]
    rows = found.outfalls
    wet, dry = rows[rows["weather"] == WET], rows[rows["weather"] == DRY]
    if found.outfall_count:
        area_m2 = float(found.parts.loc[found.parts["outfalls_wet"].notna(), "area_m2"].sum())
        text = tr("{wet} outfalls drain {area} ha in wet weather, {dry} in dry weather.")
        figures = {"wet": number(len(wet)), "dry": number(len(dry))}
        lines = [text.format(area=number(area_m2 / _M2_PER_HA, 1), **figures)]
    else:
        # The headline: an answer of zeros would say that nothing drains.
        lines = [
            tr(
                "The network has no outfall: give the nodes where storm drains reach the river the kind "
                "Outfall."
            )
        ]
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
