"""What to know and to doubt about an isolation, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from waternet_plugin.core.network.isolation.isolation_model import NO_PIPE, IsolationModel
from waternet_plugin.core.network.isolation.shutdown import Shut, Shutdown
from waternet_plugin.core.network.model.customers import BY_PLACE, FOUND_BY, place_note
from waternet_plugin.core.texts import listed, tr

if TYPE_CHECKING:
    from waternet_plugin.core.network.analysis.unjoined import Unjoined
    from waternet_plugin.core.network.isolation.remaining import Bottleneck


def holds_source(works: IsolationModel, shut: Shut) -> bool:
    """Return whether a source lies in what is shut."""
    inside = np.isin(works.segments.node, sorted(shut.segments))
    return bool(works.elements.sources[inside].any())


def caveats_of(
    job: Shutdown,
    shut: Shut,
    *,
    unjoined: Unjoined,
    to_check: int,
    pipes_without_volume: int,
    overlap: tuple[str, ...],
    bottleneck: Bottleneck | None,
    lost_diameter_mm: float,
) -> list[str]:
    """Return what to know and to doubt about a result, in sentences.

    Parameters
    ----------
    job, shut
        The burst and what has to be shut for it.
    unjoined, to_check, pipes_without_volume, overlap, bottleneck, lost_diameter_mm
        As ``isolation.Burst`` has them.
    """
    works = job.works
    notes = [*unjoined.notes] if to_check else []
    notes += [tr("Hydraulics not checked: only connections were followed, no pressure or flow was computed.")]
    failing = sorted(
        {
            works.node_name(valve)
            for each in shut.segments
            for valve in works.valves(each)
            if works.passes(valve)
        }
    )
    if failing:
        notes.append(
            tr("Can't be closed, so the isolated part extends beyond: {valves}.").format(
                valves=listed(failing)
            )
        )
    if not shut.valves:
        notes.append(
            tr(
                "No valve around the burst can separate it from the rest: everything connected has to be "
                "shut off."
            )
        )
    if holds_source(works, shut):
        notes.append(
            tr(
                "A source lies in the isolated part itself: it has to be shut off as well, or it feeds the "
                "burst."
            )
        )
    at_tees = [works.node_name(valve) for valve in sorted(shut.valves) if len(works.sides(valve)) > 2]
    if at_tees:
        notes.append(
            tr(
                "At these valves more than two pipe ends meet; closing one separates them all: {valves}."
            ).format(valves=listed(at_tees))
        )
    notes += _notes_on_path(works, bottleneck, lost_diameter_mm)
    if pipes_without_volume:
        notes.append(
            tr("Not in the volume, since size or length is not known: %n isolated pipe(s).", "",
               pipes_without_volume)
        )  # fmt: skip
    by_place = int((works.customers[FOUND_BY] == BY_PLACE).sum())
    if by_place:
        notes.append(place_note(by_place, works.settings))
    without = int((works.customer_pipe == NO_PIPE).sum())
    if without:
        notes.append(
            tr(
                "Without a pipe in use on record, so it is not known whether they are affected: %n "
                "customer(s).",
                "",
                without,
            )
        )
    if overlap:
        notes.append(tr("%n pipe(s) are also cut off by the other shutdowns.", "", len(overlap)))
    before = works.supply.dependence.reached[: len(works.supply.segment)]
    home = [part for part in np.flatnonzero(np.isin(works.supply.segment, sorted(job.home))) if before[part]]
    if not home:
        notes.append(tr("Even now the burst pipe has no open path to any source in this network."))
    if not to_check:
        notes += unjoined.notes
    return notes


def _notes_on_path(works: IsolationModel, left: Bottleneck | None, lost_diameter_mm: float) -> list[str]:
    """Return what is to be said about the narrowest pipe left."""
    if left is None:
        return [tr("Nothing around the isolated part needs another supply.")]
    if not np.isfinite(left.diameter_mm):
        return [
            tr("The remaining path from {valve} to a source leads through pipes of unknown diameter.").format(
                valve=left.node_id
            )
        ]
    values = {"dn": f"{left.diameter_mm:g}", "pipe": left.pipe_id, "valve": left.node_id}
    notes = [
        tr("Smallest diameter on the remaining path: DN{dn}, pipe {pipe}, towards {valve}.").format(**values)
    ]
    share = works.settings.real("network.half_diameter_share")
    if left.diameter_mm < share * lost_diameter_mm:
        notes.append(
            tr(
                "The remaining path is less than half as wide as what is shut off (DN{dn} against "
                "DN{lost}): low pressure is likely around it."
            ).format(dn=values["dn"], lost=f"{lost_diameter_mm:g}")
        )
    return notes
