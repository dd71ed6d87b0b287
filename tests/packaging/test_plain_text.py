"""No text that may come from a file is read as markup, in any label, tooltip or message of the desktop."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.sources import nodes_of, parsed

PLUGIN = Path(__file__).resolve().parents[2] / "waternet_plugin"
_HELPER = "plain_text.py"
_TIPS = frozenset({"setToolTip", "setStatusTip", "setWhatsThis"})
_TIP_PROPERTIES = frozenset({"toolTip", "statusTip", "whatsThis"})
_MESSAGES = frozenset(
    {"createMessage", "pushMessage", "pushInfo", "pushWarning", "pushCritical", "pushSuccess"}
)
_MAKERS = frozenset({"QLabel", "QMessageBox", "QProgressDialog", "QErrorMessage", "QSplashScreen"})
_BOXES = frozenset({"information", "question", "warning", "critical", "about"})


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_ours(text: ast.expr) -> bool:
    """Return whether a text is one of our own sentences, or went through the helper."""
    if isinstance(text, ast.Constant):
        return True
    if not isinstance(text, ast.Call):
        return False
    name = _name(text.func)
    return name == "literal" or (name == "tr" and all(isinstance(each, ast.Constant) for each in text.args))


def _asks_for_tips(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "ToolTipRole" for each in ast.walk(node))


def _call_faults(call: ast.Call) -> Iterator[str]:
    name = _name(call.func)
    owner = _name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    if name in _MAKERS or (owner == "QMessageBox" and name in _BOXES):
        yield f"{call.lineno}: {name}: make it by plain_text"
    if name in _TIPS | _MESSAGES and call.args and not _is_ours(call.args[-1]):
        yield f"{call.lineno}: {name}: pass the text through plain_text.literal"
    for given in call.keywords:
        if given.arg in _TIP_PROPERTIES and not _is_ours(given.value):
            yield f"{call.lineno}: {given.arg}: pass the text through plain_text.literal"
    if name in ("setData", "setItemData", "setHeaderData") and _asks_for_tips(call):
        texts = [each for each in call.args if not _asks_for_tips(each)]
        if not _is_ours(texts[-1]):
            yield f"{call.lineno}: {name}: pass the tip through plain_text.literal"


def faults(source: str) -> Iterator[str]:
    """Yield where a text could be read as markup."""
    for node in nodes_of(parsed(source)):
        if isinstance(node, ast.Call):
            yield from _call_faults(node)
        elif isinstance(node, ast.ClassDef) and any(_name(base) == "QLabel" for base in node.bases):
            if not any(isinstance(each, ast.Call) and _name(each.func) == "plain" for each in ast.walk(node)):
                yield f"{node.lineno}: {node.name}: make it plain"
        elif isinstance(node, ast.If) and _asks_for_tips(node.test):
            for each in ast.walk(ast.Module(node.body, [])):
                if isinstance(each, ast.Return) and each.value is not None and not _is_ours(each.value):
                    yield f"{each.lineno}: a tooltip: pass it through plain_text.literal"


@pytest.mark.parametrize("room", ["gui", "bridge", "atlas"])
def test_every_text_of_a_file_is_shown_as_it_is(room: str):
    found = [
        f"{path.relative_to(PLUGIN)}:{fault}"
        for path in sorted((PLUGIN / room).rglob("*.py"))
        if path.name != _HELPER
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "item.setToolTip(cell)",
        "QToolButton(side, toolTip=cell)",
        "item.setToolTip(0, f'{cell}')",
        "widget.setToolTip(tr('{a}').format(a=cell))",
        "bar.createMessage('WaterNet', text)",
        "bar.pushMessage(title, text)",
        "QLabel(cell)",
        "QLabel()",
        "QMessageBox(icon, title, text)",
        "QMessageBox.warning(self, title, text)",
        "item.setData(cell, Qt.ItemDataRole.ToolTipRole)",
        "class Big(QLabel):\n    pass",
        "def data(role):\n    if role in (A, Qt.ItemDataRole.ToolTipRole):\n        return cell",
    ],
)
def test_each_way_around_is_seen(line: str):
    assert list(faults(line))
