"""Sentences are reworded wherever they are written, and keep their Chinese (tools/reword.py)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("ruff")

OLD = "The basket {name} is no fruit: row {line}."
NEW = "The basket {name} is not a fruit basket: look at row {line} of the file, correct it, try again."
TABLE = {
    OLD: NEW,
    "%n crumb(s) of the loaf are gone.": "%n crumb(s) were deleted.",
    "Lay back": "Recline",
    "Altogether": "In sum",
    "yonder": "faraway",
    " of bread here": " of cake here",
    "Mend it, then look.": "Correct it, then look.",
    "lies beside it and stands there for everybody who reads": "is next to it for everybody who reads",
}
SOURCE = """\
def told():
    if True:
        raise ValueError(
            tr("The basket {name} is "
               "no fruit: row {line}.").format(name=1, line=2))  # said once
    return tr("Lay back"), {"Lay back": tr("yonder")}, tr("Altogether"), tr("In sum")
"""
TRANSLATIONS = """\
<context>
    <message>
        <source>The basket {name} is no fruit: row {line}.</source>
        <translation>篮子 {name} 第 {line} 行</translation>
    </message>
    <message>
        <source>Altogether</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>In sum</source>
        <translation>总计</translation>
    </message>
    <message>
        <source>Lay back</source>
        <comment>a &quot;backup&quot;</comment>
        <translation>恢复</translation>
    </message>
</context>
"""
PAGE = """\
# Lay back

Press *Lay back*, or put it Lay back yourself; what was
there lies beside it and stands there for everybody
who reads this page.
"""
QUOTES = '''\
"""The basket {name} is no fruit: row {line}."""


def test_it(said, n):
    assert said == "The basket m.json is no fruit: row 3."
    assert "is no fruit" in said and "1 crumb of the loaf are gone." != said
    assert said != "yonder" and said != f"{n} is no fruit"
    assert said != f"{n} of bread here"
    assert "Lay back" in said
'''


@pytest.fixture(scope="module")
def tool(repo_root: Path) -> Any:
    """The tool as a module."""
    found = importlib.util.spec_from_file_location("reword", repo_root / "tools" / "reword.py")
    assert found is not None and found.loader is not None
    before = list(sys.path)
    module = sys.modules["reword"] = importlib.util.module_from_spec(found)
    try:
        found.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small repository."""
    for name, text in {
        "waternet_plugin/one.py": SOURCE,
        "waternet_plugin/i18n/waternet_zh_CN.ts": TRANSLATIONS,
        "waternet_plugin/rules.csv": 'id,fix_en,fix_zh\nAltogether,"Mend it, then look.",看\n',
        "waternet_plugin/guide/en/page.md": PAGE,
        "tests/test_one.py": QUOTES,
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode("utf-8"))
    return tmp_path


def _run(tool: Any, tree: Path) -> Any:
    report = tool.reword(tree, TABLE)
    for path, text in report.changed.items():
        path.write_bytes(text.encode("utf-8"))
    return report


def _read(tree: Path, name: str) -> str:
    return (tree / name).read_text(encoding="utf-8")


def test_texts_are_reworded_and_laid_out(tool: Any, tree: Path) -> None:
    _run(tool, tree)
    source = _read(tree, "waternet_plugin/one.py")
    assert all(len(line) <= 110 for line in source.splitlines()) and "# said once" in source
    said: dict[str, Any] = {"tr": lambda text: text}
    exec(source, said)
    with pytest.raises(ValueError, match="1 is not a fruit basket: look at row 2"):
        said["told"]()
    # Only what is translated is a text.
    assert 'tr("Recline"), {"Lay back": tr("faraway")}, tr("In sum"), tr("In sum")' in source


def test_translations_stay(tool: Any, tree: Path) -> None:
    _run(tool, tree)
    said = _read(tree, "waternet_plugin/i18n/waternet_zh_CN.ts")
    assert f"<source>{NEW}</source>\n        <translation>篮子 {{name}} 第 {{line}} 行<" in said
    assert said.count("<source>In sum</source>") == 1 and "<translation>合计<" in said
    assert "<source>Recline</source>\n        <comment>a &quot;backup&quot;</comment>" in said


def test_cells_and_pages(tool: Any, tree: Path) -> None:
    _run(tool, tree)
    assert _read(tree, "waternet_plugin/rules.csv").endswith('Altogether,"Correct it, then look.",看\n')
    page = _read(tree, "waternet_plugin/guide/en/page.md")
    # The name of a button is one where it is emphasized.
    assert page.startswith("# Lay back\n\nPress *Recline*, or put it Lay back yourself; what was\n")
    assert "is next to it for everybody who reads" in " ".join(page.split())


def test_tests_follow_what_they_quote(tool: Any, tree: Path) -> None:
    report = _run(tool, tree)
    said = _read(tree, "tests/test_one.py")
    assert "The basket m.json is not a fruit basket: look at row 3 of the file" in said
    assert '"is not a fruit" in said' in said and '"1 crumb was deleted." != said' in said
    assert '"Recline" in said' in said and said.startswith('"""The basket {name} is no fruit')
    assert 'f"{n} of cake here"' in said
    # One word may be anything, and parts of f-strings are for a person to look at.
    assert [place.split(":", 2)[2].strip() for place in report.undecided] == [
        "in an f-string: ' is no fruit'",
        "'yonder'",
    ]


def test_a_second_run_changes_nothing(tool: Any, tree: Path) -> None:
    _run(tool, tree)
    assert _run(tool, tree).changed == {}


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("one\n", "not two"),
        ("one\tone\n", "not two"),
        ("one\ttwo\none\tthree\n", "twice"),
        ("{n} rows\t{m} rows\n", "placeholders"),
        ("one\ttwo\ntwo\tthree\n", "reworded, too"),
    ],
)
def test_a_table_that_says_two_things(tool: Any, tmp_path: Path, lines: str, fault: str) -> None:
    path = tmp_path / "table.tsv"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        tool.read_table(path)


def test_sentences_that_are_read_back_are_not_reworded(tool: Any, repo_root: Path) -> None:
    """Networks keep reasons as sentences; the vocabularies understand the English they were written in."""
    from waternet_plugin.core.health.matching import matching
    from waternet_plugin.core.health.rates import reason_words
    from waternet_plugin.core.renewal.packages import package_reasons

    table = tool.read_table(repo_root / "tools" / "reworded.tsv")
    kept = {
        text for one in (matching, reason_words, package_reasons) for text in one.WORDS.sentences().values()
    }
    assert not kept & ({*table, *table.values()})
