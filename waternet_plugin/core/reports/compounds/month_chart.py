"""The month as a drawing (SVG): hours of each crew and day as bars, the rate of cleaned drains as a line."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.colours import ACCENT, DISTINCT, FAINT, NOTE, TEXT
from waternet_plugin.core.texts import tr

_WIDTH, _HEIGHT = 700.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 50.0, 14.0, 58.0
_GAP = 0.15
# The first colour belongs to the line of the rate, and what is wrong has the second.
_CREW_COLOURS = (*DISTINCT[2:], DISTINCT[1])
_LEAST_LABEL = 24.0


@dataclass(frozen=True)
class MonthChart:
    """What the chart of a month shows.

    Parameters
    ----------
    days
        Its days of work (d,), datetime64[D].
    crews
        Their names (c,).
    hours
        Hours of each crew and day (c, d).
    rate
        Share of the length of drains that is cleaned by the end of each day (d,).
    needed
        The share that is wanted.
    """

    days: Array
    crews: Sequence[str]
    hours: Array
    rate: Array
    needed: float


def month_chart(month: MonthChart, *, title: str) -> str:
    """Return the drawing; ``title`` is for those who can't see it."""
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    most_h = _round_up(float(month.hours.sum(axis=0).max(initial=0.0)))
    most_rate = _round_up(100 * max(1.2 * month.needed, float(month.rate.max(initial=0.0)))) / 100
    step = wide / max(len(month.days), 1)
    size = f'viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" width="{_WIDTH:g}" font-size="11" fill="{NOTE}"'
    label = f"<title>{html.escape(title)}</title>"
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>{label}']
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _TOP + high * (1 - share)
        parts.append(
            f'<line x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}" stroke="{FAINT}"/>'
        )
        hours = tr("{hours} h").format(hours=f"{most_h * share:g}")
        parts.append(_text(_LEFT - 5, y + 4, hours, anchor="end"))
        parts.append(_text(_WIDTH - _RIGHT + 5, y + 4, f"{100 * most_rate * share:g} %", fill=ACCENT))
    base = np.zeros(len(month.days))
    for number, of_day in enumerate(month.hours):
        colour = _CREW_COLOURS[number % len(_CREW_COLOURS)]
        for day, (under, value) in enumerate(zip(base.tolist(), of_day.tolist())):
            if value > 0:
                top = _TOP + high * (1 - (under + value) / most_h)
                parts.append(
                    f'<rect x="{_LEFT + step * (day + _GAP / 2):.1f}" y="{top:.1f}" '
                    f'width="{step * (1 - _GAP):.1f}" height="{high * value / most_h:.1f}" fill="{colour}"/>'
                )
        base = base + of_day
    parts += _days(month, step)
    parts += _rate(month, step, high, most_rate)
    parts += _key(month)
    parts.append("</svg>")
    return "".join(parts)


def _round_up(most: float) -> float:
    """Return a round number of hours, at least that many and divisible by four."""
    if most <= 0:
        return 4.0
    power = 4 * 10.0 ** np.floor(np.log10(most / 4))
    return float(next(power * size for size in (1, 1.5, 2, 3, 5, 7.5, 10, 20) if power * size >= most))


def _days(month: MonthChart, step: float) -> list[str]:
    every = max(int(np.ceil(_LEAST_LABEL / step)), 1)
    y = _HEIGHT - _BOTTOM + 15
    return [
        _text(_LEFT + step * (place + 0.5), y, str(day)[-2:], anchor="middle")
        for place, day in enumerate(month.days.astype("datetime64[D]").tolist())
        if place % every == 0
    ]


def _rate(month: MonthChart, step: float, high: float, most_rate: float) -> list[str]:
    """Return the line of the rate, and the one that it has to reach."""
    at = _TOP + high * (1 - month.needed / most_rate)
    course = " ".join(
        f"{_LEFT + step * (place + 0.5):.1f},{_TOP + high * (1 - value / most_rate):.1f}"
        for place, value in enumerate(month.rate.tolist())
    )
    ends = f'x1="{_LEFT:g}" x2="{_WIDTH - _RIGHT:g}" y1="{at:.1f}" y2="{at:.1f}"'
    return [
        f'<line {ends} stroke="{ACCENT}" stroke-dasharray="5 4"/>',
        f'<polyline points="{course}" fill="none" stroke="{ACCENT}" stroke-width="2.5"/>',
    ]


def _key(month: MonthChart) -> list[str]:
    """Return what the colours mean, below the days."""
    parts, x, y = [], _LEFT, _HEIGHT - 24
    words = [(name, _CREW_COLOURS[number % len(_CREW_COLOURS)]) for number, name in enumerate(month.crews)]
    rate = tr("Drains cleaned, share of length; dashed: {needed} % wanted")
    words.append((rate.format(needed=f"{100 * month.needed:g}"), ACCENT))
    for word, colour in words:
        long = sum(11.0 if ord(sign) > 0x2E80 else 6.0 for sign in word) + 26
        if x + long > _WIDTH - 4 and x > _LEFT:
            x, y = _LEFT, y + 15
        parts.append(f'<rect x="{x:.1f}" y="{y - 8:.1f}" width="9" height="9" fill="{colour}"/>')
        parts.append(_text(x + 13, y, word, fill=TEXT))
        x += long
    return parts


def _text(x: float, y: float, text: str, *, anchor: str = "start", fill: str = NOTE) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{html.escape(text)}</text>'
