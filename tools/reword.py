"""Change sentences everywhere they are written and keep their Chinese.

``python tools/reword.py [TABLE] [--check]``: TABLE (default ``tools/reworded.tsv``) has a sentence and its
new wording on each line, separated by a tab, a line break written as backslash and n. The English is the key
of the Chinese: where it changes, the source in the ``.ts`` file is changed with it. Texts are changed

- in Python: the first argument of ``tr(...)``, laid out by ``ruff format`` (ruff must be installed);
- in CSV files of the plugin and of the styles: cells of English columns;
- in Markdown pages and ``metadata.txt``: sentences, and the names of buttons where they are emphasized;
- in tests and tools: literals that are the text, the text with values, or an unambiguous part of it.

A second run changes nothing. What a test quotes and the table can't decide is listed, as are lines of the
table of which neither the old nor the new wording was found. ``--check`` writes nothing and fails where a run
would change a file.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from reword_quotes import HOLE, Quotes  # noqa: E402

WIDTH = 110
_MESSAGE = re.compile(r"    <message.*?</message>\n", re.DOTALL)
_SOURCE = re.compile(r"<source>(.*?)</source>", re.DOTALL)
_CELL = re.compile(r'("(?:[^"]|"")*"|[^,\n]*)(,|$)')


@dataclass
class Report:
    """What a run changed and could not: files, words found, undecided places as path, line and text."""

    changed: dict[Path, str] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    undecided: list[str] = field(default_factory=list)


def read_table(path: Path) -> dict[str, str]:
    """Return the new wording of each text.

    Raises
    ------
    ValueError
        When a line has not two texts, a text comes twice, a new wording is itself reworded, or holes differ.
    """
    table: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.replace("\\n", "\n") for cell in line.split("\t")]
        if len(cells) != 2 or not all(cells) or cells[0] == cells[1]:
            raise ValueError(f"{path.name}:{number}: not two different texts")
        old, new = cells
        if old in table:
            raise ValueError(f"{path.name}:{number}: twice: {old}")
        if sorted(set(HOLE.findall(old))) != sorted(set(HOLE.findall(new))):
            raise ValueError(f"{path.name}:{number}: other placeholders: {old}")
        table[old] = new
    for old, new in table.items():
        if new in table:
            raise ValueError(f"{path.name}: the new wording of “{old}” is reworded, too")
    return table


def _literal(text: str) -> str:
    """Return a text as a literal on one line."""
    body = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
    if '"' in body and "'" not in body:
        return f"'{body}'"
    return '"' + body.replace('"', '\\"') + '"'


def _layout(source: str, name: str) -> str:
    """Return source as ``ruff format`` lays it out, with literals that are too long cut into lines."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "format",
        "--config=pyproject.toml",
        "--stdin-filename",
        name,
        "-",
    ]
    while True:
        run = subprocess.run(
            command, input=source, capture_output=True, text=True, encoding="utf-8", check=True, cwd=ROOT,
        )  # fmt: skip
        source = run.stdout
        cut = _cut(source)
        if cut == source:
            return source
        source = cut


def _cut(source: str) -> str:
    """Return source with each literal that stands alone on too long a line cut into several."""
    lines: list[str] = []
    too_long = False
    for line in source.splitlines(keepends=True):
        alone = re.fullmatch(r"""( *)((?:\w+=)?)([rf]?)(["'])(.*)\4(,?)\n""", line)
        if len(line.rstrip("\n")) <= WIDTH or not alone or alone[2] or '"""' in line:
            # What is laid out by hand is left to ruff where it no longer fits.
            too_long |= len(line.rstrip("\n")) > WIDTH
            skipped = "  # fmt: skip" in line
            lines.append(line.replace("  # fmt: skip", "") if too_long and skipped else line)
            too_long &= not skipped
            continue
        indent, _name, prefix, quote, body, comma = alone.groups()
        room = WIDTH - len(indent) - len(prefix) - 3
        pieces = []
        while len(body) > room:
            at = body.rfind(" ", 0, room) + 1
            if not at:
                break
            pieces.append(body[:at])
            body = body[at:]
        pieces.append(body)
        laid = [f"{indent}{prefix}{quote}{piece}{quote}" for piece in pieces]
        lines.append("\n".join(laid) + comma + "\n")
    return "".join(lines)


