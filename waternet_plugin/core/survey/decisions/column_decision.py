"""What columns of levels or depths are whose headings no list knows: only a person can say it."""

from __future__ import annotations

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.decisions import Candidate, Decision
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT, FileAnswers
from waternet_plugin.core.places.deciding.place_decision import letter
from waternet_plugin.core.survey.decisions.decision_words import level_words
from waternet_plugin.core.texts import listed, tr

KEY = "level_columns"


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
            message = tr("DECISIONS, {file}: {key} can't be “{value}”. Use one of: {values}.")
            text = message.format(
                file=facts.name, key=f"{KEY}, {column}", value=field[:40], values=listed(allowed)
            )
            raise InputError(text)
