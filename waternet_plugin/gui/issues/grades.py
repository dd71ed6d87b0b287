"""How good the data are, area by area, of the issues that are open now."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from waternet_plugin.core.colours import BAD, DOUBT, FAIR, GOOD, QUIET
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.panes.pane import paragraph
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.core.quality.grading import Grade

AREA_LINK = "area:"
_COLOURS = {"A": GOOD, "B": FAIR, "C": DOUBT, "D": BAD}


def grades_page(grades: tuple[Grade, ...]) -> str:
    """Return the grades as a table, the worst area first below the whole network."""
    if not grades:
        return paragraph(tr("There are no pipes to grade."))
    whole, areas = grades[0], sorted(grades[1:], key=lambda one: (-one.score, one.area_id))
    heads = (tr("Area"), tr("Grade"), tr("Errors"), tr("Warnings"), tr("Known"), "km")
    rows = ["<tr>" + "".join(_cell(html.escape(head), place, head=True) for place, head in enumerate(heads))]
    for one in (whole, *areas):
        name = html.escape(one.name or one.area_id or tr("Whole network"))
        if one.area_id:
            name = f'<a href="{AREA_LINK}{html.escape(one.area_id, quote=True)}">{name}</a>'
        colour = _COLOURS.get(one.grade, _COLOURS["D"])
        cells = (
            name,
            f'<b><span style="color:{colour}">{html.escape(one.grade)}</span></b>',
            amounts.number(one.errors),
            amounts.number(one.warnings),
            amounts.share(one.complete, 0),
            amounts.number(one.length_km, 1),
        )
        rows.append("<tr>" + "".join(_cell(cell, place) for place, cell in enumerate(cells)))
    note = tr(
        "A grade is the weight of errors and warnings per km of pipe; it is one grade worse where material, "
        "diameter and year are known for too few pipes."
    )
    table = "".join(f"{row}</tr>" for row in rows)
    return (
        paragraph(tr("Quality by area"), points=11, bold=True)
        + paragraph(note, faint=True)
        + f'<table cellspacing="0" cellpadding="2">{table}</table>'
    )


def _cell(inner: str, place: int, *, head: bool = False) -> str:
    side = "left" if place < 2 else "right"
    text = f'<span style="color:{QUIET}">{inner}</span>' if head else inner
    wrap = "" if place == 0 else " white-space: nowrap;"
    return f'<td align="{side}" style="padding-right: 8px;{wrap}">{text}</td>'
