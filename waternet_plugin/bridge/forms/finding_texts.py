"""Findings of checks as QGIS's maps and tables tell them: in the language of the project, without plugin."""

from __future__ import annotations

import re
from functools import lru_cache

from waternet_plugin import language
from waternet_plugin.bridge.styling import expressions
from waternet_plugin.core.quality.catalogue import Rule, catalogue
from waternet_plugin.core.quality.issues.retelling import HOLE, labels_of, words_of

_SENTENCE, _LABELS = "@s", "@l"
# Holes that hold a label or a word of ours; others hold ids and numbers, which are the same everywhere.
_WORDS = frozenset(
    "end field function joint kind lining material of other reason rule system table unit".split()
)


def _in(rule: Rule, code: str) -> str:
    return rule.text_zh if code == "zh_CN" else rule.text_en


def _pattern(template: str, wanted: str = "") -> str:
    """Return what matches the sentences of a template; it captures the first value of the wanted name."""
    between, names = HOLE.split(template)[::2], HOLE.findall(template)
    first = names.index(wanted) if wanted else -1
    holes = ["(.*?)" if index == first else ".*?" for index in range(len(names))]
    parts = [re.escape(between[0])]
    for hole, after in zip(holes, between[1:]):
        parts += [hole, re.escape(after)]
    # Backslashes are doubled in texts of expressions.
    return expressions.text(f"^{''.join(parts)}$".replace("\\", "\\\\"))


def _told(rule: Rule, code: str) -> str:
    """Return the expression of a rule's sentence, told again where it is in the other language."""
    now, other = _in(rule, code), _in(rule, "en" if code == "zh_CN" else "zh_CN")
    names = list(dict.fromkeys(HOLE.findall(now)))
    expression = expressions.text(HOLE.sub(lambda hole: "{" + hole[1] + "}", now))
    if names:
        values = [(name, f"regexp_substr({_SENTENCE}, {_pattern(other, name)})") for name in names]
        pairs = ", ".join(
            f"{expressions.text('{' + name + '}')}, "
            + (f"coalesce(map_get({_LABELS}, {value}), {value})" if name in _WORDS else value)
            for name, value in values
        )
        expression = f"replace({expression}, map({pairs}))"
    return f"if(regexp_match({_SENTENCE}, {_pattern(other)}), {expression}, {_SENTENCE})"


@lru_cache(maxsize=None)
def told_finding(code: str, *, rule_id: str = '"rule_id"', sentence: str = '"text"') -> str:
    """Return the expression of a finding's sentence in ``en`` or ``zh_CN``; no plugin is asked.

    A sentence that no rule explains, such as one of an earlier version, stays as it was written.

    Parameters
    ----------
    code
        The language.
    rule_id, sentence
        Expressions of the columns of both.
    """
    with language.speaking("zh_CN"):
        chinese = words_of()
    words = chinese if code == "zh_CN" else {chinese_word: word for word, chinese_word in chinese.items()}
    pairs = ", ".join(
        f"{expressions.text(first)}, {expressions.text(second)}"
        for first, second in {**labels_of(code), **words}.items()
    )
    cases = " ".join(
        f"WHEN {rule_id} = {expressions.text(rule.rule_id)} THEN {_told(rule, code)}"
        for rule in catalogue().values()
    )
    named = (
        f"with_variable('s', {sentence}, with_variable('l', map({pairs}), CASE {cases} ELSE {_SENTENCE} END))"
    )
    return f"coalesce({named}, {sentence})"


def rule_titles(code: str) -> dict[str, str]:
    """Return what each rule is called in ``en`` or ``zh_CN``, by its id."""
    rules = catalogue().values()
    return {rule.rule_id: rule.title_zh if code == "zh_CN" else rule.title_en for rule in rules}
