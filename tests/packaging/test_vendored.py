"""The packages that go into the plugin: their code as it is, their licences, and no remarks."""

from __future__ import annotations

import ast
from typing import Any

from support.vendored import FOLDER, fetch, without_remarks

NOTICE = "# Copyright (c) 2006, Somebody\n# All rights reserved.\n"
SOURCE = (
    NOTICE
    + '''"""Says what it is."""
import os  # the system


class Reader:
    """Reads."""

    # Of one line.
    marks = "# no comment"

    def read(self):
        """Return what is read.

        At length.
        """


def read(path):
    """Return a file."""
    return """# kept
    text""" + path  # joined
'''
)


def test_remarks_go_and_the_notice_and_all_statements_stay() -> None:
    bare = without_remarks(SOURCE)
    assert bare.startswith(NOTICE)
    assert bare.count("#") == NOTICE.count("#") + 2
    known: dict[str, Any] = {}
    exec(compile(bare, "bare", "exec"), known)  # noqa: S102
    assert known["read"]("!") == "# kept\n    text!"
    reader = known["Reader"]
    assert reader.marks == "# no comment" and reader().read() is None and not reader.__doc__


def test_a_module_of_remarks_alone_is_empty() -> None:
    assert without_remarks(NOTICE) == NOTICE
    assert ast.parse(without_remarks('"""Says what it is."""\n')).body


def test_what_the_plugin_takes_along_names_its_owners() -> None:
    merger = (fetch() / "pypdf" / "_writer.py").read_text(encoding="utf-8")
    assert merger.startswith("# Copyright") and "Redistributions of source code" in merger
    assert not any(ast.get_docstring(node) for node in ast.walk(ast.parse(merger)) if _has_docstring(node))
    assert list(FOLDER.glob("pypdf-*.dist-info/licenses/LICENSE"))


def _has_docstring(node: ast.AST) -> bool:
    return isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
