"""The sentences of the reasons of a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from waternet_plugin.core.facts import Fact, Vocabulary, joined
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr


def _sentences() -> dict[str, str]:
    return {
        "off_line": tr("{mm} mm from the planned line, at most {limit_mm} mm"),
        "off_level": tr("{mm} mm from the planned invert level, at most {limit_mm} mm"),
        "cover": tr("cover of {cover_m} m, at least {least_m} m"),
        "diameter": tr("DN{now_mm} instead of the planned DN{planned_mm}"),
        "material": tr("{now} instead of the planned {planned}"),
        "after_backfill": tr("surveyed on {surveyed}, after backfilling on {backfilled}"),
        "material_unverified": tr("material not verified: enter who verified it and when"),
        "no_survey_date": tr("no date of survey"),
        "no_material": tr("material not known"),
        "no_size": tr("size not known"),
        "no_level": tr("no level at {end}"),
        "no_levels": tr("points along the pipe without a level: {count}"),
        "no_depth": tr("no depth at {end}: cover not known"),
        "level_not_compared": tr("the plan has no level: the level was not compared"),
        "no_photo": tr("no photo"),
        "photo_far": tr("a photo was taken {away_m} m away"),
        "no_points": tr("no surveyed point on the pipe"),
        "stretch": tr("no point from {from_m} m to {to_m} m along the pipe, one every {limit_m} m is needed"),
        "not_fixed": tr("measured without a fixed solution: {points}"),
        "bends": tr("bends without a point: {count}"),
        "tee": tr("no point at the tee {node}"),
        "valve": tr("no point at the valve {node}"),
    }


def _spoken_values(fact: Fact) -> Mapping[str, Any]:
    values = dict(fact)
    if fact["is"] == "material":
        for name in ("now", "planned"):
            known = domain("material").get(str(fact.get(name)))
            values[name] = known.label if known else fact.get(name)
    if fact["is"] in ("no_level", "no_depth"):
        sides = {"start": tr("the start"), "end": tr("the end")}
        values["end"] = fact.get("node") or sides[str(fact.get("side"))]
    return values


WORDS = Vocabulary(_sentences, _spoken_values)


def said(reasons: Iterable[Fact]) -> str:
    """Return the reasons of a verdict as one text in the language that is spoken."""
    return joined(WORDS.say_all(reasons))


def told(facts: object, sentences: object) -> str:
    """Return stored reasons in the language that is spoken; what has no facts as it was written."""
    return said(WORDS.read(facts, sentences))
