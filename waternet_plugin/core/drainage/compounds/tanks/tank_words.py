"""What tanks say for themselves, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.texts import tr


def _sentences() -> Mapping[str, str]:
    return {
        "measured": tr("depths of {days} days rise by {rise_mm} mm a day and reach {limit_m} m on {on}"),
        "given": tr("cycle given: {days} d"),
        "norm": tr("by the norm {volume_m3} m³ last {persons} persons {days} d"),
        "default": tr("usual cycle: {days} d"),
        "longest": tr("held to the longest allowed cycle of {days} d"),
        "shortest": tr("held to the shortest cycle of the norm, {days} d"),
        "never_cleaned": tr("no cleaning is recorded: no date follows"),
        "work_item": tr("cleaned by work item {item}"),
        "closed_before_opened": tr("work item {item} was closed before it was opened: check its dates"),
        "cleaned_to_come": tr("a cleaning on {on} is to come and doesn't count"),
        "no_liquid_depth": tr("depths were measured, but the liquid depth is not known"),
        "one_day": tr("depths of one day only since the cleaning: two are needed for a line"),
        "no_rise": tr("the depths measured since the cleaning don't rise: no date follows from them"),
        "full_when_cleaned": tr(
            "by the line it was full on the day of cleaning already: check whether it was emptied"
        ),
        "before": tr("days measured before the cleaning don't count: {count}"),
        "to_come": tr("days measured that are to come don't count: {count}"),
        "users": tr("users who drain into it: {count}, persons: {persons}"),
        "households": tr("{persons} persons: its share by volume of {households} households of {compound}"),
        "no_persons": tr("who drains into it is not known"),
        "no_volume": tr("its volume is not known"),
        "zero_volume": tr("a volume of {volume_m3} m³ can't be: it counts as unknown"),
        "catering": tr(
            "{times} times as full as the norm expects, with catering upstream ({users}): check the grease "
            "traps there"
        ),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    return {key: f"{value:g}" if isinstance(value, float) else value for key, value in fact.items()}


WORDS = Vocabulary(_sentences, _spoken_values)


def said_each(every: Iterable[Iterable[Fact]]) -> list[str]:
    """Return the reasons of many tanks, a text each."""
    return [joined(sentences) for sentences in WORDS.say_each(every)]
