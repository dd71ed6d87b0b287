"""A run of SWMM as it is drawn and told: drains by their filling, manholes that are surcharged."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.colours import SEVERE
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.overlay import LABEL, RING, OverlayLine, OverlayMark
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.hydraulics.run_depths import RunDepths

_RUN_PX = 5
# Surcharged nodes that are ringed, that are labelled, and that the text lists.
_MOST_RINGS, _MOST_LABELS, _MOST_LISTED = 400, 5, 8


def run_lines(run: RunDepths) -> list[OverlayLine]:
    """Return the drains of a run in the colours of their filling, full ones last."""
    look = Look("screen", texts.language())
    return [OverlayLine(lines, look.colour(f"filling.{code}"), _RUN_PX) for code, lines in run.lines.items()]


def run_marks(run: RunDepths) -> list[OverlayMark]:
    """Return rings at surcharged nodes, with the hours of those that are surcharged longest."""
    marks = [OverlayMark(*xy, SEVERE, RING, scale=0.6) for _id, xy, _h, _m in run.surcharged[:_MOST_RINGS]]
    for _id, xy, hours, _depth_m in run.surcharged[:_MOST_LABELS]:
        label = tr("{hours} h").format(hours=amounts.number(hours, 1))
        marks.append(OverlayMark(*xy, SEVERE, LABEL, f"{label}\n\n", scale=0.9))
    return marks


def run_headline(run: RunDepths) -> str:
    """Return what the run comes to, in one short sentence."""
    return tr("%n node(s) are surcharged for a time.", "", len(run.surcharged))


def run_text(run: RunDepths) -> str:
    """Return as HTML what the colours mean, and which nodes are surcharged longest."""
    parts = [
        pane.paragraph(
            tr("Highest filling: light blue below 50 %, blue to 80 %, yellow above, dark red full.")
        ),
        *(pane.paragraph(line) for line in run.summary if line != run_headline(run)),
    ]
    rows = "".join(
        f'<tr><td>{html.escape(name)}</td><td align="right">{amounts.number(hours, 2)}</td>'
        f'<td align="right">{amounts.number(depth_m, 2)}</td></tr>'
        for name, _xy, hours, depth_m in run.surcharged[:_MOST_LISTED]
    )
    heads = (("left", tr("Node")), ("right", tr("Surcharge (h)")), ("right", tr("Depth of water (m)")))
    head = "".join(f'<td align="{side}">{html.escape(word)}</td>' for side, word in heads)
    table = f'<table width="100%" cellpadding="1"><tr>{head}</tr>{rows}</table>'
    return "".join(parts) + (table if rows else "")
