"""Why a package is worth renewing: its strongest differences from the network, as facts and in words.

What material and laying years do to a rate is what the assessment says of the pipes themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.health.rates import reason_words
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

# Below this ratio to the network's mean a difference is not a reason.
_WORTH_SAYING = 1.2
_HOW_MANY = 3
# What road works before the plan or in it do to a package.
NO_DIGGING, BANNED = "no_digging", "banned"
_LAID = "laid"
# Of a package this share of the length is said to be of one cohort, or nothing is said of cohorts.
_MOST = 0.5


def _mean(value: pd.Series, weight: pd.Series, by: pd.Series) -> pd.Series:
    """Return the mean of ``value`` weighted by ``weight`` within the groups ``by``."""
    weight = weight.where(value.notna(), 0.0)
    sums = weight.groupby(by).sum()
    mean: pd.Series = (value.fillna(0.0) * weight).groupby(by).sum() / sums.where(sums > 0)
    return mean


def _overall(value: pd.Series, weight: pd.Series) -> float:
    """Return the mean of ``value`` weighted by ``weight``, NaN without any."""
    known = value.notna()
    total = float(weight[known].sum())
    return float((value[known] * weight[known]).sum()) / total if total > 0 else float("nan")


def decade(install_year: pd.Series) -> pd.Series:
    """Return the decade pipes were laid in, -1 where the year is unknown."""
    return (install_year // 10 * 10).fillna(-1).astype(int)


def _cohort_words(material: str, years: int) -> str:
    code = domain("material").get(material)
    label = code.label if code else material
    if years < 0:
        return tr("{material} of unknown age").format(material=label)
    return tr("{material} of {first}-{last}").format(material=label, first=years, last=years + 9)


def _sentences() -> dict[str, str]:
    return {
        "rate": tr("expected to fail {times} times as often as the network"),
        "cost": tr("a failure costs {times} times the average"),
        "one_failure": tr("1 recorded failure"),
        "failures": tr("{count} recorded failures"),
        _LAID: reason_words.WORDS.sentences()[reason_words.COHORT],
        # In plans of earlier versions, which told cohorts by decade.
        "cohort": tr("{cohort} fails {times} times as often as the network"),
        "urgent": tr("{urgent} of {total} m are to be renewed now"),
        "risk": tr("{total} m with high risk for their length"),
        NO_DIGGING: tr("trenchless, since its road may not be dug up in any year of the plan"),
        BANNED: tr(
            "its road may not be dug up in any year of the plan, and its size or material does not suit "
            "trenchless renewal"
        ),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    values = dict(fact)
    if fact["is"] == _LAID and "material" in fact:
        values["cohort"] = reason_words.cohort_name(fact)
    elif "material" in fact:
        values["cohort"] = _cohort_words(str(fact["material"]), int(fact.get("decade", -1)))
    if isinstance(fact.get("times"), (int, float)):
        values["times"] = f"{fact['times']:.1f}"
    if isinstance(fact.get("ratio"), (int, float)):
        values["ratio"] = f"{fact['ratio']:.1f}"
    return values


WORDS = Vocabulary(_sentences, _spoken_values)


def told(facts: object, sentences: object) -> str:
    """Return the reasons of a package in the language that is spoken.

    Parameters
    ----------
    facts, sentences
        Its columns ``reason_facts`` and ``reasons``.
    """
    return joined(WORDS.say_all(WORDS.read(facts, sentences)))


class LateReasons:
    """The reasons of a package, which become a text once they show: of many packages few ever do."""

    def __init__(self, facts: object, sentences: object) -> None:
        self._facts, self._sentences = facts, sentences

    @cached_property
    def _text(self) -> str:
        return told(self._facts, self._sentences)

    def __str__(self) -> str:
        return self._text

    def __lt__(self, other: LateReasons) -> bool:
        return self._text < other._text


def with_spoken_reasons(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of packages that are to be listed, with their reasons in the language that is spoken.

    Of all packages of a large network that would be as many objects for Python to look through.
    """
    return [{**row, "reasons": LateReasons(row["reason_facts"], row["reasons"])} for row in rows]


