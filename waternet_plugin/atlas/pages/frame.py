"""Draw the frame of the map: neat line, coordinates every 10 cm of paper, north arrow."""

from __future__ import annotations

import math
from dataclasses import dataclass

from waternet_plugin.atlas.pages.page import Imprint, SheetPage
from waternet_plugin.atlas.pages.page_layout import Box, PagePlan
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import SMALLEST_TEXT_MM, Pen
from waternet_plugin.core.colours import INK, NOTE, WHITE

_TICK_STEP_MM = 100.0


def coordinate(value: float) -> str:
    """Write a coordinate in whole metres, or as fine as it is."""
    return f"{value:.0f}" if abs(value - round(value)) < 1e-6 else f"{value:.2f}".rstrip("0")


def _ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of a step strictly between two coordinates."""
    first = math.floor(low / step + 1e-9) + 1
    last = math.ceil(high / step - 1e-9) - 1
    return [index * step for index in range(first, last + 1)]


@dataclass(frozen=True)
class _Written:
    """A coordinate at the edge of the frame."""

    box: Box
    text: str
    align: str


def _ticks_of(plan: PagePlan, imprint: Imprint, page: SheetPage) -> tuple[list[tuple[float, float]], ...]:
    """Return the coordinates every 10 cm of paper and where they are on it: eastings, northings."""
    west, south, east, north = page.bounds
    per_mm = imprint.scale / 1000.0
    step = _TICK_STEP_MM * per_mm
    eastings = [(value, plan.frame.x + (value - west) / per_mm) for value in _ticks(west, east, step)]
    northings = [(value, plan.frame.y + (north - value) / per_mm) for value in _ticks(south, north, step)]
    return eastings, northings


def _coordinates(plan: PagePlan, imprint: Imprint, page: SheetPage) -> list[_Written]:
    """Return the coordinates to write along the inside of the frame, where there is room for them."""
    frame = plan.frame
    eastings, northings = _ticks_of(plan, imprint, page)
    written = []
    for value, x in eastings:
        for y in (frame.y + 2.2, frame.bottom - 4.8):
            written.append(_Written(Box(x - 8.0, y, 16.0, 2.6), coordinate(value), "center"))
    for value, y in northings:
        for x, align in ((frame.x + 2.5, "left"), (frame.right - 18.5, "right")):
            written.append(_Written(Box(x, y - 1.3, 16.0, 2.6), coordinate(value), align))
    return [
        each
        for each in written
        if frame.x < each.box.x
        and each.box.right < frame.right
        and frame.y < each.box.y
        and each.box.bottom < frame.bottom
        and not (imprint.north_arrow and _overlap(each.box, _north_box(plan)))
    ]


def _overlap(first: Box, second: Box) -> bool:
    return (
        first.x < second.right
        and second.x < first.right
        and first.y < second.bottom
        and second.y < first.bottom
    )


def _north_box(plan: PagePlan) -> Box:
    return Box(plan.frame.right - 13.0, plan.frame.y + 3.0, 10.0, 10.0)


def label_free_boxes(
    plan: PagePlan, imprint: Imprint, page: SheetPage
) -> list[tuple[float, float, float, float]]:
    """Return what the frame writes over the map, as xmin, ymin, xmax, ymax on the ground."""
    boxes = [each.box for each in _coordinates(plan, imprint, page)]
    if imprint.north_arrow:
        boxes.append(_north_box(plan))
    west, _, _, north = page.bounds
    per_mm = imprint.scale / 1000.0
    return [
        (
            west + (box.x - plan.frame.x) * per_mm,
            north - (box.bottom - plan.frame.y) * per_mm,
            west + (box.right - plan.frame.x) * per_mm,
            north - (box.y - plan.frame.y) * per_mm,
        )
        for box in boxes
    ]


def draw_frame(pen: Pen, plan: PagePlan, imprint: Imprint, page: SheetPage, words: PageWords) -> None:
    """Draw the neat line, the coordinates every 10 cm of paper, and the north arrow."""
    frame = plan.frame
    eastings, northings = _ticks_of(plan, imprint, page)
    for _, x in eastings:
        for _, y in northings:
            pen.line(x - 1.5, y, x + 1.5, y, width=0.12, color=NOTE)
            pen.line(x, y - 1.5, x, y + 1.5, width=0.12, color=NOTE)
    for _, x in eastings:
        pen.line(x, frame.y, x, frame.y + 2.0, width=0.2)
        pen.line(x, frame.bottom - 2.0, x, frame.bottom, width=0.2)
    for _, y in northings:
        pen.line(frame.x, y, frame.x + 2.0, y, width=0.2)
        pen.line(frame.right - 2.0, y, frame.right, y, width=0.2)
    for each in _coordinates(plan, imprint, page):
        pen.text(each.box, each.text, SMALLEST_TEXT_MM, align=each.align, halo=True)
    pen.rectangle(frame, width=0.5)
    if imprint.north_arrow:
        _draw_north(pen, _north_box(plan), words("north"))


def _draw_north(pen: Pen, box: Box, letter: str) -> None:
    """Draw the north arrow: the letter over a needle, on white."""
    middle = box.x + box.width / 2.0
    pen.rectangle(box, width=0, fill=WHITE)
    pen.text(Box(box.x, box.y + 0.2, box.width, 3.0), letter, 3.0, align="center", bold=True)
    top, low, notch = box.y + 3.4, box.bottom - 0.4, box.bottom - 2.0
    pen.polygon([(middle, top), (middle - 2.2, low), (middle, notch)], fill=INK)
    pen.polygon([(middle, top), (middle + 2.2, low), (middle, notch)], fill=WHITE)
