"""All decisions about one file, and the sentence that refuses a run whose decisions are open."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision, Decisions, FileRefusal
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT, FileAnswers
from waternet_plugin.core.places.deciding.place_claims import place_claims
from waternet_plugin.core.places.deciding.place_decision import PlaceDecision, decide_place, letter
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.answers import file_answers
from waternet_plugin.core.survey.decisions.decision_words import level_words, value_words
from waternet_plugin.core.survey.decisions.height_decisions import height_datum, height_of
from waternet_plugin.core.survey.decisions.set_decision import answered_set, decide_by_set
from waternet_plugin.core.survey.decisions.size_decisions import diameter_of, encoding, level_of
from waternet_plugin.core.texts import listed, shortened, tr

KEY, _SHEETS = "level_columns", "sheets"

_CODE = re.compile(r"(?:[A-Za-z]+:)?\d+")


def _decided_place(
    facts: FileFacts, network: NetworkFacts, answers: FileAnswers, settings: Settings, today: datetime.date
) -> PlaceDecision:
    claims = place_claims(facts, answers)
    if answers.new_set is not None or answered_set(answers, network) is not None:
        return decide_by_set(facts, network, claims, answers, settings=settings, today=today)
    if answers.crs:
        try:
            if not _CODE.fullmatch(answers.crs.strip()):
                # PROJ takes parts of names for a CRS, too.
                raise InputError(answers.crs)
            read_crs(answers.crs)
        except InputError:
            unknown = DecisionEvidence("set_unknown", {"set": answers.crs[:80]})
            return PlaceDecision(
                Decision("axes", claims.axes or None, claims.axes_evidence),
                Decision("crs", None, (unknown,)),
                refusals=(FileRefusal(facts.name, "crs", unknown),),
            )
    return decide_place(facts, network, claims, settings)


def decide(
    facts: FileFacts,
    network: NetworkFacts,
    answers: Mapping[str, Any],
    *,
    settings: Settings,
    today: datetime.date,
) -> Decisions:
    """Return what is decided about one file, on what evidence, and what is open.

    Only keys that a row of the file needs are decided: no axes without coordinates, no ``level_of`` without
    levels.

    Parameters
    ----------
    facts
        The file.
    network
        The network; one object for all files.
    answers
        DECISIONS, read from JSON: keys for all files, and ``files`` with keys for single ones.
    today
        Transform sets are valid until a day.

    Raises
    ------
    InputError
        When an answer can't be read.
    """
    own = file_answers(answers, facts.name)
    decided: dict[str, Decision] = {}
    if facts.encodings:
        decided["encoding"] = encoding(facts, own)
    if facts.open_sheets or left_sheets(facts, own):
        decided[_SHEETS] = sheets(facts, own)
    if facts.level_columns:
        decided["level_columns"] = level_columns(facts, own)
    decided_place = PlaceDecision(Decision("axes", None), Decision("crs", None))
    if len(facts.rows):
        decided_place = _decided_place(facts, network, own, settings, today)
        decided["axes"], decided["crs"] = decided_place.axes, decided_place.crs
    if np.isfinite(facts.height).any():
        decided["height_datum"] = height_datum(
            facts, network, own, reading=decided_place.reading, settings=settings
        )
        decided["height_of"] = height_of(facts, own, settings)
    elif np.isfinite(facts.ground).any() or np.isfinite(facts.end_level).any():
        # Levels of the ground and of lines alone are held against no ground: only words speak of their datum.
        datum = height_datum(facts, network, own, reading=None, settings=settings)
        if datum.value != network.height_datum:
            decided["height_datum"] = datum
    if facts.has_levels:
        decided["level_of"] = level_of(facts, own)
    if len(facts.bare_plastic_mm):
        decided["diameter_of"] = diameter_of(facts, own)
    return Decisions(
        facts.name, decided, decided_place.refusals, decided_place.reading, decided_place.rows_against
    )


def refuse_open(decisions: Sequence[Decisions]) -> None:
    """Refuse a run in which a file is refused or a decision is open.

    Parameters
    ----------
    decisions
        Of all files.

    Raises
    ------
    InputError
        Naming each file and key; its details have a line for each.
    """
    refused = [refusal.text for decision in decisions for refusal in decision.refusals]
    if refused:
        raise InputError(refused[0], details=tuple(refused[1:]))
    open_keys = [
        f"{question.file}: {question.name}" for decision in decisions for question in decision.questions
    ]
    if open_keys:
        message = tr(
            "Decisions are open: {keys}. Give them in DECISIONS, or answer the questions of the wizard."
        )
        raise InputError(message.format(keys=shortened(open_keys)), details=tuple(open_keys))


def left_sheets(facts: FileFacts, answers: FileAnswers) -> list[str]:
    """Return the sheets of a file that were answered to be left out."""
    return [sheet for sheet in answers.sheets if sheet in facts.texts]


def sheets(facts: FileFacts, answers: FileAnswers) -> Decision:
    """Return which sheets are left out, or ask for the first that is not understood.

    Parameters
    ----------
    facts
        With such sheets.
    answers
        Of a person.
    """
    left = left_sheets(facts, answers)
    if not facts.open_sheets:
        text = tr("{sheet}: {what}", "a sheet, and what becomes of it")
        words = listed(text.format(sheet=sheet, what=value_words(_SHEETS, LEAVE_OUT)) for sheet in left)
        return Decision(_SHEETS, words, (DecisionEvidence("answered", {"value": words}),))
    sheet, reason = next(iter(facts.open_sheets.items()))
    evidence = (DecisionEvidence("sheet_not_known", {"reason": reason}),)
    answer = {_SHEETS: {**dict.fromkeys(left, LEAVE_OUT), sheet: LEAVE_OUT}}
    return Decision(_SHEETS, None, evidence, (Candidate(letter(0), LEAVE_OUT, answer, evidence),), sheet)


def level_columns(facts: FileFacts, answers: FileAnswers) -> Decision:
    """Return what was answered about columns of levels, or ask for the first that is open.

    Parameters
    ----------
    facts
        With such columns.
    answers
        Of a person.

    Raises
    ------
    InputError
        When an answer names a column that is not in doubt, or a field that can't be meant.
    """
    given = answers.level_columns
    _refuse_wrong(facts, answers)
    known = {name: given.get(name, given.get("*", "")) for name in facts.level_columns}
    rest = [name for name, field in known.items() if not field]
    if not rest:
        words = listed(level_words(known))
        return Decision(KEY, words, (DecisionEvidence("answered", {"value": words}),))
    column = rest[0]
    taken = set(given.values())
    free = [field for field in facts.level_columns[column] if field not in taken]
    candidates = tuple(
        Candidate(letter(number), field, {KEY: {**given, column: field}})
        for number, field in enumerate((*free, LEAVE_OUT))
    )
    evidence = DecisionEvidence("column_not_known", {"column": column})
    return Decision(KEY, None, (evidence,), candidates, column)


def _refuse_wrong(facts: FileFacts, answers: FileAnswers) -> None:
    for column, field in answers.level_columns.items():
        allowed = (*facts.level_columns.get(column, ()), LEAVE_OUT)
        if column in facts.level_columns and field not in allowed:
            text = tr("DECISIONS, {file}: {key} can't be “{value}”. Use one of: {values}.").format(
                file=facts.name, key=f"{KEY}, {column}", value=field[:40], values=listed(allowed)
            )
            raise InputError(text)
