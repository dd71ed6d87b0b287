"""Rules of renderers: a sign, its place in the legend, its condition and its scales."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsMarkerSymbol, QgsRuleBasedRenderer


def root() -> QgsRuleBasedRenderer.Rule:
    """Return a rule without sign or condition, to which those of a renderer are appended.

    QGIS makes it: a rule that Python makes is written to once more where Python lets it go, though QGIS may
    have deleted it before (its destructor is not virtual, so that Python does not hear of it). By then the
    memory may be a form's, and QGIS crashes when it next looks at that.
    """
    template = QgsRuleBasedRenderer(QgsMarkerSymbol())
    result = template.rootRule().clone()
    result.removeChildAt(0)
    return result


def rule(
    key: str,
    symbol: Any,
    label: str,
    condition: str = "",
    *,
    nearest: float | None = None,
    farthest: float | None = None,
) -> QgsRuleBasedRenderer.Rule:
    """Return a rule.

    Parameters
    ----------
    key
        By which it is found again, the same in every project.
    symbol
        The sign.
    label
        What the legend calls it.
    condition
        Expression; empty for all.
    nearest, farthest
        Denominators of the scales between which it is drawn; None for no limit.
    """
    result = root()
    if symbol is not None:
        result.setSymbol(symbol)
    result.setMaximumScale(int(nearest or 0))
    result.setMinimumScale(int(farthest or 0))
    result.setFilterExpression(condition)
    result.setLabel(label)
    result.setRuleKey(key)
    return result


def otherwise(
    key: str, symbol: Any, label: str, *, farthest: float | None = None
) -> QgsRuleBasedRenderer.Rule:
    """Return the rule for what no other rule of its group draws."""
    result = rule(key, symbol, label, farthest=farthest)
    result.setIsElse(True)
    return result


def group(
    key: str, label: str, condition: str = "", *, nearest: float | None = None, farthest: float | None = None
) -> QgsRuleBasedRenderer.Rule:
    """Return a heading of the legend; its rules share its condition and scales."""
    return rule(key, None, label, condition, nearest=nearest, farthest=farthest)


def renderer(tree: QgsRuleBasedRenderer.Rule) -> QgsRuleBasedRenderer:
    """Return the renderer of a tree of rules, drawn level by level."""
    result = QgsRuleBasedRenderer(tree)
    result.setUsingSymbolLevels(True)
    return result
