"""Which failures count is decided in one place: nobody else filters them by kind, date or state."""

from __future__ import annotations

import ast
import re

from support.sources import nodes_of, shipped

# Who may look at the kinds that count, or pick failures by a column, and what for.
ALLOWED = {
    "waternet_plugin/core/health/rates/counting.py": "the place itself",
    "waternet_plugin/core/health/rates/cutoff_snapshot.py": "which of those that count lie after a day",
    "waternet_plugin/core/health/matching/matching.py": "which pipe a failure belongs to, of whatever kind",
    "waternet_plugin/core/reports/setting_words.py": "the name of the setting, to translate its codes",
    "waternet_plugin/gui/health/answers.py": "no date is shown where none is known",
    "processing/algorithms/health/assesshealth.py": "whether a failure is unmatched or may lie on several",
    "processing/algorithms/health/backtesthealth.py": "whether a failure is unmatched or may lie on several",
}
_COLUMNS = {"kind", "date", "match_state"}
_FAILURES = re.compile(r"fail|event|break|burst|known", re.IGNORECASE)
_PICKING = {"isin", "eq", "ge", "gt", "le", "lt", "between", "query"}


def _of_failures(node: ast.AST) -> bool:
    """Say whether a part of an expression is a column of a frame of failures that says what counts."""
    return any(
        isinstance(one, ast.Subscript)
        and isinstance(one.slice, ast.Constant)
        and one.slice.value in _COLUMNS
        and _FAILURES.search(ast.unparse(one.value)) is not None
        for one in ast.walk(node)
    )


def _picks(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return node.value == "health.rate_kinds"
    if isinstance(node, ast.Compare):
        return _of_failures(node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _PICKING:
        return _of_failures(node.func.value)
    # A filter of the store: where={"match_state": ...}.
    return isinstance(node, ast.Dict) and any(
        isinstance(key, ast.Constant) and key.value == "match_state" and isinstance(value, ast.Constant)
        and value.value in ("matched", "ambiguous")
        for key, value in zip(node.keys, node.values)
    )  # fmt: skip


def _found(tree: ast.AST) -> list[int]:
    return [node.lineno for node in nodes_of(tree) if _picks(node)]


def test_nobody_else_picks_failures() -> None:
    found = {one.label: _found(one.tree) for one in shipped() if one.label not in ALLOWED}
    picking = {label: lines for label, lines in found.items() if lines}
    assert picking == {}, "use counted, on_record or known_by of core.health.counting"


def test_the_rule_finds_what_it_forbids() -> None:
    forbidden = (
        'failures["kind"].isin(kinds)',
        'failures[failures["date"] <= as_of]',
        'known = events["match_state"] == "matched"',
        'network.read("failure", where={"match_state": "matched"})',
        'settings.words("health.rate_kinds")',
    )
    assert all(_found(ast.parse(code)) for code in forbidden)
    assert not _found(ast.parse('nodes["kind"].isin(kinds)'))
