"""What the codes of the files were said to mean: one answer for all files and fields that have a code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from waternet_plugin.gui.wizard.sources.source import LayerSource

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.mapping.code_questions import CodeQuestion


@dataclass
class CodeAnswers:
    """Answers by the list of values and the code as the files write it, of this run and of earlier ones.

    They stay when a file is guessed anew, and hold for files that are added later.
    """

    given: dict[tuple[str, str], str | None] = field(default_factory=dict)
    former: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def questions(self, sources: Sequence[LayerSource]) -> tuple[CodeQuestion, ...]:
        """Return one question for each code of the sources; what is answered is given to all of them."""
        from waternet_plugin.core.exchange.mapping.code_questions import code_questions

        self.apply(sources)
        told = [(source.described, source.meanings()) for source in sources]
        return code_questions(told, self.given, self.former)

    def apply(self, sources: Iterable[LayerSource]) -> None:
        """Give sources what was answered for the same codes of others, or before their mapping changed."""
        from waternet_plugin.core.exchange.mapping.meanings import GIVEN, explain

        for source in sources if self.given else ():
            table = source.described
            given = []
            for meaning in source.meanings():
                described = table.field(meaning.field)
                key = described.domain, meaning.value
                if meaning.state == GIVEN or key not in self.given:
                    continue
                if self.given[key] is not None or not described.required:
                    given.append((meaning.field, meaning.value, self.given[key]))
            if given:
                source.mapping = explain(source.mapping, given)

    def answer(
        self, sources: Sequence[LayerSource], given: Iterable[tuple[CodeQuestion, str | None]]
    ) -> None:
        """Say what codes mean, in every file and field that has them."""
        from waternet_plugin.core.exchange.mapping.meanings import explain

        for question, code in given:
            self.given[question.key] = code
            for place in question.asked:
                source = sources[place.source]
                source.mapping = explain(source.mapping, [(place.field, question.value, code)])

    def withdraw(self, sources: Sequence[LayerSource], questions: Iterable[CodeQuestion]) -> None:
        """Take answers back: the codes are open again wherever they come."""
        wanted = {question.key for question in questions}
        for question in self.questions(sources):
            if question.key not in wanted:
                continue
            for place in question.asked:
                source = sources[place.source]
                codes = {name: dict(known) for name, known in source.mapping.values.items()}
                codes.get(place.field, {}).pop(question.value, None)
                left = {name: known for name, known in codes.items() if known}
                source.mapping = replace(source.mapping, values=left)
        for key in wanted:
            self.given.pop(key, None)
