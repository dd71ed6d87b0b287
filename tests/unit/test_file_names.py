"""Names that Windows takes too, folders that go again."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sources import shipped

from waternet_plugin.core.files import file_names, scratch


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("CON", "_CON"),
        ("nul", "_nul"),
        ("nul.tar.gz", "_nul.tar.gz"),
        ("LPT¹", "_LPT¹"),
        ("com7 .x", "_com7 .x"),
        ("CONSUMERS", "CONSUMERS"),
        ("a.", "a"),
        (" 北区 . ", "北区"),
        ('a<b>:"c', "a b   c"),
        ("...", ""),
    ],
)
def test_names_that_windows_refuses_are_changed(name: str, allowed: str) -> None:
    assert file_names.allowed_name(name) == allowed


@pytest.mark.slow
@given(st.text(max_size=300))
def test_any_text_becomes_a_name_of_windows(text: str) -> None:
    name = file_names.plain_name(text)
    assert name and not PureWindowsPath(name).is_reserved()
    assert len(f"{name}.gpkg".encode()) <= 255 and not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert name == name.strip(" .") and file_names.plain_name(name) == name


def _fail_in(beside: Path, before: Callable[[], None]) -> None:
    with scratch.folder(beside, "files") as folder:
        (folder / "half").touch()
        before()
        raise ZeroDivisionError


def test_a_scratch_folder_goes_also_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_in(tmp_path, lambda: None)
    assert list(tmp_path.iterdir()) == []


def test_what_is_open_elsewhere_hides_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "The process cannot access the file")

    def open_elsewhere() -> None:
        monkeypatch.setattr("os.unlink", refuse)
        monkeypatch.setattr("os.rmdir", refuse)

    with pytest.raises(ZeroDivisionError):
        _fail_in(tmp_path, open_elsewhere)
    monkeypatch.undo()
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["half"]


@pytest.mark.slow
def test_clean_up_after_a_failure_raises_nothing_of_its_own() -> None:
    """In what handles an exception and raises it again, each file that is removed is removed softly."""
    wrong = []
    for source in shipped():
        for handler in [node for node in source.nodes if isinstance(node, ast.ExceptHandler)]:
            if not any(isinstance(node, ast.Raise) for node in handler.body):
                continue
            soft = {
                id(call)
                for block in ast.walk(handler)
                if isinstance(block, (ast.With, ast.Try))
                for call in ast.walk(block)
            }
            wrong += [
                f"{source.label}:{node.lineno}"
                for node in ast.walk(handler)
                if isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") in {"unlink", "rmdir", "remove", "rmtree"}
                and id(node) not in soft
                and not any(keyword.arg == "ignore_errors" for keyword in node.keywords)
            ]
    assert wrong == []
