"""What the dry run asks about rows: repeated ids, strays, events that are there; each with a suggestion.

The answer is part of the source's mapping, so a run without a screen repeats it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from waternet_plugin.core.exchange.mapping.mapping import NUMBER, REJECT, SAME, SWAP, TAKE, Mapping
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.wizard.sources.source import LayerSource

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

REPEATED_IDS, STRAYS, REPEATS = "repeated_ids", "strays", "repeats"
# So large a share of a file's rows is never left out without a word.
_MUCH = 0.01


@dataclass(frozen=True)
class Asked:
    """One question: the answers with their labels, which is suggested, which is given ('' for none).

    One that ``must_be_answered`` holds the adoption up; without an answer to another the rows are left out,
    as a run without a screen does, and the page counts them.
    """

    source: LayerSource
    key: str
    text: str
    choices: tuple[tuple[str, str], ...]
    suggestion: str
    answer: str
    must_be_answered: bool
    # Returns the mapping with an answer, where that is more than the value of one key.
    taken: Callable[[Mapping, str], Mapping] | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody answered yet."""
        return not self.answer


def _of_repeats(source: LayerSource, result: AdoptionResult) -> Asked:
    found = result.repeats
    choices = [(REJECT, tr("Leave them out"))]
    text = tr("%n row(s) have a repeated id.", "", found.rows)
    if found.same:
        same = tr("Of these, %n identical to another row in every column.", "", found.same)
        text = joined((text, same))
        choices.insert(0, (SAME, tr("Take identical rows once; leave out the others")))
    if found.examples:
        choices.insert(0, (NUMBER, tr("Number them: {example} …").format(example=found.examples[0])))
    suggestion = NUMBER if found.examples else SAME
    return Asked(
        source,
        REPEATED_IDS,
        text,
        tuple(choices),
        suggestion,
        source.mapping.repeated_ids,
        must_be_answered=found.rows > _MUCH * result.rows_in,
    )


def _of_strays(source: LayerSource, result: AdoptionResult) -> Asked:
    from waternet_plugin.core.exchange.coordinates.straying import far_text, fitting_text

    found = result.straying
    choices = [(REJECT, tr("Leave them out")), (TAKE, tr("Take them as they are"))]
    text = far_text(found)
    if found.swappable_count:
        text = f"{text} {fitting_text(found)}"
        label = tr("Swap x and y")
        if found.swappable_count < found.count:
            label = tr("Swap x and y; leave out the rest")
        choices.insert(0, (SWAP, label))
    return Asked(
        source, STRAYS, text, tuple(choices), choices[0][0], source.mapping.strays, must_be_answered=True
    )


def _of_rows_there(source: LayerSource, result: AdoptionResult) -> Asked | None:
    """Ask what to do with events that the network has already; None where it has none of them."""
    from waternet_plugin.core.exchange.adoption.verdicts import ALIKE_ID, SAME_ROW_THERE

    rejected = result.rejected_by_reason()
    count = rejected.get(SAME_ROW_THERE, 0) + rejected.get(ALIKE_ID, 0)
    if not count and not source.mapping.repeats:
        return None
    alike = rejected.get(ALIKE_ID, 0)
    text = tr("{n} of {rows} are there already.").format(n=f"{count - alike:,}", rows=f"{result.rows_in:,}")
    if alike:
        ids = result.rejected.loc[result.rejected["reason_code"] == ALIKE_ID, "source_id"]
        told = tr("The network may have the ids of %n row(s) in another spelling, such as {id}.", "", alike)
        told = told.format(id=ids.iloc[0])
        text = told if count == alike else joined((text, told))
    choices = ((REJECT, tr("Leave them out")), (TAKE, tr("Add them all the same")))
    return Asked(source, REPEATS, text, choices, REJECT, source.mapping.repeats, must_be_answered=False)


def asked_of(sources: Sequence[LayerSource], results: Sequence[AdoptionResult]) -> list[Asked]:
    """Return what a dry run asks, open questions first.

    Parameters
    ----------
    sources
        The ready sources.
    results
        Their dry runs.
    """
    found = []
    for source, result in zip(sources, results):
        if result.straying.count:
            found.append(_of_strays(source, result))
        if result.repeats.rows:
            found.append(_of_repeats(source, result))
        there = _of_rows_there(source, result)
        if there is not None:
            found.append(there)
    return sorted(found, key=lambda one: not one.is_open)


def give(answers: Iterable[tuple[Asked, str]]) -> None:
    """Put answers into the mappings of their sources."""
    for asked, answer in answers:
        asked.source.agreed.add(asked.key)
        if asked.taken is not None:
            asked.source.mapping = asked.taken(asked.source.mapping, answer)
        else:
            asked.source.mapping = replace(asked.source.mapping, **{asked.key: answer})
