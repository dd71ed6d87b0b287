"""Facts: reasons as codes and values, so that each reader reads them in a language of their own.

A fact is a code under ``is`` and the values of its sentence: ``{"is": "failures", "count": 3}``. A network
keeps facts as JSON beside the sentences of the day they were made, which tables and other programs show.
Networks of before have the sentences alone; a vocabulary understands those, too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from waternet_plugin.core import texts
from waternet_plugin.core.arrays import Array
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.texts import tr

Fact = Mapping[str, Any]
# The code of a sentence that no vocabulary understands: it is told as it was written.
AS_WRITTEN = "as_written"
# Sentences were joined in the language they were made in, so both signs part them.
_BETWEEN = re.compile(r"[;；]\s*")
_HOLE = re.compile(r"\\\{(\w+)\\\}")
# What stands in a hole of a sentence, where that tells it from another sentence.
_SHAPES = {"year": r"\d{3,4}", "since": r"\d{4}-\d{2}-\d{2}", "count": r"[\d.,]+", "diameter": r"\d+"}
_ANYTHING = "[^;；]+"
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_WRITER_BY_LINE = json.JSONEncoder(ensure_ascii=False, separators=("\n", ":"))


def _hole(found: re.Match[str]) -> str:
    name = found.group(1)
    return f"(?P<{name}>{_SHAPES.get(name, _ANYTHING)})"


def stored_text(facts: Iterable[Fact]) -> str:
    """Return facts as a network keeps them."""
    return _WRITER.encode(list(facts))


def fact_texts(facts: Sequence[Fact]) -> list[str]:
    """Return each of many facts of simple values as `stored_text` has it within its brackets."""
    # Within JSON no line feed stands as it is.
    text = _WRITER_BY_LINE.encode(list(facts))[2:-2]
    return ["{" + fact.replace("\n", ",") + "}" for fact in text.split("}\n{")] if facts else []


def stored_each(code: str, values: Mapping[str, Sequence[object] | Array], count: int) -> list[str]:
    """Return many rows of one fact of one code as `stored_text` does, in a fraction of its time.

    Parameters
    ----------
    code
        The code.
    values
        The values of each hole of its sentence, one a row.
    count
        How many rows there are.
    """
    columns = [_written(column) for column in values.values()]
    holes = "".join(f",{_WRITER.encode(name)}:%s" for name in values)
    text = f'[{{"is":{_WRITER.encode(code)}{holes}}}]'
    return [text % row for row in zip(*columns)] if columns else [text] * count


def _written(values: Sequence[object] | Array) -> list[str]:
    """Return simple values as JSON; line feeds part them at once, for within JSON none stands as it is."""
    return _WRITER_BY_LINE.encode(list(values))[1:-1].split("\n") if len(values) else []


def split(sentences: object) -> tuple[str, ...]:
    """Return the single sentences of a text of joined ones, in their order."""
    text = sentences if isinstance(sentences, str) else ""
    return tuple(part.strip() for part in _BETWEEN.split(text) if part.strip())


def joined(sentences: Iterable[str]) -> str:
    """Return reasons as one text."""
    return tr("; ", "between reasons").join(sentences)


def _facts_in(text: object) -> tuple[Fact, ...]:
    """Return the facts of a text, none where it holds none."""
    if not isinstance(text, str) or not text:
        return ()
    try:
        found = parse_json(text)
    except ValueError:
        return ()
    there = found if isinstance(found, list) else []
    return tuple(fact for fact in there if isinstance(fact, dict) and isinstance(fact.get("is"), str))


class Vocabulary:
    """The sentences of one kind of facts.

    Parameters
    ----------
    sentences
        Returns the sentence of each code in the language that is spoken, with holes for values.
    told
        Returns the values of a fact as its sentence tells them.
    understood
        Returns the values of a fact from the words in the holes of a sentence.
    """

    def __init__(
        self,
        sentences: Callable[[], Mapping[str, str]],
        told: Callable[[Fact], Mapping[str, Any]] = lambda fact: fact,
        understood: Callable[[Mapping[str, str]], Mapping[str, Any]] = lambda words: words,
    ) -> None:
        # The sentence of each code in the language that is spoken.
        self.sentences = sentences
        self._told = told
        self._understood = understood

    def say(self, fact: Fact) -> str:
        """Return a fact as a sentence in the language that is spoken, its code where it has none."""
        return self.say_all((fact,))[0]

    def say_all(self, facts: Iterable[Fact]) -> tuple[str, ...]:
        """Return facts as sentences, in their order."""
        return self.say_each((facts,))[0]

    def say_each(self, every: Iterable[Iterable[Fact]]) -> list[tuple[str, ...]]:
        """Return the facts of many rows as sentences, a tuple a row."""
        # Asked for once: each asking translates all of them.
        sentences = self.sentences()
        return [tuple(self._said(fact, sentences) for fact in facts) for facts in every]

    def say_alike(self, code: str, values: Mapping[str, Sequence[object] | Array], count: int) -> list[str]:
        """Return many rows of one fact of one code as sentences, told by their values as they are.

        Parameters
        ----------
        code, values, count
            As of `stored_each`.
        """
        sentence = self.sentences()[code]
        for number, name in enumerate(values):
            sentence = sentence.replace(f"{{{name}}}", f"{{{number}}}")
        return list(map(sentence.format, *values.values())) if values else [sentence] * count

    def _said(self, fact: Fact, sentences: Mapping[str, str]) -> str:
        if fact["is"] == AS_WRITTEN:
            return str(fact.get("text", ""))
        sentence = sentences.get(str(fact["is"]))
        if sentence is None:
            return str(fact["is"])
        try:
            return sentence.format(**self._told(fact))
        except (KeyError, ValueError, TypeError, IndexError):
            # Somebody edited the column: what is left of it is better than nothing.
            return str(fact["is"])

    def understand(self, sentence: str) -> Fact:
        """Return the fact that a sentence tells, in English or in the language that is spoken."""
        with texts.speaking(None, "en"):
            english = self.sentences()
        for known in (english, self.sentences()):
            # The longest first: a short sentence may be the beginning of a longer one.
            for code, template in sorted(known.items(), key=lambda one: (-len(one[1]), one[0])):
                pattern = _HOLE.sub(_hole, re.escape(template))
                found = re.fullmatch(pattern, sentence)
                if found:
                    return {"is": code, **self._understood(found.groupdict())}
        return {"is": AS_WRITTEN, "text": sentence}

    def read(self, facts: object, sentences: object) -> tuple[Fact, ...]:
        """Return what a network has of reasons.

        Parameters
        ----------
        facts
            Its facts as text; anything else where it has none.
        sentences
            The sentences beside them, which speak where there are no facts.
        """
        return _facts_in(facts) or tuple(self.understand(one) for one in split(sentences))
