"""Every text of the code has a finished Chinese translation that fits it."""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest
from support.sources import Source, shipped

CJK = re.compile("[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"\{[^{}]*\}|%n|%\d")
# A text of names, units and signs alone needs no Chinese in its translation.
WORDS = re.compile(r"[a-z]{3,}")
NAMES = {"EPANET", "GeoPackage", "QGIS", "WaterNet", "GeoJSON", "GeoParquet", "EPSG", "shapely", "geopandas"}


@dataclass(frozen=True)
class Text:
    """One text in the code and where it stands."""

    text: str
    comment: str
    plural: bool
    place: str


@dataclass(frozen=True)
class Message:
    """One entry of the translation file."""

    text: str
    comment: str
    forms: tuple[str, ...]
    finished: bool


def _tr_calls(source: Source) -> Iterator[tuple[ast.Call, bool]]:
    """Yield the calls of tr(), and whether they stand in a function of that name (which passes on)."""

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[ast.Call, bool]]:
        for child in ast.iter_child_nodes(node):
            within = inside or (isinstance(child, ast.FunctionDef) and child.name == "tr")
            if isinstance(child, ast.Call):
                func = child.func
                name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
                if name == "tr":
                    yield child, within
            yield from walk(child, within)

    yield from walk(source.tree, False)


def _literal(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    """All texts of the code."""
    found = []
    for source in shipped():
        for call, passes_on in _tr_calls(source):
            text = _literal(call.args[0]) if call.args else None
            if text is None or passes_on:
                continue
            comment = (_literal(call.args[1]) if len(call.args) > 1 else None) or ""
            plural = len(call.args) > 2 or any(keyword.arg == "number" for keyword in call.keywords)
            found.append(Text(text, comment, plural, f"{source.label}:{call.lineno}"))
    return found


@pytest.fixture(scope="module")
def messages(repo_root: Path) -> dict[tuple[str, str], Message]:
    """The translation file, by text and comment."""
    path = repo_root / "waternet_plugin" / "i18n" / "waternet_zh_CN.ts"
    assert path.is_file(), "no translation file: run make i18n"
    root = ET.parse(path).getroot()
    assert root.get("language") == "zh_CN"
    found = {}
    for context in root.iter("context"):
        # Texts are looked up under the context that pylupdate gives to plain functions.
        assert context.findtext("name") == "@default"
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            plural = [form.text or "" for form in translation.iter("numerusform")]
            entry = Message(
                message.findtext("source") or "",
                message.findtext("comment") or "",
                tuple(plural or [translation.text or ""]),
                translation.get("type") is None,
            )
            found[entry.text, entry.comment] = entry
    return found


def test_texts_are_literals() -> None:
    wrong = [
        f"{source.label}:{call.lineno}"
        for source in shipped()
        for call, passes_on in _tr_calls(source)
        if not passes_on and (not call.args or _literal(call.args[0]) is None)
    ]
    assert wrong == []


def test_every_text_is_translated(texts: list[Text], messages: dict[tuple[str, str], Message]) -> None:
    assert texts
    wrong = []
    for text in texts:
        message = messages.get((text.text, text.comment))
        if message is None:
            wrong.append(f"{text.place} not in the .ts (make i18n): {text.text!r}")
        elif not message.finished or not all(form.strip() for form in message.forms):
            wrong.append(f"{text.place} not translated: {text.text!r}")
    assert wrong == []


def test_no_translation_without_its_text(texts: list[Text], messages: dict[tuple[str, str], Message]) -> None:
    used = {(text.text, text.comment) for text in texts}
    assert [text for text, comment in messages if (text, comment) not in used] == []


def test_translations_are_chinese(messages: dict[tuple[str, str], Message]) -> None:
    wrong = []
    for message in messages.values():
        plain = PLACEHOLDER.sub("", message.text)
        for name in NAMES:
            plain = plain.replace(name, "")
        if WORDS.search(plain) and not all(CJK.search(form) for form in message.forms):
            wrong.append(message.text)
    assert wrong == []


def test_placeholders_are_kept(messages: dict[tuple[str, str], Message]) -> None:
    wrong = []
    for message in messages.values():
        wanted = sorted(set(PLACEHOLDER.findall(message.text)))
        wrong += [form for form in message.forms if sorted(set(PLACEHOLDER.findall(form))) != wanted]
    assert wrong == []


def test_plurals_have_one_form(texts: list[Text], messages: dict[tuple[str, str], Message]) -> None:
    # Chinese has no plural: one form serves every number.
    wrong = [
        text.place
        for text in texts
        if text.plural
        and (text.text, text.comment) in messages
        and len(messages[text.text, text.comment].forms) != 1
    ]
    assert wrong == []


def test_nobody_is_addressed(messages: dict[tuple[str, str], Message]) -> None:
    forms = [form for message in messages.values() for form in message.forms]
    # The mouse presses once (单击), and nobody is spoken to in high style.
    assert [form for form in forms if "您" in form or "点击" in form] == []
