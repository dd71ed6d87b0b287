"""What several rooms need is defined once: array type, statuses, directions of a trace, columns of a job."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from support.sources import nodes_of, parsed

from waternet_plugin.core.schema.settings import defaults

ROOT = Path(__file__).parents[2]
FOLDERS = ("waternet_plugin", "processing")
_HEX_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_METHOD = re.compile(r"^ +(?:async )?def (\w+)", re.MULTILINE)
DIRECTIONS = {"upstream", "downstream", "connected", "to_source", "shortest"}


def _files() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def _words(node: ast.AST) -> frozenset[str]:
    """Return the texts of a literal tuple, list or set; none where it holds anything else."""
    if not isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return frozenset()
    words = [one.value for one in node.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    return frozenset(words) if len(words) == len(node.elts) else frozenset()


def test_one_type_of_arrays() -> None:
    found = [name for name, text in _files() if re.search(r"^_?Array\b.* = ", text, re.MULTILINE)]
    assert found == ["waternet_plugin/core/arrays.py"]


def test_colours_stand_in_one_module_and_in_the_palettes() -> None:
    """A colour by its value is written in `core.colours` or styles/palettes.csv, nowhere else."""
    found = []
    for name, text in _files():
        if "#" not in text or name == "waternet_plugin/core/colours.py":
            continue
        for node in nodes_of(parsed(text)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _HEX_COLOUR.search(node.value)
            ):
                found.append(f"{name}:{node.lineno} {node.value[:40]}")
    assert found == []


def test_rows_in_runs_are_numbered_in_one_place() -> None:
    found = [name for name, text in _files() if re.search(r"np\.repeat\(\s*np\.cumsum\(", text)]
    assert found == ["waternet_plugin/core/arrays.py"]


def test_one_list_of_what_is_out_of_use_and_of_directions() -> None:
    out_of_use, directions = [], []
    for name, text in _files():
        if "abandoned" not in text and "to_source" not in text:
            continue
        for node in nodes_of(parsed(text)):
            words = _words(node)
            if {"abandoned", "removed"} <= words:
                out_of_use.append(name)
            if words >= DIRECTIONS:
                directions.append(name)
    assert out_of_use == ["waternet_plugin/core/schema/use.py"]
    assert directions == ["waternet_plugin/core/network/tracing/trace_rules.py"]


def test_what_is_in_use_is_asked_of_one_list() -> None:
    """A status may be written as it is; what counts as in use is said by `core.schema.use` alone."""
    asking = []
    for name, text in _files():
        if "in_use" not in text or name.endswith("schema/use.py"):
            continue
        for node in nodes_of(parsed(text)):
            compared = node.comparators if isinstance(node, ast.Compare) else []
            if isinstance(node, ast.Call):
                # ``where={"status": "in_use"}`` of a read, ``status.isin(("in_use", ...))``.
                is_asking = isinstance(node.func, ast.Attribute) and node.func.attr == "isin"
                compared = [word.value for word in node.keywords if word.arg == "where"]
                compared += node.args if is_asking else []
            inner = [each for one in compared for each in ast.walk(one)]
            if any(isinstance(each, ast.Constant) and each.value == "in_use" for each in inner):
                asking.append(f"{name}:{node.lineno}")
    assert asking == []


def test_no_two_jobs_list_the_same_columns() -> None:
    found: dict[frozenset[str], list[str]] = {}
    for name, text in _files():
        if "COLUMNS" not in text:
            continue
        for node in parsed(text).body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                label = node.targets[0].id
                words = _words(node.value)
                if label.endswith("COLUMNS") and len(words) > 2:
                    found.setdefault(words, []).append(f"{name}: {label}")
    assert [names for names in found.values() if len(names) > 1] == []


def test_readings_are_read_in_one_place() -> None:
    found = [name for name, text in _files() if re.search(r"\.read\(\s*\"reading\"", text)]
    # Anybody else would miss those that came under a former id of their node.
    assert found == ["waternet_plugin/operations/rows/node_readings.py"]


# Factors between units by their leading digits, wherever the point stands: foot and its reverse, inch, mile,
# gallons, cubic and acre foot, gravity, megapascal in metres, psi in pascals and metres and back, years.
_FACTORS = (
    3.048, 3.28084, 2.54, 1.609344, 3.785412, 4.54609, 2.831685, 1.233482, 9.80665, 1.0197162, 6.894757,
    1.422334, 7.03070, 3.6525,
)  # fmt: skip
# Those of whole numbers: hours, days and weeks in seconds and milliseconds, a day in minutes.
_WHOLE_FACTORS = {3600, 86_400, 604_800, 3_600_000, 86_400_000, 1440, 43_560, 111_320}
_NUMBER = re.compile(r"\d+(?:_\d+)*(?:\.\d+)?(?:e-?\d+)?")


def _is_factor(value: float) -> bool:
    """Say whether a number is one of them, to four digits or more (9.81 and 25.4 to three)."""
    if value in _WHOLE_FACTORS:
        return True
    if value <= 0 or value == int(value):
        return False
    written = f"{value:.9e}".partition("e")[0]
    leading = float(written)
    return leading in (9.81, 2.54) or (
        len(written.rstrip("0")) > 4 and any(abs(leading / factor - 1) < 5e-4 for factor in _FACTORS)
    )


def _numbers(node: ast.AST) -> Iterator[float]:
    """Yield the number that a node writes: as it stands, as a text (``Decimal("0.3048")``), or as 24 * 60."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        yield node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if re.fullmatch(r"\d+\.\d+", node.value):
            yield float(node.value)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        sides = [list(_numbers(side)) for side in (node.left, node.right)]
        if all(sides):
            yield sides[0][0] * sides[1][0]