def package_reasons(members: pd.DataFrame, rated: pd.DataFrame) -> pd.Series:
    """Return the three strongest reasons of each package, a tuple of facts, by package.

    Parameters
    ----------
    members
        Pipes of packages: ``package``, ``length_m``, ``rate``, ``consequence``, ``failures``, ``class``, and
        ``reason_facts`` and ``reasons`` of the assessment.
    rated
        The same columns for every rated pipe of the network, without ``package``.
    """
    package, length = members["package"], members["length_m"]
    total = length.groupby(package).sum()
    rate = _mean(members["rate"], length, package) / _overall(rated["rate"], rated["length_m"])
    money = _mean(members["consequence"], length, package) / _overall(rated["consequence"], rated["length_m"])
    failures = members["failures"].groupby(package).sum()
    per_metre = rated["failures"].sum() / max(float(rated["length_m"].sum()), 1.0)
    history = failures / total.replace(0.0, np.nan) / (per_metre if per_metre > 0 else np.nan)
    laid = _laid(members, total)
    cohort = pd.Series({name: float(fact["ratio"]) for name, fact in laid.items()}, dtype=float)
    urgent = length.where(members["class"] == "renew_now", 0.0).groupby(package).sum()

    ratios = np.column_stack([rate, money, history, cohort.reindex(total.index)])
    ratios = np.where(ratios >= _WORTH_SAYING, ratios, 0.0)
    order = np.argsort(-ratios, axis=1, kind="stable")[:, :_HOW_MANY]
    counts = failures.to_numpy().astype(int)
    sentences = np.empty(len(total), dtype=object)
    for row, best in enumerate(order.tolist()):
        strong = [kind for kind in best if ratios[row, kind] > 0]
        of_cohort = laid.get(total.index[row], {})
        facts = [_fact(kind, float(ratios[row, kind]), counts[row], of_cohort) for kind in strong]
        if len(facts) < _HOW_MANY:
            facts.append(_class_fact(float(urgent.iloc[row]), float(total.iloc[row])))
        sentences[row] = tuple(facts)
    reasons: pd.Series = pd.Series(sentences, index=total.index, dtype=object)
    return reasons


def _laid(members: pd.DataFrame, total_m: pd.Series) -> dict[Any, Fact]:
    """Return by package the cohort that most of its length has, as the assessment tells of these pipes."""
    pairs = list(zip(members["reason_facts"], members["reasons"]))
    known = {pair: _cohort_of(*pair) for pair in dict.fromkeys(pairs)}
    metres: dict[Any, dict[tuple[Any, ...], float]] = {}
    facts: dict[tuple[Any, ...], Fact] = {}
    for package, length, pair in zip(members["package"], members["length_m"], pairs):
        fact = known[pair]
        if fact is not None:
            key = (str(fact["material"]), fact.get("from") or 0, fact.get("years") or 0, float(fact["ratio"]))
            facts[key] = fact
            of_package = metres.setdefault(package, {})
            of_package[key] = of_package.get(key, 0.0) + float(length)
    return {
        package: facts[min(lengths, key=lambda key: (-round(lengths[key], 6), key))]
        for package, lengths in metres.items()
        if sum(lengths.values()) >= _MOST * float(total_m[package])
    }


def _cohort_of(facts: object, sentences: object) -> Fact | None:
    """Return what the reasons of a pipe say of its cohort."""
    for fact in reason_words.WORDS.read(facts, sentences):
        if (
            fact["is"] == reason_words.COHORT
            and "material" in fact
            and isinstance(fact.get("ratio"), (int, float))
        ):
            return {**fact, "is": _LAID}
    return None


def _fact(kind: int, ratio: float, failures: int, laid: Fact) -> Fact:
    times = round(ratio, 2)
    if kind == 0:
        return {"is": "rate", "times": times}
    if kind == 1:
        return {"is": "cost", "times": times}
    if kind == 2:
        return {"is": "one_failure" if failures == 1 else "failures", "count": int(failures)}
    return laid


def _class_fact(urgent_m: float, total_m: float) -> Fact:
    if urgent_m > 0:
        return {"is": "urgent", "urgent": f"{urgent_m:.0f}", "total": f"{total_m:.0f}"}
    return {"is": "risk", "total": f"{total_m:.0f}"}


def network_means(rated: pd.DataFrame) -> dict[str, Any]:
    """Return the means of the rated network: rate per 100 km and year, money per failure, length."""
    return {
        "rate_per_100km_y": _overall(rated["rate"], rated["length_m"]),
        "consequence": _overall(rated["consequence"], rated["length_m"]),
        "length_m": float(rated["length_m"].sum()),
    }