def _offsets(source: str) -> list[int]:
    """Return where each line begins, in bytes of UTF-8 as the syntax tree counts."""
    starts = [0]
    for line in source.encode("utf-8").splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _replaced(source: str, edits: list[tuple[ast.expr, str]]) -> str:
    """Return source with some literals exchanged."""
    raw, starts = source.encode("utf-8"), _offsets(source)
    spans = []
    for node, literal in edits:
        assert node.end_lineno is not None and node.end_col_offset is not None
        begin = starts[node.lineno - 1] + node.col_offset
        spans.append((begin, starts[node.end_lineno - 1] + node.end_col_offset, literal.encode("utf-8")))
    for begin, end, literal_bytes in sorted(spans, reverse=True):
        raw = raw[:begin] + literal_bytes + raw[end:]
    return raw.decode("utf-8")


def _translated(tree: ast.AST) -> Iterator[ast.Constant]:
    """Yield the literals that are translated."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if name == "tr" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first


def reword_source(source: str, name: str, table: dict[str, str], report: Report) -> str:
    """Return Python source with its translated texts reworded."""
    edits: list[tuple[ast.expr, str]] = []
    for node in _translated(ast.parse(source)):
        report.found.add(node.value)
        if node.value in table:
            edits.append((node, _literal(table[node.value])))
    return _layout(_replaced(source, edits), name) if edits else source


def _documentation(tree: ast.AST) -> set[int]:
    """Return the identities of docstrings."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found.add(id(node.value))
    return found


