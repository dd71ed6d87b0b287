"""The reasons of a rate as they are kept, text by text, and whether each raises or lowers the rate."""

from __future__ import annotations

import re
from collections.abc import Mapping

from waternet_plugin.core.texts import tr

# Runs keep the language they were made in, so both signs part the reasons.
_BETWEEN = re.compile(r"[;；]\s*")
_HOLE = re.compile(r"\\\{(\w+)\\\}")
# Sentences of core/health/reasons that speak for a lower rate.
_LOWERING = (
    "no failure since {year}",
    "DN{diameter}: larger mains fail less often",
    "long pipe: fewer joints and fittings per km",
    "few failures on other pipes of its street",
    "laid in better years",
    "soil of little corrosivity",
    "low pressure",
)
_RATIO = "{cohort}: {ratio} times the network's mean"


def _lowering() -> tuple[str, ...]:
    """Return those sentences in the language of the interface."""
    return (
        tr("no failure since {year}"),
        tr("DN{diameter}: larger mains fail less often"),
        tr("long pipe: fewer joints and fittings per km"),
        tr("few failures on other pipes of its street"),
        tr("laid in better years"),
        tr("soil of little corrosivity"),
        tr("low pressure"),
    )


def _found(sentence: str, reason: str) -> re.Match[str] | None:
    """Return the match of a reason with a sentence whatever stands in its holes."""
    return re.fullmatch(_HOLE.sub(r"(?P<\1>.+)", re.escape(sentence)), reason)


def _either(english: str, spoken: str, reason: str) -> re.Match[str] | None:
    """Return the match of a reason with a sentence, in English or as the interface says it."""
    return _found(english, reason) or _found(spoken, reason)


def split(reasons: str | None) -> tuple[str, ...]:
    """Return the single reasons of a text, the strongest first."""
    return tuple(part.strip() for part in _BETWEEN.split(reasons or "") if part.strip())


def lowers(reason: str) -> bool:
    """Say whether a reason speaks for a lower rate than that of the network."""
    if any(_found(sentence, reason) for sentence in (*_LOWERING, *_lowering())):
        return True
    found = _either(_RATIO, tr("{cohort}: {ratio} times the network's mean"), reason)
    return found is not None and _number(found["ratio"]) < 1.0


def _number(text: str) -> float:
    """Return a number as a reason writes it, endless for none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("inf")


def _gathered(reason: str) -> tuple[str, float | None]:
    """Return what a reason says of many pipes, and the ratio it tells where it tells one."""
    found = _either(_RATIO, tr("{cohort}: {ratio} times the network's mean"), reason)
    if found:
        return found["cohort"], _number(found["ratio"])
    for english, spoken in (
        ("{count} failures since {year}", tr("{count} failures since {year}")),
        ("1 failure since {year}", tr("1 failure since {year}")),
    ):
        found = _either(english, spoken, reason)
        if found:
            return tr("failures of their own since {year}").format(year=found["year"]), None
    if _either(
        "DN{diameter}: small mains fail more often", tr("DN{diameter}: small mains fail more often"), reason
    ):
        return tr("small diameters, which fail more often"), None
    return reason, None


def by_length(metres: Mapping[str, float], *, most: int) -> tuple[tuple[str, float], ...]:
    """Return the reasons that raise the rate with the metres each is said of, most first.

    What differs only in a number is put together: one failure and three, DN100 and DN80.

    Parameters
    ----------
    metres
        Metres of the pipes of each text of reasons.
    most
        How many to return.
    """
    totals: dict[str, float] = {}
    ratios: dict[str, list[float]] = {}
    for text, length in sorted(metres.items()):
        gathered = {}
        for reason in split(text):
            if not lowers(reason):
                name, ratio = _gathered(reason)
                gathered[name] = ratio
        for name, ratio in gathered.items():
            totals[name] = totals.get(name, 0.0) + length
            if ratio is not None:
                ratios.setdefault(name, []).append(ratio)
    ranked = sorted(totals.items(), key=lambda one: (-round(one[1], 3), one[0]))[:most]
    return tuple((_said(name, ratios.get(name, [])), total) for name, total in ranked)


def _said(name: str, ratios: list[float]) -> str:
    """Return a gathered reason as a sentence; of several ratios the span."""
    if not ratios:
        return name
    low, high = f"{min(ratios):.1f}", f"{max(ratios):.1f}"
    span = low if low == high else f"{low}–{high}"
    return tr("{cohort}: {ratio} times the network's mean").format(cohort=name, ratio=span)
