"""One question for a code, however many files and fields of one list of values have it.

An answer holds for the list, not for the file: it answers the same code wherever it comes. A code that is
written like an answered one is suggested to mean the same.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace

from waternet_plugin.core.exchange.mapping.meanings import GIVEN, OPEN, SUGGESTED, Meaning
from waternet_plugin.core.schema.domains import fold
from waternet_plugin.core.schema.tables import Table

# The list of values and the code as it is written: what was answered, None for unknown.
Answers = Dictionary[tuple[str, str], "str | None"]

_ALIKE = 0.75
_LEAST_SIGNS = 3
# So many open codes are no codes; they are not held against one another.
_MOST_COMPARED = 300
_RANK = {OPEN: 0, SUGGESTED: 1, GIVEN: 2}


@dataclass(frozen=True)
class Asking:
    """Where a code is asked: the number of the source, the field, and how many of its rows have it."""

    source: int
    field: str
    count: int


@dataclass(frozen=True)
class CodeQuestion:
    """A code of some files: what it means so far, on which word that rests, and where it comes.

    ``must_be_known`` says that one of its fields can't stay empty. ``rows`` counts by table. ``is_former``
    says that the suggestion was the answer of an earlier run.
    """

    domain: str
    value: str
    code: str | None
    state: str
    basis: str
    asked: tuple[Asking, ...]
    must_be_known: bool
    rows: Dictionary[str, int]
    is_former: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """The list of values and the code, as answers have it."""
        return self.domain, self.value

    @property
    def count(self) -> int:
        """How many rows have it."""
        return sum(one.count for one in self.asked)


def code_questions(
    told: Sequence[tuple[Table, Sequence[Meaning]]], answers: Answers, former: Answers
) -> tuple[CodeQuestion, ...]:
    """Return a question for each code of some sources: open ones first, those written alike side by side.

    Parameters
    ----------
    told
        The table and the codes of each source.
    answers
        What was answered in this run; codes written like one of them are suggested to mean the same.
    former
        What was answered in earlier runs, which is suggested.
    """
    found: dict[tuple[str, str], list[tuple[int, Meaning]]] = {}
    for number, (table, meanings) in enumerate(told):
        for meaning in meanings:
            key = table.field(meaning.field).domain, meaning.value
            found.setdefault(key, []).append((number, meaning))
    asked = [_question(key, parts, [told[number][0] for number, _ in parts]) for key, parts in found.items()]
    asked = [_with_answers(one, answers, former) for one in asked]
    ordered = sorted(asked, key=lambda one: (_RANK[one.state], -one.count, one.domain, one.value))
    return tuple(_side_by_side(ordered))


def _question(
    key: tuple[str, str], parts: Sequence[tuple[int, Meaning]], tables: Sequence[Table]
) -> CodeQuestion:
    """Return one question of the same code of several fields; what is open anywhere is open."""
    _number, first = min(parts, key=lambda part: _RANK[part[1].state])
    rows: dict[str, int] = {}
    for table, (_, one) in zip(tables, parts):
        rows[table.name] = rows.get(table.name, 0) + one.count
    return CodeQuestion(
        domain=key[0],
        value=key[1],
        code=first.code,
        state=first.state,
        basis=first.basis,
        asked=tuple(Asking(number, one.field, one.count) for number, one in parts),
        must_be_known=any(table.field(one.field).required for table, (_, one) in zip(tables, parts)),
        rows=rows,
    )


def _with_answers(question: CodeQuestion, answers: Answers, former: Answers) -> CodeQuestion:
    """Return a question with what an answer to it, or to one written like it, suggests."""
    if question.state == GIVEN:
        return question
    if question.key in former and _fits(question, former[question.key]):
        return replace(
            question, code=former[question.key], state=SUGGESTED, basis=question.value, is_former=True
        )
    if question.state == SUGGESTED or not question.value:
        return question
    near = [
        (likeness(question.value, value), value, code)
        for (domain, value), code in answers.items()
        if domain == question.domain and value and _fits(question, code)
    ]
    best = max(near, key=lambda found: (found[0], found[1]), default=None)
    if best is None or best[0] < _ALIKE:
        return question
    return replace(question, code=best[2], state=SUGGESTED, basis=best[1])


def _fits(question: CodeQuestion, code: str | None) -> bool:
    return code is not None or not question.must_be_known


def likeness(one: str, other: str) -> float:
    """Return how alike two codes are written, 0 to 1: 1 where they differ in figures and marks alone."""
    first, second = (re.sub(r"\d+", "", fold(word)) for word in (one, other))
    if first and first == second:
        return 1.0
    if min(len(first), len(second)) < _LEAST_SIGNS:
        return 0.0
    shorter, longer = sorted((first, second))
    return float(difflib.SequenceMatcher(None, shorter, longer, autojunk=False).ratio())


def _side_by_side(ordered: Sequence[CodeQuestion]) -> list[CodeQuestion]:
    """Return questions with open codes that are written alike after one another, else as they are."""
    still_open = [one for one in ordered if one.state == OPEN]
    rest = [one for one in ordered if one.state != OPEN]
    if len(still_open) > _MOST_COMPARED:
        return [*still_open, *rest]
    left, grouped = list(still_open), []
    while left:
        first = left.pop(0)
        grouped.append(first)
        near = [
            one for one in left if one.domain == first.domain and likeness(first.value, one.value) >= _ALIKE
        ]
        grouped += near
        left = [one for one in left if one not in near]
    return [*grouped, *rest]
