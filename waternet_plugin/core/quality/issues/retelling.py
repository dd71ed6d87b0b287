"""Findings of a check that was run in the other language, told in the one that is spoken.

A network keeps the sentence of a finding and its rule, whose sentence the catalogue has in both languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin.core import texts
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.schema.constraints import constraints_of
from waternet_plugin.core.schema.domains import all_domains
from waternet_plugin.core.schema.tables import all_tables

# A value within a sentence, its name captured.
HOLE = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


@lru_cache(maxsize=None)
def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches the sentences of a template, its values by name."""
    between, names = HOLE.split(template)[::2], HOLE.findall(template)
    parts = [re.escape(between[0])]
    for place, name in enumerate(names):
        parts.append(f"(?P={name})" if name in names[:place] else f"(?P<{name}>.*?)")
        parts.append(re.escape(between[place + 1]))
    return re.compile("".join(parts), re.DOTALL)


@lru_cache(maxsize=None)
def labels_of(language: str) -> dict[str, str]:
    """Return labels of codes, fields and rules, and reasons of constraints, by those of the other language.

    ``language`` is ``en`` or ``zh_CN``.
    """
    pairs = [(code.label_en, code.label_zh) for codes in all_domains().values() for code in codes.values()]
    pairs += [(rule.title_en, rule.title_zh) for rule in catalogue().values()]
    for described in all_tables().values():
        pairs.append((described.label_en, described.label_zh))
        pairs += [(field.label_en, field.label_zh) for field in described.fields]
        pairs += [
            (limit.reason_en, limit.reason_zh)
            for field in described.fields
            for limit in constraints_of(described.name, field.name)
        ]
    return dict(pairs) if language == "zh_CN" else {chinese: english for english, chinese in pairs}


def words_of() -> dict[str, str]:
    """Return the words that checks put into their sentences, English to the language that is spoken."""
    words = "start end feet millimetres kilometres metres inches centimetres".split()
    return {word: texts.said_now(word) for word in (*words, "feet on the map")}


def retold(rule_id: str, sentence: str) -> str:
    """Return the sentence of a finding in the language that is spoken.

    A sentence that the rule does not explain, such as one of an earlier version, stays as it was written.
    """
    rule = catalogue().get(rule_id)
    if rule is None or _pattern(rule.text).fullmatch(sentence):
        return sentence
    found = _pattern(rule.text_en).fullmatch(sentence) or _pattern(rule.text_zh).fullmatch(sentence)
    if found is None:
        return sentence
    labels = labels_of(texts.language())
    values = {name: labels.get(value) or texts.said_now(value) for name, value in found.groupdict().items()}
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), rule.text)
