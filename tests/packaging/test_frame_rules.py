"""Frames leave a room with None for unknown texts: who takes rows out of them, and who hands them on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from support.sources import dotted, nodes_of, parsed


def _sources(root: Path, *rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((root / room).rglob("*.py"))]


def test_rows_are_taken_out_of_frames_in_one_place(repo_root: Path) -> None:
    own = repo_root / "waternet_plugin" / "core" / "frames.py"
    found = [
        f"{path.relative_to(repo_root)}:{number}"
        for path in _sources(repo_root, "waternet_plugin", "processing")
        if path != own
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\.itertuples\(|\.iterrows\(|to_dict\(\s*[\"'](records|index)", line)
    ]
    assert found == [], "use records or tuples of core.frames"


def _holds_frames(node: ast.ClassDef) -> bool:
    return any("dataclass" in ast.unparse(one) for one in node.decorator_list) and any(
        isinstance(one, ast.AnnAssign) and "DataFrame" in ast.unparse(one.annotation) for one in node.body
    )


def test_results_with_frames_are_plain(repo_root: Path) -> None:
    classes = [
        (path, node)
        for path in _sources(repo_root, "waternet_plugin/core")
        for node in nodes_of(parsed(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and _holds_frames(node)
    ]
    assert len(classes) > 20
    bare = [
        f"{path.relative_to(repo_root)}: {node.name}"
        for path, node in classes
        if "PlainFrames" not in [ast.unparse(base) for base in node.bases]
    ]
    assert bare == [], "they derive from core.frames.PlainFrames"
    # Who defines __post_init__ too, calls that of the base.
    silent = [
        node.name
        for _path, node in classes
        for one in node.body
        if isinstance(one, ast.FunctionDef)
        and one.name == "__post_init__"
        and "super().__post_init__()" not in ast.unparse(one)
    ]
    assert silent == []


def test_geometries_are_written_in_three_dimensions(repo_root: Path) -> None:
    # The one way, and the trial that calls it as other packages do.
    allowed = [repo_root / "waternet_plugin" / name for name in ("core/shapes/wkb.py", "trials.py")]
    found = [
        f"{path.relative_to(repo_root)}:{number}"
        for path in _sources(repo_root, "waternet_plugin", "processing")
        if path not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "shapely.to_wkb(" in line or ("shapely.to_wkt(" in line and "output_dimension=3" not in line)
    ]
    assert found == [], "use to_wkb of core.shapes.wkb"


def _made_without_type(tree: ast.AST) -> list[int]:
    """Return the lines with an Index, or with a Series of a column of a frame, that does not say its type."""
    return [
        call.lineno
        for call in nodes_of(tree)
        if isinstance(call, ast.Call)
        and not any(word.arg == "dtype" for word in call.keywords)
        and (
            dotted(call.func) == "pd.Index"
            or (dotted(call.func) == "pd.Series" and call.args and _is_of_a_frame(call.args[0]))
        )
    ]


def _is_of_a_frame(node: ast.expr) -> bool:
    """Return whether an expression is a column of a frame or its labels, or made of one by pandas."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr != "to_numpy" and _is_of_a_frame(node.func.value)
    if isinstance(node, ast.Attribute):
        return node.attr in ("index", "columns") or _is_of_a_frame(node.value)
    if not isinstance(node, ast.Subscript):
        return False
    named = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
    return named or (isinstance(node.slice, ast.Name) and node.slice.id.isupper())


def test_labels_say_their_type(repo_root: Path) -> None:
    # pandas guesses the type of what it is given, warns where that is its own, and will stop guessing.
    found = [
        f"{path.relative_to(repo_root)}:{number}"
        for path in _sources(repo_root, "waternet_plugin", "processing")
        for number in _made_without_type(parsed(path.read_text(encoding="utf-8")))
    ]
    assert found == [], "say dtype, object for ids and texts"


def _looked_up_as_texts(tree: ast.AST) -> list[int]:
    """Return the lines that have pandas look rows up by anything but whole numbers."""
    return [
        call.lineno
        for call in nodes_of(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("get_indexer", "get_indexer_for", "get_indexer_non_unique")
        and not any("dtype=np.int64" in ast.unparse(each) for each in call.args)
    ]


def test_ids_are_looked_up_in_one_place(repo_root: Path) -> None:
    # pandas keeps the window while it looks texts up: half a second for a million.
    own = repo_root / "waternet_plugin" / "core" / "id_lookup.py"
    found = [
        f"{path.relative_to(repo_root)}:{number}"
        for path in _sources(repo_root, "waternet_plugin", "processing")
        if path != own
        for number in _looked_up_as_texts(parsed(path.read_text(encoding="utf-8")))
    ]
    assert found == [], "use rows_of_ids or IdLookup of core.id_lookup"


def test_a_lookup_of_texts_is_seen() -> None:
    slow = (
        "ids.get_indexer(names)",
        "pd.Index(ids, dtype=object).get_indexer(pd.Index(names, dtype=object))",
    )
    quick = ("index.get_indexer(pd.Index(hashes(names), dtype=np.int64))", "IdLookup(ids).rows(names)")
    assert [text for text in slow + quick if _looked_up_as_texts(ast.parse(text))] == list(slow)


def test_what_guesses_its_type_is_seen() -> None:
    guessing = (
        "pd.Index(frame['pipe_id'])",
        "pd.Index(ids)",
        "pd.Series(frame['a'].fillna('').astype(str))",
        "pd.Series(table.defects[KEY])",
        "pd.Series(frame.columns)",
    )
    telling = (
        "pd.Index(ids, dtype=object)",
        "pd.Series(frame['a'].to_numpy(), index=rows)",
        "pd.Series([1])",
    )
    assert [text for text in guessing + telling if _made_without_type(ast.parse(text))] == list(guessing)
