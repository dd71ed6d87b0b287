"""The catalogue: complete, in both languages, every rule with a check, a source and sound roots."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.catalogue import FAMILIES, SEVERITIES, catalogue, chosen_rules
from waternet_plugin.core.quality.checking import WIDESPREAD, all_checks
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import defaults
from waternet_plugin.core.schema.tables import all_tables

RULES = catalogue()


def test_there_are_more_than_eighty_rules_in_all_families() -> None:
    families = Counter(rule.family for rule in RULES.values())
    assert len(RULES) >= 80
    assert set(families) == set(FAMILIES)
    assert min(families.values()) >= 10


def test_every_rule_is_checked_by_one_check() -> None:
    checked = Counter(rule for check in all_checks() for rule in check.rules)
    assert set(checked) == set(RULES) - {WIDESPREAD}
    assert max(checked.values()) == 1


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_is_complete(rule: object) -> None:
    words = ("title", "text", "explanation", "fix")
    for name in words:
        for language in ("en", "zh"):
            assert getattr(rule, f"{name}_{language}").strip(), name
        assert re.search(r"[\u4e00-\u9fff]", getattr(rule, f"{name}_zh")), name
        assert not re.search(r"[\u4e00-\u9fff]", getattr(rule, f"{name}_en")), name


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_names_what_exists(rule) -> None:  # type: ignore[no-untyped-def]
    assert rule.severity in SEVERITIES
    assert rule.severity in domain("severity")
    assert rule.family in FAMILIES
    assert rule.reach in ("local", "far", "whole", "zones")
    assert set(rule.tables) <= set(all_tables())
    assert set(rule.roots) <= set(RULES)
    assert rule.source
    assert rule.certainty in domain("certainty")
    for key in rule.settings:
        assert any(re.fullmatch(re.escape(key).replace(r"\*", ".*"), name) for name in defaults()), key


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_both_languages_have_the_same_places_for_values(rule) -> None:  # type: ignore[no-untyped-def]
    places = [set(re.findall(r"{(\w+)", text)) for text in (rule.text_en, rule.text_zh)]
    assert places[1] <= places[0]


def test_no_rule_is_its_own_root() -> None:
    depth: dict[str, int] = {}

    def visit(name: str, above: tuple[str, ...]) -> int:
        assert name not in above, (*above, name)
        if name not in depth:
            depth[name] = 1 + max((visit(root, (*above, name)) for root in RULES[name].roots), default=0)
        return depth[name]

    assert max(visit(name, ()) for name in RULES) >= 2


def test_rules_are_chosen_by_id_family_and_severity() -> None:
    assert chosen_rules("") == tuple(RULES)
    assert chosen_rules("self_loop, near_miss_end") == ("near_miss_end", "self_loop")
    assert set(chosen_rules("heights；self_loop")) == {
        "self_loop",
        *(name for name, rule in RULES.items() if rule.family == "heights"),
    }
    assert all(RULES[name].severity == "error" for name in chosen_rules("error"))


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(InputError, match="no rule sef_loop"):
        chosen_rules("sef_loop")
