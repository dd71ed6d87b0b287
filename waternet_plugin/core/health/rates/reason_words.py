"""The sentences of the reasons of a rate, whether each raises or lowers it, and how older ones read.

Forms and map tips of a QGIS without packages read it too: nothing beyond Python itself is imported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr

NO_FAILURE, ONE_FAILURE, FAILURES, FEW_FAILURES = "no_failure", "one_failure", "failures", "few_failures"
COHORT, SMALL, LARGE, COST = "cohort", "small", "large", "cost"
SHORT, LONG, BAD_STREET, GOOD_STREET = "short", "long", "bad_street", "good_street"
WORSE_YEARS, BETTER_YEARS, CORROSIVE, MILD = "worse_years", "better_years", "corrosive", "mild"
HIGH_PRESSURE, LOW_PRESSURE, ORDINARY = "high_pressure", "low_pressure", "ordinary"
POLICY, INSPECT = "policy", "inspect"
# In runs of earlier versions, which split pipes of like risk.
_TIED = "tied"
# What happened since the run before.
ONE_SINCE, FAILURES_SINCE = "one_since", "failures_since"
LIKE_IT_SINCE, LIKE_IT_OR_POLICY_SINCE = "like_it_since", "like_it_or_policy_since"
_LOWERING = frozenset(
    {NO_FAILURE, FEW_FAILURES, LARGE, LONG, GOOD_STREET, BETTER_YEARS, MILD, LOW_PRESSURE, ORDINARY}
)
# Classes that a pipe is in because something speaks for a higher risk.
RAISED = ("renew_now", "priority", "monitor")


def reason_sentences() -> dict[str, str]:
    """Return why pipes are not rated, by reason code."""
    return {
        "drain": tr("Not assessed: this model rates water supply pipes only."),
        "planned": tr("Not assessed: planned, not yet in use."),
        "retired": tr("Not assessed: out of service on that day."),
        "retired_undated": tr("Not assessed: out of service, date unknown."),
        "connector": tr("Not assessed: a connector is not a pipe in the ground."),
        "no_length": tr("Not assessed: its length is unknown or 0."),
    }


def not_rated_labels() -> dict[str, str]:
    """Return what pipes that are not rated are, in a word or two, by reason code."""
    return {
        "drain": tr("drains"),
        "planned": tr("planned"),
        "retired": tr("abandoned"),
        "retired_undated": tr("abandoned, date unknown"),
        "connector": tr("connectors"),
        "no_length": tr("without a length"),
    }


def cohort_label(material: str, year_from: float, years: int) -> str:
    """Return a cohort in words: its material, the first of its laying years (NaN unknown) and the last."""
    known = domain("material").get(material)
    label = known.label if known else material
    if math.isnan(year_from):
        return tr("{material}, year unknown").format(material=label)
    return tr("{material}, laid {start}–{end}").format(
        material=label, start=int(year_from), end=int(year_from) + years - 1
    )


def _sentences() -> dict[str, str]:
    return {
        NO_FAILURE: tr("no failure since {year}"),
        ONE_FAILURE: tr("1 failure since {year}"),
        FAILURES: tr("{count} failures since {year}"),
        FEW_FAILURES: tr("{count} since {year}, fewer failures than pipes like it have"),
        COHORT: tr("{cohort}: {ratio} times the network's mean"),
        SMALL: tr("DN{diameter}: small mains fail more often"),
        LARGE: tr("DN{diameter}: larger mains fail less often"),
        COST: tr("a failure here costs {ratio} times the network's mean"),
        SHORT: tr("short pipe: more joints and fittings per km"),
        LONG: tr("long pipe: fewer joints and fittings per km"),
        BAD_STREET: tr("other pipes of its street failed often"),
        GOOD_STREET: tr("few failures on other pipes of its street"),
        WORSE_YEARS: tr("laid in worse years"),
        BETTER_YEARS: tr("laid in better years"),
        CORROSIVE: tr("corrosive soil"),
        MILD: tr("soil of little corrosivity"),
        HIGH_PRESSURE: tr("high pressure"),
        LOW_PRESSURE: tr("low pressure"),
        ORDINARY: tr("nothing out of the ordinary"),
        POLICY: tr("on the policy list, with failures of its own"),
        INSPECT: tr("inspect first: no failure is on record, what a failure costs alone speaks for it"),
        _TIED: tr("no riskier than pipes of a lower class: only the order of ids tells them apart"),
        ONE_SINCE: tr("1 failure since {since}"),
        FAILURES_SINCE: tr("{count} failures since {since}"),
        LIKE_IT_SINCE: tr("no failure of its own since {since}: pipes like it failed"),
        LIKE_IT_OR_POLICY_SINCE: tr(
            "no failure of its own since {since}: pipes like it failed, others got better, or its age put it "
            "on the policy list"
        ),
        **reason_sentences(),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    """Return the values of a fact as they are read: a cohort by its name, a ratio with one digit."""
    values = dict(fact)
    if "material" in fact:
        start = fact.get("from")
        values["cohort"] = cohort_label(
            str(fact["material"]), float("nan") if start is None else float(start), int(fact.get("years", 1))
        )
    if isinstance(fact.get("ratio"), (int, float)):
        values["ratio"] = f"{fact['ratio']:.1f}"
    return values


def cohort_templates() -> tuple[str, str]:
    """Return how a cohort is named where its years are known, and where not."""
    return tr("{material}, laid {start}–{end}"), tr("{material}, year unknown")


def cohort_name(fact: Fact) -> str:
    """Return what the cohort of a fact is called."""
    return str(_spoken_values(fact).get("cohort", ""))


def _cohort(name: str) -> dict[str, Any]:
    """Return the values of a cohort from its name, the name itself where it is not understood."""
    materials = {
        code.label_in(language): code.code
        for code in domain("material").values()
        for language in ("en", texts.language())
    }
    laid = re.fullmatch(r"(?P<material>.+?)(?:, laid |，)(?P<start>\d{3,4})–(?P<end>\d{3,4})\D*", name)
    if laid and laid["material"] in materials:
        start, end = int(laid["start"]), int(laid["end"])
        return {"material": materials[laid["material"]], "from": start, "years": end - start + 1}
    return {"cohort": name}


def _understood(words: Mapping[str, str]) -> Mapping[str, Any]:
    values: dict[str, Any] = dict(words)
    if "cohort" in words:
        del values["cohort"]
        values.update(_cohort(words["cohort"]))
    if "ratio" in words:
        with suppress(ValueError):
            values["ratio"] = float(words["ratio"].replace(",", "."))
    return values


WORDS = Vocabulary(_sentences, _spoken_values, _understood)


def lowers(fact: Fact) -> bool:
    """Say whether a fact speaks for a lower rate than that of the network."""
    if fact["is"] == COHORT:
        ratio = fact.get("ratio")
        return isinstance(ratio, (int, float)) and ratio < 1.0
    return fact["is"] in _LOWERING


def first_for(class_: object, facts: Iterable[Fact]) -> Fact | None:
    """Return the one reason that stands for all: of a class that asks for risk, the first that raises it.

    Parameters
    ----------
    class_
        Code of the class.
    facts
        The reasons, the strongest first.
    """
    every = tuple(facts)
    if class_ in RAISED:
        raising = [fact for fact in every if not lowers(fact)]
        every = (*raising, *every)
    return every[0] if every else None


def told(facts: object, sentences: object) -> str:
    """Return the reasons of a row in the language that is spoken.

    Parameters
    ----------
    facts, sentences
        Its columns ``reason_facts`` and ``reasons``.
    """
    return joined(WORDS.say_all(WORDS.read(facts, sentences)))