def reword_quotes(source: str, name: str, quotes: Quotes, report: Report) -> str:
    """Return the source of a test or tool with the literals reworded that quote texts."""
    tree = ast.parse(source)
    skipped = _documentation(tree)
    edits: list[tuple[ast.expr, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            fixed = [part for part in node.values if isinstance(part, ast.Constant)]
            skipped |= {id(part) for part in node.values}
            literal = ast.get_source_segment(source, node) or ""
            laid = literal
            for text in (str(part.value) for part in fixed):
                report.found.add(text)
                if text in quotes.table and laid.count(text) == 1:
                    laid = laid.replace(text, quotes.table[text])
                elif quotes.follow(text) != (None, False):
                    report.undecided.append(f"{name}:{node.lineno}: in an f-string: {text!r}")
            if laid != literal:
                edits.append((node, laid))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in skipped:
            continue
        report.found.add(node.value)
        new, look = quotes.follow(node.value)
        if new is not None:
            was_raw = (ast.get_source_segment(source, node) or "").startswith("r")
            raw = (was_raw or "\\" in new) and not re.search(r'["\n]', new)
            edits.append((node, f'r"{new}"' if raw else _literal(new)))
        elif look:
            report.undecided.append(f"{name}:{node.lineno}: {node.value!r}")
    return _layout(_replaced(source, edits), name) if edits else source


def reword_csv(text: str, table: dict[str, str], report: Report) -> str:
    """Return a CSV file with the cells of its English columns reworded; no cell has a line break."""
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    heading = lines[0].rstrip("\r\n").split(",")
    english = {number for number, name in enumerate(heading) if name == "en" or name.endswith("_en")}
    out = lines[:1]
    for line in lines[1:]:
        body = line.rstrip("\r\n")
        cells, at = [], 0
        while at <= len(body):
            cell = _CELL.match(body, at)
            if cell is None:
                break
            cells.append(cell[1])
            at = cell.end()
            if not cell[2]:
                break
        for number in english & set(range(len(cells))):
            quoted = cells[number].startswith('"')
            value = cells[number][1:-1].replace('""', '"') if quoted else cells[number]
            report.found.add(value)
            if value in table:
                new = table[value]
                cells[number] = (
                    '"' + new.replace('"', '""') + '"' if quoted or re.search('[",]', new) else new
                )
        out.append(",".join(cells) + line[len(body) :])
    return "".join(out)


def _refilled(paragraph: str, width: int) -> str:
    """Return a paragraph wrapped again; headings, tables and code are one line and stay."""
    first = re.match(r" *(?:[-*] |\d+\. )?", paragraph)
    assert first is not None
    return textwrap.fill(
        " ".join(paragraph.split("\n")).replace(first[0], "", 1).strip(), width,
        initial_indent=first[0], subsequent_indent=" " * len(first[0]),
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def reword_page(text: str, name: str, table: dict[str, str], report: Report) -> str:
    """Return a Markdown page with its sentences reworded, and the names of buttons that it emphasizes."""
    wrapped = name.endswith(".md") and re.search(r"[a-z,]\n[a-z]", text) is not None
    # The longest first: a sentence may have a button's name in it.
    for old, new in sorted(table.items(), key=lambda one: -len(one[0])):
        label = len(old.split()) < 5 and not re.search(r"[#\[|]", old)
        spaces = r"\s+".join(re.escape(word) for word in old.split())
        edges = ("(?<=[*>“])( ?)", r"( ?)(?=[*>”])") if label else ("()", "()")
        pattern = re.compile(edges[0] + spaces + edges[1])
        if not label and "\n" not in new:
            report.found.update(name for name in (old, new) if _in_page(name, text))
        blocks = text.split("\n\n")
        for number, block in enumerate(blocks):
            if not pattern.search(block) or _in_page(new, block):
                continue
            report.found.add(old)
            lines = block.count("\n")
            block = pattern.sub(lambda hit, new=new: hit[1] + new + hit[2], block)
            if wrapped and not label and not re.match(r"\s*(\||```|#|!|    )", block):
                block = _paragraphs(block) if lines or max(map(len, block.split("\n"))) > 120 else block
            blocks[number] = block
        text = "\n\n".join(blocks)
    return text


def _in_page(text: str, page: str) -> bool:
    """Say whether a page has a text, wherever its lines are broken."""
    return re.search(r"\s+".join(re.escape(word) for word in text.split()), page) is not None


def _paragraphs(block: str) -> str:
    """Return a block of text or list items with each item wrapped again where a line is too long."""
    items = re.split(r"\n(?=\s*(?:[-*] |\d+\. |\|))", block)
    return "\n".join(
        item
        if item.lstrip().startswith("|") or max(map(len, item.split("\n"))) <= 120
        else _refilled(item, 115)
        for item in items
    )


def reword_translations(text: str, table: dict[str, str], report: Report) -> str:
    """Return the translation file with sources reworded and their Chinese kept; equal ones are one."""
    seen: set[tuple[str, str]] = set()

    def message(found: re.Match[str]) -> str:
        block = found[0]
        source = _SOURCE.search(block)
        assert source is not None
        old = unescape(source[1])
        report.found.add(old)
        comment = re.search(r"<comment>(.*?)</comment>", block, re.DOTALL)
        new = table.get(old, old)
        key = (new, comment[1] if comment else "")
        if key in seen:
            return ""
        seen.add(key)
        if new == old:
            return block
        said = escape(new, quote=False).replace('"', "&quot;").replace("'", "&apos;")
        return block.replace(source[0], f"<source>{said}</source>", 1)

    return _MESSAGE.sub(message, text)


def reword(root: Path, table: dict[str, str]) -> Report:
    """Return what the table changes in the tree below ``root``; nothing is written.

    Parameters
    ----------
    root
        The repository, or a tree like it.
    table
        The new wording of each text.
    """
    report = Report()

    def files(pattern: str, *folders: str) -> list[Path]:
        return sorted(path for folder in folders for path in (root / folder).rglob(pattern))

    def keep(path: Path, old: str, new: str) -> None:
        if new != old:
            report.changed[path] = new

    for path in files("*.py", "waternet_plugin", "processing"):
        source = path.read_text(encoding="utf-8")
        keep(path, source, reword_source(source, str(path), table, report))
    for path in files("*.csv", "waternet_plugin", "styles"):
        source = path.read_bytes().decode("utf-8")
        keep(path, source, reword_csv(source, table, report))
    for path in files("*.ts", "waternet_plugin"):
        source = path.read_text(encoding="utf-8")
        keep(path, source, reword_translations(source, table, report))
    current = set(report.found)
    pages = [
        path for path in files("*.md", "waternet_plugin/guide", "sample_data") if "zh_CN" not in path.parts
    ]
    for path in [*pages, root / "README.md", root / "metadata.txt"]:
        if path.is_file():
            source = path.read_text(encoding="utf-8")
            keep(path, source, reword_page(source, path.name, table, report))
    quotes = Quotes(table, current)
    for path in files("*.py", "tests", "tools"):
        source = path.read_text(encoding="utf-8")
        new = reword_quotes(source, path.relative_to(root).as_posix(), quotes, report)
        keep(path, source, new)
    return report


def main() -> int:
    """Reword the repository; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("table", nargs="?", type=Path, default=ROOT / "tools" / "reworded.tsv")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail where something would change"
    )
    parser.add_argument("--root", type=Path, default=ROOT)
    given = parser.parse_args()
    table = read_table(given.table)
    report = reword(given.root, table)
    for path, new in report.changed.items():
        print(("would change " if given.check else "changed ") + path.relative_to(given.root).as_posix())
        if not given.check:
            path.write_bytes(new.encode("utf-8"))
    missing = [old for old, new in table.items() if not {old, new} & report.found]
    for place in report.undecided:
        print(f"undecided {place}")
    for old in missing:
        print(f"not found {old!r}")
    print(f"{len(report.changed)} files, {len(report.undecided)} undecided, {len(missing)} not found")
    return int(given.check and bool(report.changed))


if __name__ == "__main__":
    sys.exit(main())
