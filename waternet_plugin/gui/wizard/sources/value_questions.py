"""What the dry run asks about values: units, rows out of line with the others, days for “not known”."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from waternet_plugin.gui.wizard.sources.source import GUESSED
from waternet_plugin.gui.wizard.sources.suspicious_rows import Asked

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
    from waternet_plugin.core.exchange.doubts.doubt import Doubt
    from waternet_plugin.core.exchange.mapping.mapping import Mapping
    from waternet_plugin.gui.wizard.sources.source import LayerSource


def _asked(source: LayerSource, doubt: Doubt) -> Asked:
    """Return the question of a doubt; what a guess answered is suggested until a person agrees."""
    from waternet_plugin.core.exchange.doubts.doubt import answered
    from waternet_plugin.core.exchange.doubts.doubt_texts import answer_text, doubt_text

    key = f"{doubt.kind}_{doubt.field}"
    is_guessed = source.basis == GUESSED and doubt.field not in source.decided
    is_filled_in = is_guessed and key not in source.agreed and bool(doubt.answer)

    def taken(mapping: Mapping, answer: str) -> Mapping:
        return answered(mapping, doubt, answer)

    return Asked(
        source,
        key,
        doubt_text(doubt, source.described),
        tuple((choice, answer_text(doubt, choice)) for choice in doubt.choices),
        doubt.answer if is_filled_in else doubt.suggestion,
        "" if is_filled_in else doubt.answer,
        # What is filled in is applied already.
        must_be_answered=doubt.must_be_answered and not doubt.answer,
        taken=taken,
    )


def asked_of_values(sources: Sequence[LayerSource], results: Sequence[AdoptionResult]) -> list[Asked]:
    """Return what is asked about values.

    Parameters
    ----------
    sources
        The ready sources.
    results
        Their dry runs.
    """
    return [_asked(source, doubt) for source, result in zip(sources, results) for doubt in result.doubts]
