"""A pane asks operations: it reads and writes no rows of a network itself, and computes with no frames."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from support.sources import PACKAGE, Source, dotted, imports, nodes_of, parsed, shipped

from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import NetworkReading

GUI = f"{PACKAGE}.gui."
# What reads a network or writes to it; `Network.undo` and its like are operations by themselves.
ASKS = {name for name in vars(NetworkReading) if not name.startswith("_")} | {"write"}
# Attributes of a network that are values, such as its title.
ASKS -= {name for name in ASKS if isinstance(vars(NetworkReading).get(name), property)}
# Names so much its own that whatever has them is a network.
OWN = {name for name in ASKS if "_" in name} - {"next_id"}
# What opens one.
OPENS = ("network", "open_network", "create_network")
# Plots and tables show frames as they are.
SHOW_FRAMES = (f"{GUI}plots.", f"{GUI}health.pipe_list")


def networks_in(tree: ast.AST) -> set[str]:
    """Return the names that stand for a network: so called, annotated as one, or opened with ``with``."""
    names = {"network"}
    for node in nodes_of(tree):
        if isinstance(node, ast.arg) and node.annotation is not None:
            if ast.unparse(node.annotation).strip("'\"").split(".")[-1] == "Network":
                names.add(node.arg)
        elif isinstance(node, ast.withitem) and isinstance(node.optional_vars, ast.Name):
            call = node.context_expr
            if isinstance(call, ast.Call) and dotted(call.func).split(".")[-1] in OPENS:
                names.add(node.optional_vars.id)
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            if dotted(node.value.func).split(".")[-1] in ("open_network", "create_network"):
                names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def reads_of(tree: ast.Module) -> Iterator[str]:
    """Yield what of a module reads or writes rows of a network, with its line."""
    networks = networks_in(tree)
    called = {id(node.func) for node in nodes_of(tree) if isinstance(node, ast.Call)}
    for node in nodes_of(tree):
        if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)) or node.attr not in ASKS:
            continue
        of_network = dotted(node.value).split(".")[-1] in networks
        if of_network or (node.attr in OWN and id(node) in called):
            yield f"line {node.lineno}: {ast.unparse(node)}"
    for node in nodes_of(tree):
        # Whatever it is called: what reads a table by its name is a network.
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "read":
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and first.value in all_tables():
                yield f"line {node.lineno}: {ast.unparse(node.func)}"


def panes() -> list[Source]:
    """Every module of the face."""
    return [source for source in shipped() if f"{source.module}.".startswith(GUI)]


def test_no_pane_reads_or_writes_rows() -> None:
    assert len(panes()) > 200
    found = [f"{source.label}, {line}" for source in panes() for line in reads_of(source.tree)]
    assert found == [], "let an operation read it and return what the pane shows"


def test_no_pane_computes_with_frames() -> None:
    found = [
        f"{source.label}, line {line}: {name}"
        for source in panes()
        if not source.module.startswith(SHOW_FRAMES)
        for name, line in imports(source)
        if name.split(".")[0] in ("pandas", "geopandas")
    ]
    assert found == [], "let an operation return rows; plots and tables show frames"


def test_what_may_show_frames_is_there() -> None:
    names = [source.module for source in panes()]
    for place in SHOW_FRAMES:
        assert any(name.startswith(place) for name in names), place


def test_the_network_still_has_what_is_looked_for() -> None:
    assert {"read", "rows", "rows_where", "count", "settings", "batches", "position", "open_work"} < ASKS
    assert all(hasattr(Network, name) for name in ASKS)


@pytest.mark.parametrize(
    "text",
    [
        "def f(network):\n    return network.read('pipe')",
        "def f(network):\n    return list(map(network.count, ('pipe',)))",
        "def f(opened: Network):\n    return opened.settings()",
        "def f(session):\n    with session.network() as net:\n        return net.batches()",
        "def f(path):\n    with store.open_network(path) as one:\n        return one.rows('pipe', [1])",
        "def f(one):\n    return one.read('pipe', ['pipe_id'])",
        "def f(self):\n    return self.network.history(1)",
        "def f(one):\n    with one.reading_together():\n        pass",
        "g = lambda network, _progress: network.write('edit')",
    ],
)
def test_a_read_is_found_however_it_is_written(text: str) -> None:
    assert list(reads_of(parsed(text)))


@pytest.mark.parametrize(
    "text",
    [
        "def f(file):\n    return file.read()",
        "def f(network):\n    return network.title, network.crs, network.undo('B0001')",
        "def f(self):\n    self.table.rows, self.session.network_path.count('/')",
        "def f(self):\n    self.read('Reading', self.work)",
    ],
)
def test_other_calls_are_none(text: str) -> None:
    assert not list(reads_of(parsed(text)))
