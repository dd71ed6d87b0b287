"""Draw what the sheet of a project says under its map: why, what it costs, whom it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.atlas.pages.page_layout import Box
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.pages.pen import Pen
from waternet_plugin.atlas.pages.printed_tables import PrintedColumn
from waternet_plugin.core.colours import NOTE, PALE, SEVERE
from waternet_plugin.core.frames import records
from waternet_plugin.core.renewal.dossiers import Dossier
from waternet_plugin.core.reports.document import length, number
from waternet_plugin.core.reports.renewal.project_list import label_of, old_materials, span

HEADING_MM, LINE_MM = 5.4, 4.3
_HEADING_TEXT, _TEXT = 3.0, 2.6
_INDENT = 3.2
_BARS_MM, _MOST_BARS = 15.0, 30
BAR = SEVERE
_NAMED = 6


@dataclass(frozen=True)
class SheetBasis:
    """What all sheets rest on.

    Attributes
    ----------
    plan_id, run_id
        Plan and assessment.
    as_of, window_start
        Day of the assessment, and from which on all failures were recorded; NaT for unknown.
    horizon_years
        Over which the assessment looks ahead.
    currency
        Of all money.
    discount
        Saving in a year of road works, 0 to 1.
    """

    plan_id: str
    run_id: str
    as_of: pd.Timestamp
    window_start: pd.Timestamp
    horizon_years: float
    currency: str
    discount: float


def heading(pen: Pen, box: Box, text: str) -> float:
    """Write a heading over a line and return where it ends."""
    pen.text(Box(box.x, box.y, box.width, HEADING_MM - 1.0), text, _HEADING_TEXT, bold=True)
    pen.line(box.x, box.y + HEADING_MM - 0.6, box.right, box.y + HEADING_MM - 0.6, width=0.25)
    return box.y + HEADING_MM


def pairs(pen: Pen, box: Box, rows: Sequence[tuple[str, str]], *, strong: Sequence[int] = ()) -> float:
    """Write names at the left and values at the right, long ones on several lines; return where they end."""
    y = box.y
    for index, (name, value) in enumerate(rows):
        bold = index in strong
        caption = pen.text_width(name, _TEXT) + 3.0
        lines = pen.wrapped(value, box.width - caption, _TEXT, bold=bold)
        pen.text(Box(box.x, y, caption, LINE_MM), name, _TEXT, color=NOTE)
        for line in lines:
            right = Box(box.x + caption, y, box.width - caption, LINE_MM)
            pen.text(right, line, _TEXT, align="right", bold=bold)
            y += LINE_MM
        pen.line(box.x, y, box.right, y, width=0.08, color=PALE)
    return y


def draw_why(pen: Pen, box: Box, dossier: Dossier, basis: SheetBasis, words: PageWords) -> float:
    """Write the reasons, then the failures by year; return where they end."""
    y = heading(pen, box, words("why")) + 0.6
    for index, reason in enumerate(dossier.reasons, start=1):
        pen.text(Box(box.x, y, _INDENT, LINE_MM), str(index), _TEXT, bold=True, color=BAR)
        sentence = reason[:1].upper() + reason[1:]
        for line in pen.wrapped(sentence, box.width - _INDENT, _TEXT):
            pen.text(Box(box.x + _INDENT, y, box.width - _INDENT, LINE_MM), line, _TEXT)
            y += LINE_MM
    y += 1.4
    y = _draw_failures(pen, Box(box.x, y, box.width, _BARS_MM), dossier, basis, words) + 1.0
    if basis.horizon_years != basis.horizon_years:
        return y
    expected = words("expected_failures").format(years=f"{basis.horizon_years:g}")
    return pairs(pen, Box(box.x, y, box.width, 0.0), [(expected, number(dossier.expected, 1))])


def _draw_failures(pen: Pen, box: Box, dossier: Dossier, basis: SheetBasis, words: PageWords) -> float:
    """Draw a bar for each year with failures on record."""
    text = words("failures_by_year") if len(dossier.failures) else words("no_failures")
    pen.text(Box(box.x, box.y, box.width, LINE_MM), text, _TEXT, color=NOTE)
    if dossier.failures.empty:
        return box.y + LINE_MM
    counts = dossier.failures["date"].dt.year.value_counts()
    last = max(int(basis.as_of.year), int(counts.index.max()))
    start = basis.window_start.year if basis.window_start == basis.window_start else counts.index.min()
    first = max(min(int(start), int(counts.index.min())), last - _MOST_BARS + 1)
    step = box.width / (last - first + 1)
    most, foot = max(int(counts.max()), 2), box.bottom - 3.0
    high = foot - box.y - LINE_MM - 3.0
    pen.line(box.x, foot, box.right, foot, width=0.15, color=NOTE)
    for year in range(first, last + 1):
        count = int(counts.get(year, 0))
        left = box.x + (year - first) * step
        if count:
            top = foot - high * count / most
            pen.rectangle(Box(left + 0.15 * step, top, 0.7 * step, foot - top), width=0, fill=BAR)
            pen.text(Box(left, top - 2.8, step, 2.6), str(count), 2.2, align="center", bold=True)
        if year in (first, last) or (year % 5 == 0 and min(year - first, last - year) * step > 7.0):
            pen.text(Box(left - 4.0, foot + 0.3, step + 8.0, 2.6), str(year), 2.0, align="center", color=NOTE)
    return box.bottom


def draw_cost(pen: Pen, box: Box, dossier: Dossier, basis: SheetBasis, words: PageWords) -> float:
    """Write cost and who pays, method and material; return where they end."""
    y = heading(pen, box, words("cost")) + 0.4
    row = dossier.project
    metres, cost = float(row["length_m"]), float(row["cost"])

    def money(value: float) -> str:
        return f"{number(value)} {basis.currency}"

    rows = [(words("cost_total"), money(cost))]
    parties = dossier.parties
    if sum(value > 0 for value in parties.values()) > 1:
        rows += [(words(f"pays_{party}"), money(value)) for party, value in parties.items()]
    elif parties:
        payer = max(parties, key=lambda party: parties[party])
        rows.append((words(f"pays_{payer}"), "100 %"))
    if metres > 0:
        rows.append((words("cost_metre"), money(cost / metres)))
    if row["benefit"] == row["benefit"]:
        rows.append((words("benefit"), money(float(row["benefit"]))))
    pipes = dossier.pipes
    old = words.listed(old_materials(pipes))
    laid = span(pipes["install_year"])
    rows += [
        (words("length"), length(metres)),
        (words("diameter"), span(pipes["diameter_mm"]) or words("not_recorded")),
        (words("material"), f"{old} {laid}".strip() or words("not_recorded")),
        (words("new_material"), label_of("material", row["material"])),
        (words("method"), label_of("renewal_method", row["method"])),
    ]
    return pairs(pen, Box(box.x, y, box.width, 0.0), rows, strong=(0,))


def draw_touched(pen: Pen, box: Box, dossier: Dossier, basis: SheetBasis, words: PageWords) -> float:
    """Write whom and what the works touch; return where they end."""
    y = heading(pen, box, words("touched")) + 0.4
    customers = dossier.customers
    named = customers.critical[:_NAMED]
    more = len(customers.critical) - len(named)
    unnamed = words("none" if customers.critical_known else "not_recorded")
    critical = words.listed(named) + (f" {words('and_more').format(n=more)}" if more > 0 else "")
    rows = [(words("customers"), words("no_customers"))]
    if customers.is_recorded:
        rows = [
            (words("customers"), number(customers.count)),
            (words("households"), number(customers.households)),
            (words("critical_users"), critical or unnamed),
        ]
    for work in dossier.works:
        text = f"{work.year} {work.name}".strip()
        if work.year == dossier.year and basis.discount > 0:
            sentence = words("road_works_same").format(percent=f"{100 * basis.discount:g}")
        else:
            sentence = words("road_works_share").format(percent=f"{100 * work.share:.0f}")
        rows.append((words("road_works"), f"{text}{words.comma}{sentence}"))
    if not dossier.works:
        rows.append((words("road_works"), words("none")))
    return pairs(pen, Box(box.x, y, box.width, 0.0), rows)


def pipe_columns(words: PageWords, currency: str) -> tuple[PrintedColumn, ...]:
    """Return the columns of the table of pipes."""
    return (
        PrintedColumn(words("number"), 8),
        PrintedColumn(words("pipe"), 24),
        PrintedColumn(words("diameter"), 10, numeric=True),
        PrintedColumn(words("material"), 28),
        PrintedColumn(words("year_laid"), 12, numeric=True),
        PrintedColumn(words("length") + ", m", 15, numeric=True),
        PrintedColumn(words("failures"), 14, numeric=True),
        PrintedColumn(words("rate"), 14, numeric=True),
        PrintedColumn(words("health_class"), 26),
        PrintedColumn(f"{words('cost')}, {currency}", 24, numeric=True),
    )


def pipe_rows(dossier: Dossier) -> list[tuple[str, ...]]:
    """Return the rows of the table of pipes."""

    def whole(value: float) -> str:
        return "" if value != value else f"{value:.0f}"

    return [
        (
            str(row["number"]),
            str(row["pipe_id"]),
            whole(row["diameter_mm"]),
            label_of("material", row["material"]),
            whole(row["install_year"]),
            number(row["length_m"], 1),
            str(int(row["failures"])) if row["failures"] else "",
            "" if row["rate"] != row["rate"] else number(row["rate"], 1),
            label_of("health_class", row["class"]),
            "" if row["cost"] != row["cost"] else number(row["cost"]),
        )
        for row in records(dossier.pipes.drop(columns="geom"))
    ]