def _factors(text: str) -> list[tuple[int, float]]:
    """Return lines and values of the factors in a source text."""
    may_hold = re.search(r"\d \* \d", text) or any(
        _is_factor(float(word)) for word in set(_NUMBER.findall(text))
    )
    if not may_hold:
        return []
    return [
        (getattr(node, "lineno", 0), number)
        for node in nodes_of(parsed(text))
        for number in _numbers(node)
        if _is_factor(number)
    ]


def test_factors_between_units_stand_in_one_module() -> None:
    found = {name: _factors(text) for name, text in _files() if not name.endswith("core/units.py")}
    assert {name: factors for name, factors in found.items() if factors} == {}


def test_a_factor_is_known_however_it_is_written() -> None:
    there = "0.3048 304.8 3.2808 3.281 25.4 0.0254 101.97 9.81e-3 365.25 6894.76 86_400 24*60 7*24*3600.0"
    assert [word for word in there.split() if not _factors(f"A = {word.replace('*', ' * ')}")] == []
    assert _factors('A = Decimal("0.3048")')
    others = "0.3 3.05 1.02 254 1016 365 3601 0.25 24.0"
    assert [word for word in others.split() if _factors(f"A = {word}")] == []


def test_every_setting_is_read() -> None:
    """A key stands there whole, without its room, up to a point, or as a beginning: f"quality.grade_{a}"."""
    words: set[str] = set()
    beginnings: set[str] = set()
    for _name, text in _files():
        for quoted in re.findall(r'"([A-Za-z0-9_.{}]+)"', text):
            begin, filled_in, _rest = quoted.partition("{")
            (beginnings if filled_in else words).add(begin.rstrip("."))
    rooms = {key.partition(".")[0] for key in defaults()}
    # A room or a few letters before a name tell nothing of which names there are.
    beginnings = {one for one in beginnings if len(one) > 4 and one not in rooms}
    unread = []
    for key in defaults():
        room, _, name = key.partition(".")
        parts = [name.rsplit(".", cut)[0] for cut in range(name.count(".") + 1)]
        begun = any(one.startswith(begin) for one in (key, name) for begin in beginnings)
        if not begun and not words.intersection((key, *parts, *(f"{room}.{part}" for part in parts))):
            unread.append(key)
    assert unread == []


def test_a_class_defines_each_method_once() -> None:
    """A second definition would take the place of the first without a word (two merged changes did so)."""
    found = []
    for name, text in _files():
        defined = _METHOD.findall(text)
        if len(set(defined)) == len(defined):
            continue
        for kind in nodes_of(parsed(text)):
            if isinstance(kind, ast.ClassDef):
                plain = [
                    one.name
                    for one in kind.body
                    if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)) and not one.decorator_list
                ]
                found += [f"{name}: {kind.name}.{one}" for one in sorted(set(plain)) if plain.count(one) > 1]
    assert found == []


# Modules whose parts are no sentences: words of a search, of a file, names of endings and steps.
_WORDS_ONLY = (
    "waternet_plugin/core/quality/catalogue.py",
    "waternet_plugin/core/survey/reading/jobxml.py",
    "waternet_plugin/core/survey/reading/landxml.py",
    "waternet_plugin/operations/leakage/water_balance.py",
    "waternet_plugin/store/attachments.py",
)


def _ends_in_a_point(node: ast.AST) -> bool:
    """Return whether a call translates a whole sentence."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "tr"
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
        and str(node.args[0].value).endswith((".", "?"))
    )


def _is_space(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == " "


def _sets_a_space(node: ast.AST) -> bool:
    """Return whether parts are put behind one another with a space between."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "join" and _is_space(node.func.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _is_space(node.left) or _is_space(node.right)
    return False


def sentences_with_a_space(text: str) -> list[int]:
    """Return the lines of functions that say whole sentences and set spaces between parts by themselves."""
    lines = set()
    for function in nodes_of(parsed(text)):
        if isinstance(function, ast.FunctionDef):
            nodes = list(ast.walk(function))
            if any(_ends_in_a_point(node) for node in nodes):
                lines |= {node.lineno for node in nodes if _sets_a_space(node)}
    return sorted(lines)


def test_sentences_follow_one_another_as_the_language_has_it() -> None:
    """Chinese sets no space between sentences: `core.texts.joined` knows, nothing else puts them together."""
    told = 'def a():\n    head = tr("{n} rows.")\n    return {}\n'
    for part in ('" ".join((head, more))', 'head + " " + more'):
        assert sentences_with_a_space(told.replace("{}", part)) == [3]
    assert not sentences_with_a_space(told.replace("{}", "joined((head, more))"))
    found = [f"{name}:{line}" for name, text in _files() for line in sentences_with_a_space(text)]
    assert [one for one in found if one.partition(":")[0] not in _WORDS_ONLY] == []
