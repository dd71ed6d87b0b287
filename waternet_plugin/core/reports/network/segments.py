"""The report of segments between valves: which ones, and which valves, hurt most."""

from __future__ import annotations

from typing import Any

import numpy as np

from waternet_plugin.core.frames import records
from waternet_plugin.core.network.isolation.isolation_model import NO_PIPE, IsolationModel
from waternet_plugin.core.network.isolation.segment_ranking import MANY, ONE_SEGMENT, SINGLE, SegmentRanking
from waternet_plugin.core.network.model.customers import (
    BY_PLACE,
    FOUND_BY,
    RECORDED,
    are_recorded,
    place_note,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.texts import tr

_MOST_ROWS = 50


def figures_of(works: IsolationModel, ranking: SegmentRanking) -> dict[str, Any]:
    """Return every number of the segments by name."""
    segments, valves = ranking.segments, ranking.valves
    length = segments["length_m"].to_numpy(dtype=float)
    sides = segments["valves"].to_numpy(dtype=float)
    return {
        "segments": len(segments),
        "valves": len(valves),
        "closed_valves": int((valves["closed"] == "yes").sum()),
        "unsupplied_segments": int((segments["supplied"] == "no").sum()),
        "segments_that_cut_off_others": int((segments["unintended_segments"] > 0).sum()),
        "unintended_segments": int(segments["unintended_segments"].sum()),
        "valves_per_segment_median": float(np.median(sides)) if len(sides) else None,
        "valves_per_segment_most": int(sides.max()) if len(sides) else None,
        "longest_segment_m": float(length.max()) if len(length) else None,
        "length_m": float(length.sum()),
        RECORDED: are_recorded(works.customers),
        "customers": int(segments["customers"].sum()),
        "customers_by_place": int((works.customers[FOUND_BY] == BY_PLACE).sum()),
        "customers_without_pipe": int((works.customer_pipe == NO_PIPE).sum()),
        "valves_in_one_segment": int((valves["finding"] == ONE_SEGMENT).sum()),
        "valves_with_one_pipe": int((valves["finding"] == SINGLE).sum()),
        "valves_with_many_pipes": int((valves["finding"] == MANY).sum()),
        "worst": records(segments.head(10).drop(columns=["segment"])),
    }


def _segments(ranking: SegmentRanking, recorded: bool) -> ReportSection:
    shown = ranking.segments.head(_MOST_ROWS)
    rows = [
        (
            row["segment_id"], row["pipe_count"], row["length_m"], row["valves"],
            int(row["customers"]) if recorded else None,
            row["unintended_segments"], int(row["criticality"]) if recorded else None,
        )
        for row in records(shown)
    ]  # fmt: skip
    columns = (
        tr("Segment"), tr("Pipes"), tr("Length (m)"), tr("Valves"), tr("Customers"),
        tr("Other segments cut off"), tr("Customers cut off"),
    )  # fmt: skip
    note = tr("A segment is named after its first pipe. Customers cut off include those of other segments.")
    return ReportSection(
        tr("Segments, the worst first"), table=ReportTable(columns, tuple(rows), decimals=0), note=note
    )


def _valves(ranking: SegmentRanking) -> ReportSection:
    shown = ranking.valves[ranking.valves["added_customers"] > 0].head(_MOST_ROWS)
    rows = [
        (
            row["node_id"],
            row["segments"].replace(";", ", "),
            int(row["added_customers"]),
            row["added_length_m"],
        )
        for row in records(shown)
    ]
    columns = (
        tr("Valve"),
        tr("Segments"),
        tr("More customers cut off when it fails"),
        tr("More length shut off (m)"),
    )
    return ReportSection(
        tr("Valves, the most important first"), table=ReportTable(columns, tuple(rows), decimals=0)
    )


def _findings(ranking: SegmentRanking) -> ReportSection | None:
    meaning = {
        ONE_SEGMENT: tr("Both sides lie in one segment: it separates nothing."),
        SINGLE: tr("Fewer than two pipes end at it."),
        MANY: tr("More than two pipes end at it: it separates all of them."),
    }
    odd = ranking.valves[ranking.valves["finding"].notna()].sort_values(["finding", "node_id"])
    if not len(odd):
        return None
    rows = [(node, meaning[finding]) for node, finding in zip(odd["node_id"], odd["finding"])]
    note = (
        tr("%n more valve(s) are in the table of valves.", "", len(rows) - _MOST_ROWS)
        if len(rows) > _MOST_ROWS
        else ""
    )
    table = ReportTable((tr("Valve"), tr("What is unusual")), tuple(rows[:_MOST_ROWS]))
    return ReportSection(tr("Valves to inspect"), table=table, note=note)


def segments_report(works: IsolationModel, ranking: SegmentRanking, *, network: str) -> Report:
    """Return the report of segments and valves.

    Parameters
    ----------
    works
        The network as it was made ready.
    ranking
        Its segments and valves.
    network
        Name of the network.
    """
    figures = figures_of(works, ranking)
    # Those of the pipes that water passes: halves have the number of their pipe.
    followed = np.unique(works.elements.half_of[works.segments.pipe >= 0])
    unjoined = works.surroundings.beside(followed[works.real[followed]])
    figures["unjoined"] = unjoined.rows
    notes = [tr("Hydraulics not checked: only connections were followed, no pressure or flow was computed.")]
    if figures["unsupplied_segments"]:
        notes.append(
            tr("%n segment(s) have no open path to a source even now.", "", figures["unsupplied_segments"])
        )
    if not figures[RECORDED]:
        notes.append(tr("No customers are recorded: who loses water is not known."))
    if figures["customers_by_place"]:
        notes.append(place_note(figures["customers_by_place"], works.settings))
    if figures["customers_without_pipe"]:
        notes.append(
            tr("Not counted in any segment, since no pipe in use is on record for them: %n customer(s).", "",
               figures["customers_without_pipe"])
        )  # fmt: skip
    if (ranking.valves["exact"] == "no").any():
        notes.append(
            tr(
                "In a network of this size, customers who depend on two segments together are not counted "
                "for valves; an isolation counts them."
            )
        )
    notes += unjoined.notes
    found = (
        ReportSection(tr("Points to note"), tuple(notes)),
        _segments(ranking, figures[RECORDED]),
        _valves(ranking),
        _findings(ranking),
    )
    return Report(
        title=tr("Segments between valves"),
        subtitle=network,
        lead=tr(
            "{valves} valves divide {length} km of pipes into {segments} segments; shutting off {cutting} of "
            "them cuts off others that are not shut off."
        ).format(
            valves=number(figures["valves"]),
            length=number(figures["length_m"] / 1000, 1),
            segments=number(figures["segments"]),
            cutting=number(figures["segments_that_cut_off_others"]),
        ),
        sections=tuple(section for section in found if section is not None),
        figures=figures,
    )
