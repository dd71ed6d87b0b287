"""A plot: a sentence, a drawing, its source and its numbers; painted to PNG or SVG."""

from __future__ import annotations

import importlib.util
import io
import re
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.colours import NOTE, TEXT
from waternet_plugin.core.units import INCH_MM, INCH_PT
from waternet_plugin.gui.plots import plot_fonts
from waternet_plugin.paths import ROOT

# The figure that a plot is about.
FIGURE = {"fontweight": "semibold", "color": TEXT}
BAR_WIDTH = 0.7
MOST_TICKS = 6
WIDTH_MM, HEIGHT_MM = 160.0, 90.0
LABEL_PT = 8.0
_TITLE_PT, _SOURCE_PT = 10.5, 7.0
_MARGIN_PT = 9.0
_STYLE = ROOT / "styles" / "waternet.mplstyle"
# Signs of Chinese may be parted anywhere, words only at blanks.
_PIECES = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|\s+|[^\s\u3000-\u9fff\uff00-\uffef]+")
# matplotlib keeps its settings for the whole process.
_lock = threading.Lock()


@dataclass(frozen=True)
class Plot:
    """What one plot shows.

    ``title`` says it as a sentence, ``draw`` draws it on axes of matplotlib, ``source`` names source and
    date; ``columns`` and ``rows`` are its numbers, ``name`` the stem of its file.
    """

    name: str
    title: str
    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    draw: Callable[[Any], None]


def annotate(
    axes: Any,
    text: str,
    at: tuple[float, float],
    offset_pt: tuple[float, float],
    *,
    sides: tuple[str, str],
    **style: Any,
) -> None:
    """Write a small text beside a point of the data; ``sides`` of the text, across and up, meet the point."""
    across, up = sides
    style = {"fontsize": LABEL_PT, "color": NOTE, **style}
    axes.annotate(text, at, xytext=offset_pt, textcoords="offset points", ha=across, va=up, **style)


def can_draw() -> bool:
    """Say whether matplotlib is there; nothing is imported."""
    return importlib.util.find_spec("matplotlib") is not None


def wrapped(figure: Any, text: str, points: float, width_px: float) -> str:
    """Return a text broken into lines that fit a width."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()

    def width(line: str) -> float:
        probe = figure.text(0, 0, line, fontsize=points, fontweight="semibold")
        found = float(probe.get_window_extent(renderer).width)
        probe.remove()
        return found

    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and width((lines[-1] + piece).rstrip()) > width_px:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)


def _lay_out(figure: Any, plot: Plot, *, with_source: bool, with_title: bool) -> None:
    """Set title and source, and give the axes what is left between them."""
    width_px = figure.get_figwidth() * figure.dpi
    height_pt = figure.get_figheight() * INCH_PT
    margin = _MARGIN_PT / (figure.get_figwidth() * INCH_PT)
    title = wrapped(figure, plot.title if with_title else "", _TITLE_PT, width_px * (1 - 2 * margin))
    figure.text(
        margin,
        1 - _MARGIN_PT / height_pt,
        title,
        fontsize=_TITLE_PT,
        fontweight="semibold",
        ha="left",
        va="top",
        color=TEXT,
    )
    if with_source:
        low = _MARGIN_PT / 2 / height_pt
        figure.text(margin, low, plot.source, fontsize=_SOURCE_PT, color=NOTE, va="bottom")
    lines = len(title.split("\n")) if with_title else 0
    head = (_MARGIN_PT + 1.35 * _TITLE_PT * lines + (6 if with_title else 0)) / height_pt
    foot = (_MARGIN_PT / 2 + (_SOURCE_PT + 8 if with_source else 0)) / height_pt
    figure.tight_layout(rect=(margin / 2, foot, 1 - margin / 2, 1 - head), pad=0.2)


def render(
    plot: Plot,
    kind: str,
    *,
    width_mm: float = WIDTH_MM,
    height_mm: float = HEIGHT_MM,
    dots_per_inch: float = 300.0,
    with_source: bool = True,
    with_title: bool = True,
) -> bytes:
    """Return a plot as a file.

    Parameters
    ----------
    plot
        What to draw.
    kind
        ``png`` or ``svg``.
    width_mm, height_mm
        Size on paper.
    dots_per_inch
        Of the PNG.
    with_source
        Say source and date below; what is on paper always does.
    with_title
        Say the sentence above, unless a text beside the plot does.
    """
    from matplotlib import rc_context, rcParams, style
    from matplotlib.figure import Figure

    stream = io.BytesIO()
    # A machine without Chinese fonts draws boxes; a warning a sign would tell nobody more.
    with _lock, warnings.catch_warnings(), rc_context(), style.context(str(_STYLE)):
        warnings.simplefilter("ignore", UserWarning)
        rcParams["font.family"] = plot_fonts.families()
        figure = Figure(figsize=(width_mm / INCH_MM, height_mm / INCH_MM), dpi=dots_per_inch)
        plot.draw(figure.add_subplot())
        _lay_out(figure, plot, with_source=with_source, with_title=with_title)
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(stream, format=kind, dpi=dots_per_inch, metadata=metadata)
    return stream.getvalue()
