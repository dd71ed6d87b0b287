"""What dock and pane say of leakage: the alarms in a line, an area in sentences, its mark in a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.plots.night_flow import alarm_sentence
from waternet_plugin.gui.widgets import amounts

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.zone_flow import LeakageState, ZoneFlow

NIGHT_FLOW, NARROW = "nightflow", "narrowleak"


class LeakFigure(float):
    """Leakage of an area, m3/h, with the state of its night: one cell of a list shows both.

    Parameters
    ----------
    leak_m3h
        Leakage.
    state
        Code of the domain ``night_state``.
    """

    state: str

    def __new__(cls, leak_m3h: float, state: str) -> LeakFigure:
        """Return the figure."""
        made = super().__new__(cls, leak_m3h)
        made.state = state
        return made


def colour_of(figure: LeakFigure | None) -> str | None:
    """Return the mark of an area's state as the map has it; None where its night is not known."""
    if figure is None or figure != figure or not figure.state:
        return None
    return Look("screen", "en").colour(f"leakage.{figure.state}")


def alarms_line(states: Sequence[LeakageState]) -> str:
    """Return the open alarms in one line, '' where no night is stored.

    Parameters
    ----------
    states
        The areas, the worst alarm first.
    """
    alarms = [one for one in states if one.is_alarm]
    nights = [one.night for one in states if one.night is not None]
    if alarms:
        text = tr("%n alarm(s), worst {zone} +{rise} m³/h", "", len(alarms))
        return text.format(zone=alarms[0].zone_id, rise=amounts.number(alarms[0].rise_m3h, 1))
    if nights:
        return tr("no leak alarm, night of {night}").format(night=max(nights).isoformat())
    return ""


def state_sentence(state: LeakageState) -> str:
    """Return the newest night of an area in one sentence."""
    if state.night is None:
        return tr("Night flow of {zone} was not computed yet.").format(zone=state.name)
    labels = domain("night_state")
    word = labels[state.state].label if state.state in labels else state.state
    if state.leak_m3h != state.leak_m3h:
        return tr("{zone}, night of {night}: {state}.").format(
            zone=state.name, night=state.night.isoformat(), state=word
        )
    return tr("{zone}, night of {night}: {leak} m³/h leak, state {state}.").format(
        zone=state.name,
        night=state.night.isoformat(),
        leak=amounts.number(state.leak_m3h, 1),
        state=word,
    )


def flow_sentences(state: LeakageState, flow: ZoneFlow) -> str:
    """Return an area's night, and its open alarm with the reasons why it is one."""
    alarm = flow.open_alarm
    if alarm is None:
        return state_sentence(state)
    # The first reason says what the sentence says.
    reasons = (alarm_sentence(state.name, alarm), *alarm.reasons[1:])
    end = tr(".", "end of a sentence")
    return joined(f"{one[:1].upper()}{one[1:]}{end}" for one in reasons)
