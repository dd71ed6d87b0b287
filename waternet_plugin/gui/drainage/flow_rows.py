"""Inferred flow as it is listed and drawn: undetermined drains, drains that are drawn against their flow."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, CAUTION, GREY, INK, QUIET
from waternet_plugin.core.drainage.inference.pipe_directions import MIN_CONFIDENCE
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, REVERSE, UNDETERMINED
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import ARROW, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.operations.drainage.infer_direction import DirectionResult

_UNKNOWN, _UNKNOWN_PX = GREY, 3
AGAINST, HALO = INK, CAUTION
_CHOSEN, _CHOSEN_PX = ACCENT, 8
# More signs than a map can be read with.
_MOST_MARKS = 400


@dataclass(frozen=True)
class InferredFlow:
    """What was inferred: sentences, drains to look at, flow and reasons of every drain, lines and signs.

    ``to_check`` are those whose flow is undetermined or overrules strong evidence, and those that flow
    another way than traces used.

    ``of`` has flow, confidence and reasons by pipe; ``calibration`` low, high, drains, right a row.
    """

    lines: tuple[str, ...]
    undetermined: int
    to_check: list[dict[str, Any]]
    of: dict[str, tuple[str, float, str]]
    calibration: list[dict[str, Any]] = field(default_factory=list)
    drawn: tuple[tuple[OverlayLine, ...], tuple[OverlayMark, ...]] = ((), ())


def columns() -> tuple[TableColumn, ...]:
    """Return what the list shows of a drain; its reasons stand below once it is picked, and in a tip."""
    pipe = table("pipe")
    return (
        TableColumn("pipe_id", pipe.field("pipe_id").label, width=84, fills=True, tip=_reasons),
        TableColumn("flow", pipe.field("flow").label, width=110, tip=_reasons),
        TableColumn("confidence", tr("Confidence"), decimals=2, width=64, tip=_reasons),
    )


def _reasons(row: dict[str, Any]) -> str:
    return str(row["reasons"])


def inferred_flow(result: DirectionResult) -> InferredFlow:
    """Return what pane and map show of inferred flow."""
    from waternet_plugin.core.frames import records

    frame = result.told.frame
    unknown = (frame["flow"] == FLOW_OF_SENSE[UNDETERMINED]).to_numpy(dtype=bool)
    shapes = result.drains["geom"].to_numpy()
    overruled, changed = result.told.found.overruled, frame["changed"].to_numpy(dtype=bool)
    rows: list[dict[str, Any]] = []
    for mask in (overruled, unknown & ~overruled, changed & ~unknown & ~overruled):
        for row, shape in zip(records(frame[mask]), shapes[mask]):
            is_open = row["flow"] == FLOW_OF_SENSE[UNDETERMINED]
            # What is recorded as undetermined was not inferred.
            stays = is_open and row["confidence"] >= MIN_CONFIDENCE
            told = domain("flow")[row["flow"]].label
            rows.append(
                {**row, "flow": told, "confidence": None if stays else row["confidence"], "shape": shape}
            )
    return InferredFlow(
        tuple(result.lines),
        int(unknown.sum()),
        rows,
        dict(zip(frame["pipe_id"], zip(frame["flow"], frame["confidence"], frame["reasons"]))),
        list(result.report.figures["calibration"]) if result.report is not None else [],
        _drawn(frame, shapes, unknown),
    )


def _drawn(frame: Any, shapes: Any, unknown: Any) -> tuple[tuple[OverlayLine, ...], tuple[OverlayMark, ...]]:
    """Return undetermined drains dashed with a question mark, and arrows where drains are drawn backwards."""
    from waternet_plugin.core.shapes.wkb import lines_wkb

    dashes = lines_wkb(shapes[unknown])
    lines = () if dashes is None else (OverlayLine(dashes, _UNKNOWN, _UNKNOWN_PX, is_dashed=True),)
    against = (frame["flow"] == FLOW_OF_SENSE[REVERSE]).to_numpy(dtype=bool)
    signs = [
        OverlayMark(x, y, AGAINST, ARROW, angle_deg=(angle + 180) % 360, halo=HALO)
        for x, y, angle in map(middle, shapes[against][:_MOST_MARKS])
    ]
    signs += [
        OverlayMark(x, y, _UNKNOWN, RING, "?", scale=0.7)
        for x, y, _angle in map(middle, shapes[unknown][:_MOST_MARKS])
    ]
    return lines, tuple(signs)


def middle(shape: Any) -> tuple[float, float, float]:
    """Return the middle of a line and its angle there as drawn, degrees from east to north."""
    import shapely

    line = shapely.force_2d(shape)
    here = shapely.line_interpolate_point(line, 0.5, normalized=True)
    before, behind = (shapely.line_interpolate_point(line, share, normalized=True) for share in (0.49, 0.51))
    return here.x, here.y, math.degrees(math.atan2(behind.y - before.y, behind.x - before.x))


def chosen_line(row: dict[str, Any]) -> OverlayLine:
    """Return the drain of a row as it is marked."""
    import shapely

    from waternet_plugin.core.shapes.wkb import to_wkb

    return OverlayLine(to_wkb(shapely.force_2d(row["shape"])), _CHOSEN, _CHOSEN_PX)


def _share(right: float | None) -> str:
    return "–" if right is None else amounts.number(100 * right, 1)


def calibration_text(found: InferredFlow) -> str:
    """Return as HTML how far a confidence holds in this network."""
    if not found.calibration:
        return ""
    from waternet_plugin.core.reports.drainage.direction import confidence_band

    head = "".join(
        f'<td align="{side}">{html.escape(word)}</td>'
        for side, word in (("left", tr("Confidence")), ("right", tr("Drains")), ("right", tr("Right, %")))
    )
    body = "".join(
        f"<tr><td>{html.escape(confidence_band(row['low'], row['high'], row['right']))}</td>"
        f'<td align="right">{amounts.number(row["drains"])}</td>'
        f'<td align="right"><b>{_share(row["right"])}</b></td></tr>'
        for row in found.calibration
    )
    title = html.escape(tr("How far a confidence holds here"))
    note = html.escape(
        tr("The inverts of half of the drains that fall clearly were hidden and their flow asked again.")
    )
    return (
        f'<p style="font-weight:600; margin:4px 0 2px 0">{title}</p>'
        f'<table width="100%" cellpadding="1"><tr>{head}</tr>{body}</table>'
        f'<p style="margin:2px 0 0 0; color:{QUIET}">{note}</p>'
    )
