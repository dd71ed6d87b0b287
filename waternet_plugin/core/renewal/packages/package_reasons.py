"""Why a package is worth renewing: its strongest differences from the network, as facts and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

# Below this ratio to the network's mean a difference is no reason.
_WORTH_SAYING = 1.2
_HOW_MANY = 3
# What road works before the plan or in it do to a package.
NO_DIGGING, BANNED = "no_digging", "banned"


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
    first: pd.Series = (install_year // 10 * 10).fillna(-1).astype(int)
    return first


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
        "cohort": tr("{cohort} fails {times} times as often as the network"),
        "urgent": tr("{urgent} of {total} m are to be renewed now"),
        "risk": tr("{total} m with high risk for their length"),
        NO_DIGGING: tr("trenchless, since its road may not be dug up in any year of the plan"),
        BANNED: tr(
            "its road may not be dug up in any year of the plan, and its size or material does not suit "
            "trenchless renewal"
        ),
    }


def _told(fact: Fact) -> Mapping[str, Any]:
    told = dict(fact)
    if "material" in fact:
        told["cohort"] = _cohort_words(str(fact["material"]), int(fact.get("decade", -1)))
    if isinstance(fact.get("times"), (int, float)):
        told["times"] = f"{fact['times']:.1f}"
    return told


WORDS = Vocabulary(_sentences, _told)


def told(facts: object, sentences: object) -> str:
    """Return the reasons of a package in the language that is spoken.

    Parameters
    ----------
    facts, sentences
        Its columns ``reason_facts`` and ``reasons``.
    """
    return joined(WORDS.say_all(WORDS.read(facts, sentences)))


def package_reasons(members: pd.DataFrame, rated: pd.DataFrame) -> pd.Series:
    """Return the three strongest reasons of each package, a tuple of facts, by package.

    Parameters
    ----------
    members
        Pipes of packages: ``package``, ``length_m``, ``rate``, ``consequence``, ``failures``, ``material``,
        ``decade``, ``class``.
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
    # The material and decade that most of the length has, and how it fares in the whole network.
    cohorts = members.groupby(["package", "material", "decade"])["length_m"].sum().reset_index()
    cohorts = cohorts.sort_values(
        ["package", "length_m", "material", "decade"], ascending=[True, False, True, True]
    )
    main = cohorts.drop_duplicates("package").set_index("package")
    key = rated["material"] + "|" + rated["decade"].astype(str)
    cohort_rate = _mean(rated["rate"], rated["length_m"], key) / _overall(rated["rate"], rated["length_m"])
    cohort = (main["material"] + "|" + main["decade"].astype(str)).map(cohort_rate)
    urgent = length.where(members["class"] == "renew_now", 0.0).groupby(package).sum()

    ratios = np.column_stack([rate, money, history, cohort.reindex(total.index)])
    ratios = np.where(ratios >= _WORTH_SAYING, ratios, 0.0)
    order = np.argsort(-ratios, axis=1, kind="stable")[:, :_HOW_MANY]
    counts = failures.to_numpy().astype(int)
    cohorts_of = [(row.material, int(row.decade)) for row in tuples(main.reindex(total.index))]
    found = np.empty(len(total), dtype=object)
    for row, best in enumerate(order.tolist()):
        strong = [kind for kind in best if ratios[row, kind] > 0]
        facts = [_fact(kind, float(ratios[row, kind]), counts[row], *cohorts_of[row]) for kind in strong]
        if len(facts) < _HOW_MANY:
            facts.append(_class_fact(float(urgent.iloc[row]), float(total.iloc[row])))
        found[row] = tuple(facts)
    reasons: pd.Series = pd.Series(found, index=total.index, dtype=object)
    return reasons


def _fact(kind: int, ratio: float, failures: int, material: str, years: int) -> Fact:
    times = round(ratio, 2)
    if kind == 0:
        return {"is": "rate", "times": times}
    if kind == 1:
        return {"is": "cost", "times": times}
    if kind == 2:
        return {"is": "one_failure" if failures == 1 else "failures", "count": int(failures)}
    return {"is": "cohort", "material": material, "decade": years, "times": times}


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
