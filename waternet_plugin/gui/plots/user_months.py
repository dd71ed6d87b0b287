"""The plot of a user: what it took in each of twelve months as bars, plan and quota as lines."""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.colours import ACCENT, NOTE, SEVERE, TEXT
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, shortened, tr
from waternet_plugin.gui.plots.plot import BAR_WIDTH, LABEL_PT, MOST_TICKS, Plot
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.users.user_months import UserMonths

_LINE_PT, _ROOM = 1.2, 1.15


def sentence_of(found: UserMonths) -> str:
    """Return what twelve months of a user add up to, and how that stands to quota and plan."""
    known = [place for place, value in enumerate(found.m3) if math.isfinite(value)]
    if not known:
        return tr("{name}: no volume is known of these months.").format(name=found.name)
    total = found.total_m3
    text = tr("{name}: {m3} m³ in %n month(s)", "", len(known)).format(
        name=found.name, m3=amounts.number(total)
    )
    for amounts_m3, words in (
        (found.quota_m3, tr("{share} % of the quota")), (found.plan_m3, tr("{share} % of the plan")),
    ):  # fmt: skip
        # Only the months with a volume count against it.
        whole = sum(amounts_m3[place] for place in known) if amounts_m3 else 0.0
        if whole > 0:
            part = words.format(share=amounts.number(100 * total / whole))
            text = tr("{text}, {part}").format(text=text, part=part)
    return text


def facts_of(found: UserMonths) -> str:
    """Return the sentence, what the user is, its meter and what is below it."""
    parts = [sentence_of(found)]
    if found.trade or found.kind:
        name, code = ("trade", found.trade) if found.trade else ("customer_kind", found.kind)
        parts.append(label_of(name, code))
    parts.append(
        tr("Meter: {names}").format(names=shortened(found.meters))
        if found.meters
        else tr("No meter is named")
    )
    if found.sub_meters:
        parts.append(tr("Sub-meters: {names}").format(names=shortened(found.sub_meters)))
    return joined(part if part.endswith((".", "。")) else tr("{text}.").format(text=part) for part in parts)


def plot_of(found: UserMonths, *, network: str) -> Plot:
    """Return the plot of a user in a network that people call so."""
    lines = [
        (name, values)
        for name, values in ((tr("Plan", "of water"), found.plan_m3), (tr("Quota"), found.quota_m3))
        if values
    ]
    return Plot(
        name=f"months_{found.name}",
        title=sentence_of(found),
        source=tr("Source: {network}; {date}").format(
            network=network, date=datetime.date.today().isoformat()
        ),
        columns=(tr("Month"), tr("Water volume (m³)"), *(name for name, _values in lines)),
        rows=tuple(
            (month.text, found.m3[place], *(values[place] for _name, values in lines))
            for place, month in enumerate(found.months)
        ),
        draw=lambda axes: _draw(axes, found, lines),
    )


def _draw(axes: Any, found: UserMonths, lines: list[tuple[str, tuple[float, ...]]]) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    places = range(len(found.months))
    axes.bar(places, [0.0 if value != value else value for value in found.m3], BAR_WIDTH, color=ACCENT)
    sides = ["center"] * len(lines)
    if len(lines) > 1:
        # Lines that nearly meet have their names above and below them.
        sides = ["top", "bottom"] if lines[0][1][-1] <= lines[1][1][-1] else ["bottom", "top"]
    for (name, values), colour, side in zip(lines, (SEVERE, TEXT), sides):
        axes.plot(places, values, color=colour, linewidth=_LINE_PT, drawstyle="steps-mid")
        axes.annotate(
            name, (places[-1], values[-1]), xytext=(14, 0), textcoords="offset points", va=side,
            fontsize=LABEL_PT, color=colour, annotation_clip=False,
        )  # fmt: skip
    highest = [value for values in (found.m3, *(one for _name, one in lines)) for value in values]
    most = max((value for value in highest if math.isfinite(value)), default=0.0)
    least = min((value for value in found.m3 if math.isfinite(value)), default=0.0)
    axes.set_ylim(min(least, 0.0) * _ROOM, (most or 1.0) * _ROOM)
    shown = list(places)[:: max(len(places) // MOST_TICKS, 1)]
    # In a narrow plot years and months of all ticks would run into each other.
    years = [found.months[place].text[:4] for place in shown]
    axes.set_xticks(shown)
    axes.set_xticklabels(
        [
            found.months[place].text[2 if year != before else 5 :]
            for place, year, before in zip(shown, years, ["", *years])
        ],
        fontsize=LABEL_PT,
    )
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _index: amounts.number(value)))
    axes.set_ylabel(tr("m³"), color=NOTE)
    axes.grid(visible=False, axis="x")
