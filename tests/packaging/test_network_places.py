"""Outside the store nobody takes a network for a file: its address and the network itself are asked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sources import Source, dotted, parsed, shipped

# These know files: the store of files, and the addresses that tell files from servers.
KNOW_FILES = (
    "waternet_plugin.store.geopackage",
    "waternet_plugin.store.foreign",
    "waternet_plugin.store.addresses",
    "waternet_plugin.store.presence",
)
# What an address of a network is called, wherever it is kept.
ADDRESSES = frozenset({"network_path", "network_uri", "target_path", "network_of_project"})
# What takes its argument for a path.
TAKES_PATHS = ("Path", "PurePath", "open")
OF_PATHS = ("os.stat", "os.path.", "shutil.")
LAYER = "|layername="


def _is_network(node: ast.AST, known: set[str]) -> bool:
    """Return whether an expression is the text of a network's address."""
    if isinstance(node, ast.Call) and dotted(node.func) in ("str", "os.fspath") and node.args:
        return _is_network(node.args[0], known)
    if isinstance(node, ast.BoolOp):
        return any(_is_network(value, known) for value in node.values)
    if isinstance(node, ast.Call):
        return dotted(node.func).rpartition(".")[2] in ("network_address", "project_network")
    if isinstance(node, ast.Attribute):
        if node.attr == "uri":
            return dotted(node.value).rpartition(".")[2].lstrip("_") in ("network", "live")
        return node.attr in ADDRESSES
    return isinstance(node, ast.Name) and (node.id in ADDRESSES or node.id in known)


def _named(function: ast.AST) -> set[str]:
    """Return the names that a function gives to addresses of networks."""
    known: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and _is_network(node.value, known):
            known |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return known


def _makes_layer(node: ast.AST, known: set[str]) -> bool:
    """Return whether a text names a layer in the file of a network."""
    if isinstance(node, ast.JoinedStr):
        texts = [part.value for part in node.values if isinstance(part, ast.Constant)]
        named = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return any(LAYER in str(text) for text in texts) and any(_is_network(one, known) for one in named)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
        return any(LAYER in str(text) for text in texts) and any(
            _is_network(part, known) for part in ast.walk(node)
        )
    return False


def _takes_for_path(node: ast.AST, known: set[str]) -> bool:
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name = dotted(node.func)
    return (name in TAKES_PATHS or name.startswith(OF_PATHS)) and _is_network(node.args[0], known)


def faults(source: Source) -> Iterator[str]:
    """Yield where a module takes a network for a file."""
    functions = [node for node in source.nodes if isinstance(node, (ast.FunctionDef, ast.Lambda))]
    for function in functions:
        known = _named(function)
        for node in ast.walk(function):
            if _takes_for_path(node, known) or _makes_layer(node, known):
                yield f"{source.module}:{node.lineno}"  # type: ignore[attr-defined]


def test_no_network_is_taken_for_a_file() -> None:
    found = {
        fault for source in shipped() if not source.module.startswith(KNOW_FILES) for fault in faults(source)
    }
    assert sorted(found) == [], "ask store.addresses.parse(...), or the network"


@pytest.mark.parametrize(
    "line",
    [
        "Path(session.network_path).stem",
        "os.stat(str(self.network_path))",
        "os.path.basename(request.network_path)",
        "Path(network.uri).parent",
        "QgsVectorLayer(f'{network_path}|layername=pipe', 'pipe', 'ogr')",
        "network.uri + '|layername=pipe'",
        "Path(self._network.uri or '')",
        "Path(job.network_address())",
    ],
)
def test_each_way_is_seen(line: str, tmp_path: Path) -> None:
    for text in (line, line.replace("session.network_path", "path")):
        body = f"def work():\n    path = session.network_path\n    return {text}\n"
        source = Source(tmp_path / "module.py", "module", parsed(body), tmp_path)
        assert list(faults(source)) == ["module:3"]


@pytest.mark.parametrize(
    "line",
    ["parse(session.network_path).name", "f'{other}|layername=pipe'", "Path(folder).stem", "session.uri"],
)
def test_what_asks_or_is_no_network_is_left_alone(line: str, tmp_path: Path) -> None:
    body = f"def work():\n    return {line}\n"
    assert list(faults(Source(tmp_path / "module.py", "module", parsed(body), tmp_path))) == []
