"""What nights and alarms say for themselves, as facts and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waternet_plugin.core.facts import Fact, Vocabulary
from waternet_plugin.core.leakage.detection.leak_alarms import LeakAlarm
from waternet_plugin.core.texts import tr

# A change of the other zones that is worth a word, %.
_LEAST_TOLD_PERCENT = 0.1


def _sentences() -> Mapping[str, str]:
    return {
        "coverage": tr("readings cover {share} % of the window"),
        "shut_down": tr("the zone was shut down"),
        "storage_unknown": tr("what goes into {tanks} inside is not known and counts as leakage"),
        "running": tr("alarm since {since}, {rise} m³/h more than before"),
        "score": tr("{deviations} times the usual variation above the nights before"),
        "others_rise": tr("the other zones rose alike, as weather or a holiday makes them"),
        "exchange": tr(
            "zone {zone} fell by as much: water came another way, such as through a valve between the two"
        ),
        "use": tr("whole days changed otherwise than nights: this is use, for a leak runs all day"),
        "earlier": tr("night flow was about as high not long ago, without an alarm"),
        "part_rise": tr("zone {zone} inside it rose by as much"),
        "step": tr("night flow rose by {rise} m³/h from {before} m³/h at once, on {since}"),
        "creep": tr("night flow rose slowly by {rise} m³/h from {before} m³/h, since {since}"),
        "left": tr(
            "{rise} m³/h stayed when the alarm of {since} ended on {on}: another leak came while it was open"
        ),
        "deviations": tr("this is {deviations} times the usual variation of the zone, weekdays taken off"),
        "whole_days": tr("whole days rose too, by {rise} m³/h: it runs all day"),
        "nights_alone": tr("whole days did not rise: it may be use at night"),
        "others": tr("the other zones changed by {share} % at the same time, which is taken off"),
        "others_same": tr("the other zones did not rise at the same time: it is not weather"),
        "no_others": tr("too few other zones to rule out the weather"),
        "no_exchange": tr("no other zone fell by as much"),
        "repair": tr("night flow fell back on {on} after a repair"),
        "fall": tr("night flow fell back on {on}"),
        "growth": tr("closed on {on}: the nights since show the further growth of the leak of {since}"),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    """Return values as people read them."""
    return {
        key: f"{value:.3g}"
        if isinstance(value, float) and abs(value) < 100
        else f"{value:.0f}"
        if isinstance(value, float)
        else value
        for key, value in fact.items()
    }


WORDS = Vocabulary(_sentences, _spoken_values)


def alarm_facts(alarm: LeakAlarm, day_of: Any, *, has_others: bool) -> list[dict[str, Any]]:
    """Return why an alarm is one.

    Parameters
    ----------
    day_of
        Returns the date of a night's number as text.
    has_others
        Whether enough other zones were measured to tell weather.
    """
    facts = [
        _beginning(alarm, day_of),
        {"is": "deviations", "deviations": rounded(alarm.deviations)},
    ]
    if alarm.around_m3h == alarm.around_m3h:
        all_day = alarm.around_m3h > 0.3 * alarm.rise_m3h
        facts.append(
            {"is": "whole_days", "rise": rounded(alarm.around_m3h)} if all_day else {"is": "nights_alone"}
        )
    # What is left after a fall is not compared with other zones: it came in any of many nights.
    if has_others and alarm.after is None:
        share = 100.0 * alarm.others_share
        is_any = share >= _LEAST_TOLD_PERCENT
        facts.append({"is": "others", "share": rounded(share)} if is_any else {"is": "others_same"})
        facts.append({"is": "no_exchange"})
    elif alarm.after is None:
        facts.append({"is": "no_others"})
    if alarm.ended is not None:
        end = {"is": alarm.ended_by, "on": day_of(alarm.ended)}
        facts.append(end if alarm.whole is None else {**end, "since": day_of(alarm.whole.started)})
    return facts


def _beginning(alarm: LeakAlarm, day_of: Any) -> dict[str, Any]:
    """Return the fact that says how a leak came."""
    rise = rounded(alarm.rise_m3h)
    if alarm.after is not None:
        since, on = day_of(alarm.after.started), day_of(alarm.after.ended)
        return {"is": "left", "rise": rise, "since": since, "on": on}
    before, since = rounded(alarm.before_m3h), day_of(alarm.started)
    return {"is": alarm.kind, "rise": rise, "before": before, "since": since}


def rounded(value: float) -> float:
    """Return a value with the digits that mean something."""
    return float(f"{value:.4g}")
