"""The report of a matching: how many failures found their pipe, and how."""

from __future__ import annotations

from waternet_plugin.core.health.matching.matching import (
    AMBIGUOUS,
    MATCHED,
    ORPHAN,
    PREDECESSOR,
    STATES,
    MatchResult,
)
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def summary_lines(result: MatchResult) -> list[str]:
    """Return the matching in a few plain sentences."""
    counts = result.counts
    whole = sum(counts.values())
    if not whole:
        return [tr("There are no failures to match. Adopt them first.")]
    lines = [
        tr(
            "Of {whole} failures, {matched} are matched to a pipe, {predecessor} happened on a previous "
            "pipe, {ambiguous} are ambiguous and {orphan} have no pipe."
        ).format(
            whole=number(whole),
            matched=number(counts[MATCHED]),
            predecessor=number(counts[PREDECESSOR]),
            ambiguous=number(counts[AMBIGUOUS]),
            orphan=number(counts[ORPHAN]),
        )
    ]
    if result.unknown_ids:
        lines.append(
            tr(
                "Failures that refer to a pipe which is not in the network: {count}. Pipes taken out of "
                "service are missing; adopt them with their retirement date and match again."
            ).format(count=number(result.unknown_ids))
        )
    if result.undated:
        lines.append(
            tr("Failures without a date: {count}. They are kept but not counted in any rate.").format(
                count=number(result.undated)
            )
        )
    return lines


def matching_report(result: MatchResult, *, network: str) -> Report:
    """Return the report of a matching.

    Parameters
    ----------
    result
        The matching.
    network
        Name of the network.
    """
    meaning = {
        MATCHED: tr("Counted in the record of its pipe."),
        AMBIGUOUS: tr("Several pipes are equally near: counted in their cohort, not on any pipe."),
        PREDECESSOR: tr("Older than the pipe at that location: not counted on any pipe."),
        ORPHAN: tr("Its pipe is not in the network: not counted on any pipe."),
    }
    states = domain("match_state")
    methods = domain("match_method")
    whole = max(sum(result.counts.values()), 1)
    lines = summary_lines(result)
    sections = (
        ReportSection(
            tr("Failures by result"),
            table=ReportTable(
                (tr("Result"), tr("Failures"), tr("Share, %"), tr("What it means")),
                tuple(
                    (
                        states[state].label,
                        result.counts[state],
                        100.0 * result.counts[state] / whole,
                        meaning[state],
                    )
                    for state in STATES
                ),
            ),
        ),
        ReportSection(
            tr("How pipes were found"),
            paragraphs=(
                tr(
                    "A reported pipe id decides. Without one, a failure is assigned to the nearest pipe in "
                    "service at the time within {radius} m, with pipes of its street first."
                ).format(radius=f"{result.radius_m:g}"),
            ),
            table=ReportTable(
                (tr("Matched"), tr("Failures")),
                tuple((methods[method].label, count) for method, count in result.by_method.items()),
            ),
            note=tr("Failures without a location: {count}.").format(count=number(result.unplaced)),
        ),
        ReportSection(
            tr("Distance of matched failures from their pipe"),
            table=ReportTable(
                (tr("Share of failures, %"), tr("Within, m")),
                tuple((int(share), distance) for share, distance in result.distances_m.items()),
            ),
            note=tr("Large distances of failures that have an id suggest wrong ids or locations."),
        ),
    )
    return Report(
        title=tr("Failures matched to pipes"),
        subtitle=network,
        lead=lines[0],
        sections=(ReportSection(tr("What to know"), tuple(lines[1:])), *sections) if lines[1:] else sections,
        figures=figures_of(result),
    )


def figures_of(result: MatchResult) -> dict[str, object]:
    """Return every number of a matching by name."""
    return {
        "failures": sum(result.counts.values()),
        **result.counts,
        "matched_by_id": result.by_method["id"],
        "matched_by_distance": result.by_method["distance"],
        "matched_share": result.matched_share,
        "unknown_ids": result.unknown_ids,
        "without_date": result.undated,
        "without_place": result.unplaced,
        "radius_m": result.radius_m,
        "distance_m": {f"p{share}": distance for share, distance in result.distances_m.items()},
    }
