"""What becomes of sheets that nobody understands: only a person can leave one out."""

from __future__ import annotations

from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT, FileAnswers
from waternet_plugin.core.places.deciding.place_decision import letter
from waternet_plugin.core.survey.decisions.decision_words import value_words
from waternet_plugin.core.texts import listed, tr

KEY = "sheets"


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
        words = listed(text.format(sheet=sheet, what=value_words(KEY, LEAVE_OUT)) for sheet in left)
        return Decision(KEY, words, (DecisionEvidence("answered", {"value": words}),))
    sheet, reason = next(iter(facts.open_sheets.items()))
    evidence = (DecisionEvidence("sheet_not_known", {"reason": reason}),)
    answer = {KEY: {**dict.fromkeys(left, LEAVE_OUT), sheet: LEAVE_OUT}}
    return Decision(KEY, None, evidence, (Candidate(letter(0), LEAVE_OUT, answer, evidence),), sheet)
