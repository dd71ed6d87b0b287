"""The reasons of many pipes put together: what differs only in a number is said once."""

from __future__ import annotations

from collections.abc import Mapping

from waternet_plugin.core.facts import Fact
from waternet_plugin.core.health.rates import reason_words as words
from waternet_plugin.core.texts import tr

_DECADE = 10
# What a network keeps of the reasons of a pipe: facts, and the sentences beside them.
StoredReason = tuple[object, object]


def first(class_: object, stored: StoredReason) -> str:
    """Return the reason that stands for all of a pipe: of a class that asks for risk one that raises it."""
    reason = words.first_for(class_, words.WORDS.read(*stored))
    return words.WORDS.say(reason) if reason else ""


def _gathered(fact: Fact) -> tuple[str, float | None]:
    """Return what a fact says of many pipes, and the ratio it tells where it tells one."""
    ratio = fact.get("ratio")
    if fact["is"] == words.COHORT and isinstance(ratio, (int, float)):
        return words.cohort_name(_of_decade(fact)), float(ratio)
    if fact["is"] == words.COST and isinstance(ratio, (int, float)):
        return "", float(ratio)
    if fact["is"] in (words.FAILURES, words.ONE_FAILURE):
        return tr("failures of their own since {year}").format(year=fact.get("year")), None
    if fact["is"] == words.SMALL:
        return tr("small diameters, which fail more often"), None
    return words.WORDS.say(fact), None


def _of_decade(fact: Fact) -> Fact:
    """Return a cohort of a laying year and those around it as that of its decade: each year has its own."""
    start, years = fact.get("from"), fact.get("years")
    if not (isinstance(start, int) and isinstance(years, int)) or years >= _DECADE:
        return fact
    return {**fact, "from": (start + years // 2) // _DECADE * _DECADE, "years": _DECADE}


def by_length(metres: Mapping[StoredReason, float], *, most: int) -> tuple[tuple[str, float], ...]:
    """Return the reasons that raise the risk with the metres each is said of, most first.

    What differs only in a number is put together: one failure and three, DN100 and DN80.

    Parameters
    ----------
    metres
        Metres of the pipes of each set of reasons, facts and sentences.
    most
        How many to return.
    """
    totals: dict[str, float] = {}
    ratios: dict[str, list[float]] = {}
    for stored, length in sorted(metres.items(), key=lambda entry: tuple(str(part) for part in entry[0])):
        gathered = dict(_gathered(fact) for fact in words.WORDS.read(*stored) if not words.lowers(fact))
        for name, ratio in gathered.items():
            totals[name] = totals.get(name, 0.0) + length
            if ratio is not None:
                ratios.setdefault(name, []).append(ratio)
    ranked = sorted(totals.items(), key=lambda entry: (-round(entry[1], 3), entry[0]))[:most]
    return tuple((_ratio_text(name, ratios.get(name, [])), total) for name, total in ranked)


def _ratio_text(name: str, ratios: list[float]) -> str:
    """Return a gathered reason as a sentence; of several ratios the span."""
    if not ratios:
        return name
    low, high = f"{min(ratios):.1f}", f"{max(ratios):.1f}"
    span = low if low == high else f"{low}–{high}"
    if not name:
        return tr("a failure here costs {ratio} times the network's mean").format(ratio=span)
    return tr("{cohort}: {ratio} times the network's mean").format(cohort=name, ratio=span)
