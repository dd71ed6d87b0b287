"""Findings of a check that was run in the other language, told in the one that is spoken.

A network keeps the sentence of a finding and its rule, whose sentence the catalogue has in both languages.
"""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin.core import texts
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.schema.domains import all_domains
from waternet_plugin.core.schema.tables import all_tables

_HOLE = re.compile(r"\{(\w+)(?::[^{}]*)?\}")


@lru_cache(maxsize=None)
def _pattern(template: str) -> re.Pattern[str]:
    """Return what matches the sentences of a template, its values by name."""
    between, names = _HOLE.split(template)[::2], _HOLE.findall(template)
    parts = [re.escape(between[0])]
    for place, name in enumerate(names):
        parts.append(f"(?P={name})" if name in names[:place] else f"(?P<{name}>.*?)")
        parts.append(re.escape(between[place + 1]))
    return re.compile("".join(parts), re.DOTALL)


@lru_cache(maxsize=None)
def _labels(language: str) -> dict[str, str]:
    """Return the labels of codes, fields, tables and rules in a language, by those in the other one."""
    pairs = [(code.label_en, code.label_zh) for codes in all_domains().values() for code in codes.values()]
    pairs += [(rule.title_en, rule.title_zh) for rule in catalogue().values()]
    for described in all_tables().values():
        pairs.append((described.label_en, described.label_zh))
        pairs += [(field.label_en, field.label_zh) for field in described.fields]
    return dict(pairs) if language == "zh_CN" else {chinese: english for english, chinese in pairs}


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
    labels = _labels(texts.language())
    values = {name: labels.get(value) or texts.said_now(value) for name, value in found.groupdict().items()}
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), rule.text)
