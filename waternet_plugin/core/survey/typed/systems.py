"""The system and the kind of node that a surveyor's code names."""

from __future__ import annotations

from functools import lru_cache

from waternet_plugin.core.schema.domains import suggest
from waternet_plugin.core.schema.system_names import system_at_start, system_words
from waternet_plugin.core.survey.handover.codes import names_by_code
from waternet_plugin.core.survey.typed.features import feature_of


@lru_cache(maxsize=4096)
def system_of_code(code: str) -> str | None:
    """Return the system that a surveyor's code names: JS, JS DN300 QM, or 51042204; None for none."""
    standard = names_by_code().get(code)
    if standard is not None:
        return suggest("system", standard[0])
    for word in code.split():
        known = suggest("system", word)
        if known is not None:
            return known
    if kind_of_code(code) is None:
        return system_at_start(code.strip())
    # 污水检查井 names the system and what stands there; 消防栓 only begins like the word for fire water.
    for word, system in system_words():
        if not word.isascii() and code.startswith(word) and kind_of_code(code[len(word) :]) is not None:
            return system
    return None


@lru_cache(maxsize=4096)
def kind_of_code(code: str) -> str | None:
    """Return the kind of node that a surveyor's code names, None for none."""
    standard = names_by_code().get(code)
    if standard is not None:
        return suggest("node_kind", standard[1])
    suggestion = suggest("node_kind", code)
    if suggestion is not None:
        return suggestion
    suggestions = [suggest("node_kind", word) for word in code.split()]
    # 给水阀门 names the system and what stands there.
    suggestions += [
        suggest("node_kind", code[len(word) :])
        for word, _system in system_words()
        if not word.isascii() and code.startswith(word)
    ]
    return next((kind for kind in suggestions if kind is not None), None)


def is_code(word: str) -> bool:
    """Return whether a word is a code of surveyors: a kind of node, a feature or a system."""
    return bool(kind_of_code(word) or system_of_code(word) or feature_of(word))
