"""The sentences of doubts: what was found, and what a mapping says to answer."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from waternet_plugin.core.exchange.doubts.bore_doubts import BORES
from waternet_plugin.core.exchange.doubts.doubt import DATUM, ODD, SIGN, UNIT, WORDS, Doubt, answered
from waternet_plugin.core.exchange.mapping.mapping import ABOVE, BELOW, DRAWN, TAKE, UNKNOWN, Mapping
from waternet_plugin.core.places.deciding.said_words import ELLIPSOIDAL, datum_name
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import joined, listed, tr


def unit_text(unit: str) -> str:
    """Return what people call a unit of length of a mapping."""
    return {
        "inch": tr("inch"),
        "foot": tr("foot"),
        "us_survey_foot": tr("US survey foot"),
    }.get(unit, unit)


def answer_text(doubt: Doubt, answer: str) -> str:
    """Return an answer to a doubt as a person chooses it."""
    if answer == DRAWN:
        return tr("Take the drawn lengths")
    if answer == UNKNOWN:
        return tr("They are not known")
    if answer == TAKE:
        return tr("Take them as written")
    if answer == ABOVE:
        return tr("They are above the ground")
    if answer == BELOW:
        return tr("They are below the ground: drop the sign")
    if doubt.kind == ODD:
        return tr("These rows are in {unit}").format(unit=unit_text(answer))
    return tr("The column is in {unit}").format(unit=unit_text(answer))


def doubt_text(doubt: Doubt, table: Table) -> str:
    """Return what was found, in one sentence."""
    label = table.field(doubt.field).label
    examples = listed(doubt.examples)
    if doubt.kind == WORDS:
        text = tr("{field}: %n row(s) share {examples}, which may stand for “not known”.", "", doubt.count)
    elif doubt.kind == SIGN:
        text = tr("{field}: %n value(s) are below zero among others ({examples}).", "", doubt.count)
    elif doubt.kind == DATUM and doubt.words != (ELLIPSOIDAL,):
        text = tr(
            "{field}: the file names {datum}, which is not that of the network: %n value(s) ({examples}).",
            "",
            doubt.count,
        ).replace("{datum}", datum_name(*doubt.words))
    elif doubt.kind == DATUM:
        text = tr(
            "{field}: the heading names ellipsoidal heights, which are tens of metres off levels: %n "
            "value(s) ({examples}).",
            "",
            doubt.count,
        )
    elif np.isfinite(doubt.ratio) and doubt.kind == UNIT and doubt.suggestion == DRAWN:
        text = tr(
            "{field}: %n value(s) are {ratio} times the drawn lengths, one number for all: the scale of a "
            "map, not the pipes’ own lengths ({examples}).",
            "",
            doubt.count,
        )
    elif np.isfinite(doubt.ratio):
        text = tr("{field}: %n value(s) are {ratio} times the drawn lengths ({examples}).", "", doubt.count)
    elif doubt.field in BORES:
        text = tr("{field}: %n value(s) in mm are smaller than any pipe ({examples}).", "", doubt.count)
    else:
        text = tr("{field}: %n value(s) can't be metres ({examples}).", "", doubt.count)
    return text.format(field=label, examples=examples, ratio=f"{doubt.ratio:.3g}")


def told_text(doubt: Doubt, table: Table) -> str:
    """Return what was found, and what becomes of the rows where nobody answers."""
    done = {
        TAKE: tr("They are taken as written."),
        UNKNOWN: tr("They are taken as not known."),
        ABOVE: tr("They are taken as above the ground."),
    }[doubt.unanswered]
    return joined((doubt_text(doubt, table), done))


def hint_text(doubts: Sequence[Doubt]) -> str:
    """Return what a mapping says to have rows otherwise that nobody had to answer for, '' for none."""
    mapping = Mapping()
    for doubt in doubts:
        if doubt.is_open and not doubt.must_be_answered:
            mapping = answered(
                mapping, doubt, next(each for each in doubt.choices if each != doubt.unanswered)
            )
    parts = mapping.to_dict()
    del parts["fields"]
    if not parts:
        return ""
    text = tr("To have it otherwise, put for example {example} into the mapping.")
    return text.format(example=json.dumps(parts, ensure_ascii=False)[1:-1])


def open_doubts_text(doubts: Sequence[Doubt], table: Table) -> str:
    """Return the sentence that refuses a run with doubts nobody answered, with what a mapping has to say."""
    parts: dict[str, dict[str, str]] = {}
    for doubt in doubts:
        key = "odd_rows" if doubt.kind in (ODD, DATUM) else "units"
        parts.setdefault(key, {})[doubt.field] = "m" if doubt.suggestion == DRAWN else doubt.suggestion
    message = tr("{found} Say in the mapping what is meant, for example {example}.")
    found = joined(doubt_text(doubt, table) for doubt in doubts)
    if any(doubt.kind == UNIT and doubt.suggestion == DRAWN for doubt in doubts):
        message = tr(
            "{found} Leave “length_m” out of “fields” to take the drawn lengths, or say in the mapping what "
            "is meant, for example {example}."
        )
    return message.format(found=found, example=json.dumps(parts, ensure_ascii=False)[1:-1])
