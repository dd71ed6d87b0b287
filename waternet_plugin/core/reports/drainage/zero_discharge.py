"""What zero-discharge zones say in sentences."""

from __future__ import annotations

from waternet_plugin.core.drainage.zoning.zones import TOO_LARGE, TOO_SMALL, WITHIN, ZeroDischargeZones
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.reports.drainage.misconnections import flow_line
from waternet_plugin.core.texts import listed, tr

_MOST_NAMED = 10


def summary_lines(
    found: ZeroDischargeZones, min_km2: float, max_km2: float, not_recorded: int, drains: int
) -> list[str]:
    """Return what was built in sentences, the answer first."""
    frame = found.frame
    within = frame[frame["state"] == WITHIN]
    lines = [
        tr("{count} zones of {least} to {most} km2, {ready} of them without anything that blocks.").format(
            count=number(len(within)),
            least=f"{min_km2:g}",
            most=f"{max_km2:g}",
            ready=number(int(within["ready"].sum())),
        ),
        tr("Fewer zones are impossible.") if found.proved else tr("Fewer zones may be possible."),
    ]
    for state, text in (
        (TOO_SMALL, tr("Left over, too small: {count} with {area} km2 ({zones}).")),
        (TOO_LARGE, tr("Catchments larger than a zone: {count} with {area} km2 ({zones}).")),
    ):
        rows = frame[frame["state"] == state]
        if len(rows):
            lines.append(
                text.format(
                    count=number(len(rows)),
                    area=number(float(rows["area_km2"].sum()), 2),
                    zones=listed(rows["zone_id"].head(_MOST_NAMED).tolist()),
                )
            )
    if found.together:
        lines.append(
            tr("{count} catchments share ground with others and stay with them.").format(
                count=number(found.together)
            )
        )
    if found.strange:
        lines.append(
            tr("The network has no outfall {names}: what blocks there is judged by location alone.").format(
                names=listed(found.strange[:_MOST_NAMED])
            )
        )
    lines.append(flow_line(not_recorded, drains))
    return lines
