"""Frames leave a room with None for unknown texts: who takes rows out of them, and who hands them on."""

from __future__ import annotations

import ast
import re
from pathlib import Path


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
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
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
    allowed = [repo_root / "waternet_plugin" / name for name in ("core/wkb.py", "trials.py")]
    found = [
        f"{path.relative_to(repo_root)}:{number}"
        for path in _sources(repo_root, "waternet_plugin", "processing")
        if path not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "shapely.to_wkb(" in line or ("shapely.to_wkt(" in line and "output_dimension=3" not in line)
    ]
    assert found == [], "use to_wkb of core.wkb"
