"""Findings told in the reader's language, whatever language their check was run in."""

from __future__ import annotations

import string

import pytest

from waternet_plugin.core import texts
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.retelling import retold

RULES = list(catalogue().values())


def _filled(template: str) -> str:
    """Return a sentence with a different value in each hole."""
    values = {}
    for _text, name, how, _conversion in string.Formatter().parse(template):
        if name:
            values.setdefault(name, 12.0 + len(values) if how else f"JS-0{len(values)}7")
    return template.format(**values)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.rule_id)
def test_every_finding_is_told_in_the_other_language(rule) -> None:
    english, chinese = _filled(rule.text_en), _filled(rule.text_zh)
    for language, same, other in (("en", english, chinese), ("zh_CN", chinese, english)):
        with texts.speaking(None, language):
            assert retold(rule.rule_id, same) == same
            told = retold(rule.rule_id, other)
            assert any("\u4e00" <= sign <= "\u9fff" for sign in told) is (language == "zh_CN"), told
            assert retold(rule.rule_id, told) == told


def test_labels_within_a_sentence_change_with_it() -> None:
    rule = next(rule for rule in RULES if "{field}" in rule.text_en and "{pipe}" in rule.text_en)
    told = rule.text_en
    values = {"field": "Material", "pipe": "JS-0376"}
    for _text, name, _how, _conversion in string.Formatter().parse(told):
        if name:
            values.setdefault(name, "7")
    sentence = "".join(
        text + (values[name] if name else "") for text, name, _how, _c in string.Formatter().parse(told)
    )
    with texts.speaking(None, "zh_CN"):
        found = retold(rule.rule_id, sentence)
    assert "Material" not in found and "JS-0376" in found and "材" in found


@pytest.mark.parametrize("sentence", ["", "A sentence of an earlier version.", "手工填写"])
def test_a_sentence_that_no_rule_explains_stays(sentence: str) -> None:
    for language in ("en", "zh_CN"):
        with texts.speaking(None, language):
            assert retold("missing_node", sentence) == sentence
            assert retold("a_rule_of_tomorrow", sentence) == sentence
