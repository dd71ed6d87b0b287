"""Customers are counted in one place: nobody else reads them raw, or decides where they draw or drain."""

from __future__ import annotations

import ast

import pytest
from support.sources import Source, shipped

_HOME = "waternet_plugin/core/network/model/customers.py"
# Who reads rows of customers, and what for.
READERS = {
    "waternet_plugin/operations/network/supplied_customers.py": "gives each the pipe that supplies it",
    "waternet_plugin/operations/network/traced_customers.py": "gives each its supply pipe or its drain",
    "waternet_plugin/operations/network/prepared_network.py": "for segments, whose model gives each its pipe",
    "waternet_plugin/operations/dma/area_network.py": "for metered areas, whose model gives each its pipe",
    "waternet_plugin/operations/compounds/compound_needs.py": "who lacks a permit, by compound",
    "waternet_plugin/operations/papers/compound_books.py": "the users of a compound and their permits",
    "waternet_plugin/operations/users/compound_volumes.py": "what customers of a compound took",
    "waternet_plugin/operations/users/propose_meter_tree.py": "the pipe that feeds the meter of one",
    "waternet_plugin/operations/users/rank_users.py": "customers by what they took",
    "waternet_plugin/operations/users/schedule_meters.py": "whose meter is due",
    "waternet_plugin/operations/users/user_months.py": "what one took, month by month",
    "waternet_plugin/operations/users/user_summary.py": "how many there are",
    "waternet_plugin/operations/users/rows_behind.py": "whose compound is to be renovated",
    "waternet_plugin/operations/users/read_meter_levels.py": "whose meter is below another",
}
# Who may ask where customers drain, and what for.
DRAINING = {
    "waternet_plugin/core/drainage/drained_customers.py": "the place itself",
    "waternet_plugin/core/quality/misconnected/rules.py": "what is wrong at the outlet of one",
    "waternet_plugin/core/network/analysis/drain_flow.py": "the columns to read",
    "waternet_plugin/core/drainage/compounds/tanks/tank_users.py": "which tanks lie below one",
    "waternet_plugin/core/schema/references.py": "which columns name rows of other tables",
}
# Who may look whether one customer is critical, and what for.
CRITICAL = {
    _HOME: "the place itself",
    "waternet_plugin/core/health/risk/impact.py": "what a critical one costs",
    "waternet_plugin/core/network/isolation/isolation_model.py": "sums by segment",
    "waternet_plugin/core/renewal/dossiers.py": "their names",
    "waternet_plugin/core/reports/network/people.py": "what a table says of one",
    "waternet_plugin/core/reports/network/isolation.py": "the order of a list",
    "waternet_plugin/core/reports/network/isolation_order.py": "who is on the page of the crew",
    "waternet_plugin/core/reports/network/shut_map.py": "who is on the map",
    "waternet_plugin/core/dma/pressure_test/plan.py": "the order of a list",
    "waternet_plugin/gui/network/bursts/burst.py": "the sign on the map",
}


def _reads_customers(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "read"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == "customer"
    )


def _asks_outlet(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "outlet_node"


def _asks_critical(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Compare)
        and "critical" in ast.unparse(node.left)
        and "'yes'" in ast.unparse(node)
    )


def _lines(source: Source, is_meant: object) -> list[int]:
    return [node.lineno for node in source.nodes if is_meant(node)]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("allowed", "is_meant", "instead"),
    [
        (READERS, _reads_customers, "operations.network.supplied_customers.read_supplied"),
        (DRAINING, _asks_outlet, "core.drainage.drained_customers.DrainedCustomers"),
        (CRITICAL, _asks_critical, "core.network.model.customers.UserCount"),
    ],
)
def test_nobody_else_counts_customers(allowed: dict[str, str], is_meant: object, instead: str) -> None:
    found = {one.label: _lines(one, is_meant) for one in shipped() if one.label not in allowed}
    assert {label: lines for label, lines in found.items() if lines} == {}, f"use {instead}"


def test_who_may_still_does() -> None:
    by_label = {source.label: source for source in shipped()}
    for allowed, is_meant in (
        (READERS, _reads_customers),
        (DRAINING, _asks_outlet),
        (CRITICAL, _asks_critical),
    ):
        for label in allowed:
            assert _lines(by_label[label], is_meant), label
