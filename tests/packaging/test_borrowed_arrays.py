"""No function writes into an array that it has from a frame.

pandas 3 hands such arrays out read-only; before that, the write changed the caller's frame. Whoever writes
copies, ``to_numpy().copy()``, or makes a new array. ``np.array`` of a column is no copy where pandas is 2.2
and NumPy 2, as on Debian 13 (https://github.com/pandas-dev/pandas/pull/60046); ``to_numpy(copy=True)`` copies
no column without rows, which stays read-only then.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from support.sources import dotted, nodes_of, parsed

_SHARING = ("ravel", "reshape", "view", "transpose", "squeeze")
_NUMPY_SHARING = ("asarray", "asanyarray", "ravel", "reshape", "squeeze", "atleast_1d", "atleast_2d")
_WRITING = ("sort", "fill", "partition", "put")


def _is_borrowed(node: ast.expr, borrowed: set[str]) -> bool:
    """Return whether an expression may be the memory of a frame."""
    if isinstance(node, ast.Name):
        return node.id in borrowed
    if isinstance(node, ast.IfExp):
        return _is_borrowed(node.body, borrowed) or _is_borrowed(node.orelse, borrowed)
    if isinstance(node, ast.Subscript):
        # A column by its name is pandas's; of an array only a slice shares its memory.
        return isinstance(node.slice, ast.Slice) and _is_borrowed(node.value, borrowed)
    if isinstance(node, ast.Attribute):
        of_column = isinstance(node.value, ast.Subscript) and isinstance(node.value.slice, ast.Constant)
        return (node.attr == "values" and of_column) or (
            node.attr == "T" and _is_borrowed(node.value, borrowed)
        )
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    if isinstance(owner, ast.Name) and owner.id == "np":
        inner = node.args[0] if node.args else None
        is_column = isinstance(inner, ast.Subscript) and isinstance(inner.slice, ast.Constant)
        return (
            node.func.attr in _NUMPY_SHARING
            and inner is not None
            and (is_column or _is_borrowed(inner, borrowed))
        )
    return node.func.attr == "to_numpy" or (node.func.attr in _SHARING and _is_borrowed(owner, borrowed))


def _written(node: ast.AST) -> list[ast.expr]:
    """Return what a statement or call writes into."""
    if isinstance(node, ast.Assign):
        return [target.value for target in node.targets if isinstance(target, ast.Subscript)]
    if isinstance(node, ast.AugAssign):
        return [node.target.value if isinstance(node.target, ast.Subscript) else node.target]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        found = [word.value for word in node.keywords if word.arg == "out"]
        if node.func.attr in _WRITING:
            found.append(node.func.value)
        if node.func.attr == "at" and node.args:
            found.append(node.args[0])
        return found
    return []


def _bindings(node: ast.AST) -> list[tuple[str, ast.expr]]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return [(node.target.id, node.value)]
    if not isinstance(node, ast.Assign):
        return []
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in node.targets:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs += zip(target.elts, node.value.elts)
        else:
            pairs.append((target, node.value))
    return [(target.id, value) for target, value in pairs if isinstance(target, ast.Name)]


def writes_into_frames(source: str) -> list[tuple[int, str]]:
    """Return the lines of a source that write into an array of a frame."""
    found = []
    for function in nodes_of(parsed(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        borrowed: set[str] = set()
        nodes = [node for node in ast.walk(function) if isinstance(node, (ast.stmt, ast.expr))]
        for node in sorted(nodes, key=lambda node: (node.lineno, node.col_offset)):
            for target in _written(node):
                while isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Constant):
                    target = target.value
                if _is_borrowed(target, borrowed):
                    found.append((node.lineno, ast.unparse(node)[:90]))
            for name, value in _bindings(node):
                (borrowed.add if _is_borrowed(value, borrowed) else borrowed.discard)(name)
    return found


@pytest.mark.parametrize(
    "line",
    [
        "a = frame['x'].isna().to_numpy(); a |= b",
        "a = np.asarray(frame['x'], dtype=float); a[0] = 1",
        "a = frame['x'].to_numpy(); c = a if b else d; c[rows] = None",
        "a, c = frame['x'].to_numpy(), 1; np.add.at(a, rows, 1)",
        "frame['x'].values[rows] = 1",
        "a = frame['x'].to_numpy()[1:]; a.sort()",
        "np.maximum(a, b, out=frame['x'].to_numpy())",
        "a = frame['x'].to_numpy(copy=True); a |= b",
    ],
)
def test_the_rule_sees(line: str) -> None:
    assert len(writes_into_frames(f"def f(frame, b, d, rows):\n    {line}\n")) == 1


@pytest.mark.parametrize(
    "line",
    [
        "a = frame['x'].to_numpy().copy(); a |= b",
        "a = frame['x'].to_numpy() > 1; a |= b",
        "a = frame['x'].to_numpy()[rows]; a[0] = 1",
        "a = frame['x'].to_numpy(); a = a | b; a |= d",
    ],
)
def test_the_rule_lets_pass(line: str) -> None:
    assert writes_into_frames(f"def f(frame, b, d, rows):\n    {line}\n") == []


def unsure_copies(source: str) -> list[int]:
    """Return the lines of a source where a copy of a column may be none."""
    return [
        node.lineno
        for node in nodes_of(parsed(source))
        if isinstance(node, ast.Call) and (_is_copied_by_numpy(node) or _is_copied_unless_empty(node))
    ]


def _is_copied_by_numpy(call: ast.Call) -> bool:
    return dotted(call.func) == "np.array" and bool(call.args) and _is_column(call.args[0])


def _is_copied_unless_empty(call: ast.Call) -> bool:
    is_taken = isinstance(call.func, ast.Attribute) and call.func.attr == "to_numpy"
    return is_taken and any(word.arg == "copy" for word in call.keywords)


def _is_column(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return dotted(node.func) in ("pd.Series", "pd.Index", "gpd.GeoSeries")
    if isinstance(node, ast.Attribute):
        return node.attr in ("geometry", "index", "columns")
    if not isinstance(node, ast.Subscript):
        return False
    name = node.slice
    return (isinstance(name, ast.Constant) and isinstance(name.value, str)) or (
        isinstance(name, ast.Name) and name.id.endswith(("GEOMETRY_COLUMN", "_GEOMETRY"))
    )


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("np.array(frame['x'])", True),
        ("np.array(frame[GEOMETRY_COLUMN], dtype=object)", True),
        ("np.array(pd.Series(values), dtype=object)", True),
        ("np.array(frame.geometry)", True),
        ("np.array(frame['x'].to_numpy())", False),
        ("np.array(values[rows])", False),
        ("np.array([frame['x']])", False),
        ("frame['x'].to_numpy(copy=True)", True),
        ("frame['x'].to_numpy().copy()", False),
    ],
)
def test_the_rule_of_copies(text: str, is_wrong: bool) -> None:
    assert bool(unsure_copies(text)) == is_wrong


def test_columns_are_copied_in_one_way(repo_root: Path) -> None:
    found = [
        f"{path.relative_to(repo_root)}:{line}"
        for room in ("waternet_plugin", "processing")
        for path in sorted((repo_root / room).rglob("*.py"))
        for line in unsure_copies(path.read_text(encoding="utf-8"))
    ]
    assert found == [], "use to_numpy().copy()"


def test_no_array_of_a_frame_is_written_into(repo_root: Path) -> None:
    found = [
        f"{path.relative_to(repo_root)}:{line}: {text}"
        for room in ("waternet_plugin", "processing")
        for path in sorted((repo_root / room).rglob("*.py"))
        for line, text in writes_into_frames(path.read_text(encoding="utf-8"))
    ]
    assert found == []
