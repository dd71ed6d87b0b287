"""The report of inferred flow: how many drains, how far the drawing counts, how a confidence holds."""

from __future__ import annotations

import math
from typing import Any

from waternet_plugin.core.drainage.inference.pipe_directions import CalibrationRow, PipeDirections
from waternet_plugin.core.frames import records
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number, percent
from waternet_plugin.core.texts import shortened, tr

_MOST_ROWS = 50


def figures_of(told: PipeDirections) -> dict[str, Any]:
    """Return every number of the flow by name."""
    found = told.found
    return {
        "drains": len(told.frame),
        "forward": told.by_flow.get("forward", 0),
        "reverse": told.by_flow.get("reverse", 0),
        "undetermined": told.undetermined,
        "changed": told.changed,
        "reversed_to_reach": int(found.reversed_to_reach.sum()),
        "overruled": int(found.overruled.sum()),
        "nodes_without_exit": int(found.stranded.sum()),
        "dry_exits": list(told.dry_exits),
        "drawn_right": None if math.isnan(found.drawn_right) else found.drawn_right,
        "drawn_of": found.drawn_of,
    }


def summary_lines(told: PipeDirections) -> list[str]:
    """Return the flow in a few plain sentences."""
    figures = figures_of(told)
    lines = [
        tr(
            "Of {drains} drains in use, {forward} flow as drawn, {reverse} the other way, and of "
            "{undetermined} the flow is not determined. {changed} differ from what traces used."
        ).format(
            **{
                name: number(figures[name])
                for name in ("drains", "forward", "reverse", "undetermined", "changed")
            }
        )
    ]
    if figures["drawn_right"] is None:
        lines.append(
            tr("No drain has inverts that fall clearly: how far the drawing may be trusted is unknown.")
        )
    else:
        text = tr("Of the {count} drains whose inverts fall clearly, {share} % are drawn downhill.")
        lines.append(text.format(share=percent(figures["drawn_right"]), count=number(figures["drawn_of"])))
    if figures["nodes_without_exit"]:
        text = tr("{count} nodes reach no outfall or plant whichever way drains run.")
        lines.append(text.format(count=number(figures["nodes_without_exit"])))
    if figures["overruled"]:
        text = tr(
            "Strong evidence is overruled at %n drain(s): {pipes}. Check on site.", "", figures["overruled"]
        )
        names = told.frame.loc[told.found.overruled, "pipe_id"].astype(str)
        lines.append(text.format(pipes=shortened(sorted(names))))
    if told.dry_exits:
        text = tr("No drain leads to %n outfall(s) or plant(s): {nodes}.", "", len(told.dry_exits))
        lines.append(text.format(nodes=shortened(told.dry_exits)))
    return lines


def confidence_band(low: float, high: float, right: float | None) -> str:
    """Return the words for drains that were called with a confidence of some range, or not at all."""
    return tr("undetermined") if right is None else f"{low:g}–{high:g}"


def direction_report(told: PipeDirections, held: list[CalibrationRow], *, network: str) -> Report:
    """Return the report of inferred flow.

    Parameters
    ----------
    told
        The flow.
    held
        How a confidence holds, as `pipe_directions.calibration` measured it.
    network
        Name of the network.
    """
    lines = summary_lines(told)
    figures = {**figures_of(told), "calibration": [vars(row) for row in held]}
    sections = [ReportSection(tr("What to know"), tuple(lines[1:]))]
    if held:
        rows = tuple(
            (
                confidence_band(row.low, row.high, row.right),
                row.drains,
                "–" if row.right is None else 100 * row.right,
            )
            for row in held
        )
        sections.append(
            ReportSection(
                tr("How far a confidence holds here"),
                table=ReportTable((tr("Confidence"), tr("Drains"), tr("Right, %")), rows),
                note=tr(
                    "The inverts of half of the drains that fall clearly were hidden and their flow asked "
                    "again."
                ),
            )
        )
    odd = told.frame[told.found.overruled].head(_MOST_ROWS)
    if len(odd):
        rows = tuple((row["pipe_id"], row["confidence"], row["reasons"]) for row in records(odd))
        columns = (tr("Pipe"), tr("Confidence"), tr("Reasons"))
        sections.append(
            ReportSection(tr("Strong evidence overruled"), table=ReportTable(columns, rows, decimals=2))
        )
    return Report(
        title=tr("Flow of drains"), subtitle=network, lead=lines[0], sections=tuple(sections), figures=figures
    )
