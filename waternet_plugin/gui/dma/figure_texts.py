"""The figures of a drawn zone as short texts: those of the live line, and what a click would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from waternet_plugin.core.dma.drawing.zone_figures import ZoneFigures
from waternet_plugin.core.dma.verdict.cut_off import LostSupply
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts

MINUS = "−"
_SEPARATOR = " · "


@dataclass(frozen=True)
class LiveFigure:
    """One figure of the live line: what its members are called, its text, and whether it is a fault."""

    key: str
    text: str
    is_fault: bool = False


def live_figures(
    figures: ZoneFigures, lost: LostSupply | None = None, *, knows_users: bool = True
) -> list[LiveFigure]:
    """Return the figures of the live line, faults first; faults that are not there are left out.

    Parameters
    ----------
    figures
        Of the drawn zone.
    lost
        Who is cut off by all that is closed; None for nobody.
    knows_users
        Whether the network has customers recorded.
    """
    number = amounts.number
    households = tr("%n household(s)", "", round(figures.households))
    shown = [] if lost is None or not lost.is_any else [LiveFigure("cut_off", cut_off_text(lost), True)]
    shown += [
        LiveFigure("open", tr("%n open crossing(s)", "", figures.open_crossings), True),
        LiveFigure("loose", tr("%n loose part(s)", "", figures.loose_parts), True),
        LiveFigure("doubtful", tr("%n doubtful valve(s)", "", figures.doubtful_crossings), True),
        LiveFigure("inlets", tr("%n inlet(s)", "", figures.inlets), figures.pipes > 0 and not figures.inlets),
        LiveFigure("outlets", tr("%n outlet(s)", "", figures.outlets)),
        LiveFigure("households", households if knows_users else tr("users not recorded")),
        LiveFigure("zone", amounts.length(figures.length_m)),
    ]
    faults = {
        "open": figures.open_crossings,
        "loose": figures.loose_parts,
        "doubtful": figures.doubtful_crossings,
        "outlets": figures.outlets,
    }
    shown = [each for each in shown if faults.get(each.key, 1)]
    if figures.lowest_m == figures.lowest_m:
        shown.append(LiveFigure("zone", f"{number(figures.lowest_m)}–{number(figures.highest_m)} m"))
    return sorted(shown, key=lambda each: not each.is_fault)


def cut_off_text(lost: LostSupply) -> str:
    """Return who is without water, in a few words."""
    if lost.users is None or not lost.users.households:
        return tr("%n pipe(s) cut off", "", len(lost.pipes))
    return tr("%n household(s) cut off", "", lost.users.households)


def changes_text(change: Mapping[str, float]) -> str:
    """Return what a gesture changes in a zone, the boundary first; '' for nothing."""
    words = (
        ("open_crossings", lambda n: tr("%n open crossing(s)", "", n)),
        ("loose_parts", lambda n: tr("%n loose part(s)", "", n)),
        ("doubtful_crossings", lambda n: tr("%n doubtful valve(s)", "", n)),
        ("inlets", lambda n: tr("%n inlet(s)", "", n)),
        ("outlets", lambda n: tr("%n outlet(s)", "", n)),
        ("households", lambda n: tr("%n household(s)", "", n)),
    )
    parts = []
    for name, say in words:
        value = round(change.get(name, 0))
        if value:
            parts.append(_sign(value) + say(abs(value)))
    metres = change.get("length_m", 0.0)
    if metres:
        parts.append(_sign(metres) + amounts.length(abs(metres)))
    return _SEPARATOR.join(parts)


def _sign(value: float) -> str:
    return "+" if value > 0 else MINUS


def estimates_text(figures: ZoneFigures) -> str:
    """Return what building the zone needs, and what is drawn there at night."""
    parts = [tr("%n device(s) to install", "", figures.devices_needed)]
    # Less than what the text shows says nothing.
    if figures.night_flow_m3h >= 0.05:
        parts.append(tr("about {flow} m³/h at night").format(flow=amounts.number(figures.night_flow_m3h, 1)))
    return _SEPARATOR.join(parts)
