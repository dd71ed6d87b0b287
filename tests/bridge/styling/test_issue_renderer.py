"""How issues are drawn: what is to mend from afar, the rest near by, small and faint."""

from __future__ import annotations

from typing import Any

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.issues import issue_renderer
from waternet_plugin.bridge.styling.look import Look

_KEPT: list[Any] = []


def _rules(language: str = "en") -> dict[str, Any]:
    # Rules live as long as their renderer.
    _KEPT.append(issue_renderer(Look("screen", language)))
    return {rule.ruleKey(): rule for rule in _KEPT[-1].rootRule().children()}


def test_errors_and_warnings_show_as_far_as_the_layer() -> None:
    rules = _rules()
    assert list(rules) == ["error", "warning", "info", "follows", "accepted", "fixed"]
    assert rules["error"].minimumScale() == 0 and rules["warning"].minimumScale() == 0


def test_advice_and_what_follows_show_near_by_and_small() -> None:
    rules = _rules()
    assert rules["info"].minimumScale() == look.scale("advice")
    assert rules["follows"].minimumScale() == look.scale("followers")
    sizes = {key: rule.symbol().size() for key, rule in rules.items()}
    assert sizes["error"] > sizes["warning"] > sizes["info"] > sizes["follows"]


def test_errors_are_drawn_over_everything_else() -> None:
    levels = {key: rule.symbol().symbolLayer(0).renderingPass() for key, rule in _rules().items()}
    assert levels["error"] == max(levels.values())
    assert levels["error"] > levels["warning"] > levels["info"] > levels["follows"] > levels["accepted"]


def test_what_is_fixed_waits_in_the_legend() -> None:
    rules = _rules("zh_CN")
    assert not rules["fixed"].active() and rules["accepted"].active()
    assert rules["follows"].label() == "由其他问题引起"
