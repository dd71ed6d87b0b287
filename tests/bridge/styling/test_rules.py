"""Rules of renderers are QGIS's own objects: Python writes to none that QGIS has deleted."""

from __future__ import annotations

import ast

from qgis.core import QgsLineSymbol, QgsNullSymbolRenderer, QgsVectorLayer
from qgis.PyQt.QtCore import QByteArray
from support.sources import shipped

from waternet_plugin.bridge.styling import pipes, rules
from waternet_plugin.bridge.styling.look import Look

# What Qt keeps in front of the bytes of an array, and the sizes that rules may have.
_HEADER, _RULE_BYTES = 24, range(104, 200, 8)


def _blocks() -> list[QByteArray]:
    """Return memory of the sizes that rules had, so that some of it is where deleted ones were."""
    return [QByteArray(b"\xff" * (size - _HEADER - 1)) for size in _RULE_BYTES for _ in range(500)]


def test_nothing_is_written_where_the_rules_of_a_renderer_were(qgis_app: object) -> None:
    layer = QgsVectorLayer("LineString?crs=EPSG:4547&field=class:string", "pipes", "memory")
    chosen = Look("screen", "en")
    kept = [pipes.renderer(chosen, "health", {"urgent": 10.0}) for _ in range(3)]
    for renderer in kept:
        layer.setRenderer(renderer)
    # QGIS deletes the last of them; Python lets its own parts go only later.
    layer.setRenderer(QgsNullSymbolRenderer())
    blocks = _blocks()
    del renderer
    kept.clear()
    assert all(bytes(block).count(b"\xff") == len(block) for block in blocks)


def test_a_rule_is_what_it_is_made_of(qgis_app: object) -> None:
    tree = rules.root()
    assert tree.children() == [] and tree.symbol() is None and tree.filterExpression() == ""
    tree.appendChild(rules.rule("a", QgsLineSymbol(), "A", '"x" = 1', nearest=500, farthest=2_000))
    tree.appendChild(rules.otherwise("b", QgsLineSymbol(), "B"))
    tree.appendChild(rules.group("c", "C", nearest=10))
    made = rules.renderer(tree)
    one, other, heading = made.rootRule().children()
    assert (one.ruleKey(), one.label(), one.filterExpression()) == ("a", "A", '"x" = 1')
    assert (one.maximumScale(), one.minimumScale(), one.isElse()) == (500, 2_000, False)
    assert (other.ruleKey(), other.isElse(), other.minimumScale()) == ("b", True, 0)
    assert (heading.symbol(), heading.maximumScale(), made.usingSymbolLevels()) == (None, 10, True)


def test_no_rule_is_made_by_python() -> None:
    made = [
        f"{source.module}:{node.lineno}"
        for source in shipped()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Rule"
    ]
    assert made == [], "let `bridge.styling.rules` make it"
