"""Values of settings in words, and what was set otherwise between two assessments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from waternet_plugin.core.health.risk.comparability import (
    BANDS,
    SettingDifference,
    classes_alike,
    rates_alike,
)
from waternet_plugin.core.reports.document import number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Setting, defaults
from waternet_plugin.core.schema.unit_labels import unit_label
from waternet_plugin.core.texts import joined, language, listed, tr

_TOLD = 3
# Whole numbers that are easier read in groups of three.
_LARGE = re.compile(r"(?<![\d.])\d{5,}(?![\d.])")
# Settings that hold codes, by how their keys begin, and the lists that these are of.
_CODED = {
    "health.rate_kinds": "failure_kind",
    "health.rated_systems": "system",
    "health.diameter_like.": "material",
    "health.policy_materials": "material",
    "health.policy_linings": "lining",
    "renewal.candidate_classes": "health_class",
    "renewal.new_material.": "material",
    "renewal.trenchless_method": "renewal_method",
    "renewal.trenchless_material": "material",
    "renewal.trenchless_road_classes": "road_class",
    "renewal.trenchless_old_materials": "material",
    "renewal.scenario_material": "material",
}


def in_words(setting: Setting, value: str, currency: str) -> str:
    """Return a value with its unit: codes by their labels, shares as percent, money in its currency."""
    coded = next((name for start, name in _CODED.items() if setting.key.startswith(start)), None)
    if coded is not None:
        labels = domain(coded)
        words = (word.strip() for word in value.split(";"))
        return listed(
            labels[word].label if word in labels else tr("none") if word == "none" else word for word in words
        )
    if setting.unit == "of length":
        return f"{100 * float(value):g} %"
    if setting.unit.endswith(":factor"):
        # Years are limits below which a factor applies, millimetres are sizes to interpolate between.
        each = tr("before {key}: {factor}") if setting.unit == "year:factor" else tr("DN {key}: {factor}")
        pairs = (pair.partition(":") for pair in value.split(";"))
        return "; ".join(each.format(key=key.strip(), factor=factor.strip()) for key, _, factor in pairs)
    # Lists may be broken between words.
    unit = re.sub(r"^money\b", currency, unit_label(setting.unit, language()))
    grouped = _LARGE.sub(lambda match: number(int(match.group())), value)
    return f"{grouped.replace(';', '; ')} {unit}".strip()


def _told(difference: SettingDifference) -> str:
    setting = defaults().get(difference.key)
    if setting is None:
        names = {
            "MODEL": tr("Model"),
            "WINDOW_START": tr("Records from"),
            "RIVERS": tr("Rivers"),
            "RAILWAYS": tr("Railways"),
        }
        return f"{names[difference.key]} {difference.before or '–'} → {difference.now or '–'}"
    before, now = (in_words(setting, value, "").strip() for value in (difference.before, difference.now))
    return f"{setting.label} {before} → {now}"


def changes_sentence(changes: Sequence[SettingDifference], rates_changed: int) -> str:
    """Return what was set otherwise between two runs, and what therefore is not compared.

    Parameters
    ----------
    changes
        At least one.
    rates_changed
        Pipes whose rate is another one.
    """
    every = tuple(changes)
    named = [_told(one) for one in every[:_TOLD]]
    if len(every) > _TOLD:
        named.append(tr("and {count} more").format(count=number(len(every) - _TOLD)))
    text = listed(named)
    rates = tr("no rate changed") if not rates_changed else tr("%n rate(s) changed", "", rates_changed)
    if not rates_alike(every):
        said = tr("The inputs of the rates were changed ({changes}); {rates}.")
        what = tr("Therefore neither classes nor rates are compared with that run.")
    elif not classes_alike(every):
        said = tr("Limits were changed ({changes}); {rates}.")
        what = tr("Therefore classes are not compared with that run.")
    else:
        assert all(one.moves == BANDS for one in every)
        said, what = tr("Weights were changed ({changes}); {rates}."), ""
    told = said.format(changes=text, rates=rates)
    return joined((told, what)) if what else told
