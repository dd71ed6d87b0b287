"""The code runs on Qt 5 and Qt 6 alike: rules on the syntax tree, checked against this QGIS.

One spelling serves QGIS 3.22 to 4: imports from qgis.PyQt, enums with the name of their class,
``exec()``. Names that only one of the versions has live in ``compat.py``.
"""

from __future__ import annotations

import ast
import enum
import importlib
from typing import Any, Iterator

import pytest
from support.sources import Source, shipped

BINDINGS = {"PyQt5", "PyQt6", "PySide2", "PySide6", "sip", "resources_rc"}
GONE = {"QRegExp", "QDesktopWidget", "QStringRef", "QMatrix", "QTextCodec"}
# In Qt 6 these moved; only the place of Qt 5 is served by the shim on both sides.
MOVED = {"QAction", "QActionGroup", "QShortcut", "QUndoCommand", "QUndoStack", "QFileSystemModel"}
FIELD_TYPES = {"QVariant", "QMetaType"}


def _is_compat(source: Source) -> bool:
    return source.path.name == "compat.py"


def _qgis_names(source: Source) -> dict[str, Any]:
    """Objects that the file imports from qgis, by the name it uses for them."""
    found: dict[str, Any] = {}
    for node in source.nodes:
        if (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").split(".")[0] == "qgis"
            and not node.level
        ):
            module = importlib.import_module(str(node.module))
            for alias in node.names:
                if hasattr(module, alias.name):
                    found[alias.asname or alias.name] = getattr(module, alias.name)
    return found


def _is_member(value: Any) -> bool:
    """Whether `value` is a member of an enum: Python's own, or sip's subclasses of int."""
    if isinstance(value, enum.Enum):
        return True
    kind = type(value)
    return isinstance(value, int) and kind not in (int, bool) and kind.__module__.startswith(("PyQt", "qgis"))


def _unscoped(owner: Any, name: str) -> bool:
    """Whether ``owner.name`` is an enum member that skips its enum's name."""
    if not isinstance(owner, type) or issubclass(owner, enum.Enum):
        return False
    value = getattr(owner, name, None)
    # A member of the enum itself (QGIS 3.22: int subclasses) is reached through the enum.
    return _is_member(value) and type(value) is not owner


def _chain(node: ast.Attribute) -> tuple[str, list[str]]:
    """Split ``A.b.c`` into its first name and the rest ('' when it starts with no plain name)."""
    parts: list[str] = []
    inner: ast.expr = node
    while isinstance(inner, ast.Attribute):
        parts.append(inner.attr)
        inner = inner.value
    return (inner.id if isinstance(inner, ast.Name) else ""), parts[::-1]


def _enum_faults(source: Source) -> Iterator[str]:
    names = _qgis_names(source)
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            first, parts = _chain(node)
            owner = names.get(first)
            if isinstance(owner, type) and _unscoped(owner, parts[0]):
                yield f"{source.label}:{node.lineno} {first}.{parts[0]}: name the enum's class too"
        elif isinstance(node, ast.ClassDef):
            bases = [names[base.id] for base in node.bases if isinstance(base, ast.Name) and base.id in names]
            for inner in ast.walk(node):
                if not isinstance(inner, ast.Attribute):
                    continue
                first, parts = _chain(inner)
                if first in ("self", "cls") and any(_unscoped(base, parts[0]) for base in bases):
                    yield f"{source.label}:{inner.lineno} {first}.{parts[0]}: name the enum's class too"


def _missing_here(source: Source) -> Iterator[str]:
    """Yield uses of ``Class.Name...`` that this QGIS does not have."""
    names = _qgis_names(source)
    for node in source.nodes:
        if isinstance(node, ast.Attribute):
            first, parts = _chain(node)
            owner = names.get(first)
            if not isinstance(owner, type):
                continue
            for part in parts:
                if not isinstance(owner, type):
                    break
                if not hasattr(owner, part):
                    yield f"{source.label}:{node.lineno} {first}.{'.'.join(parts)}"
                    break
                owner = getattr(owner, part)


def _calls(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Yield the calls of a file with the last name of what is called."""
    for node in source.nodes:
        if isinstance(node, ast.Call):
            func = node.func
            yield node, func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")


def _number_faults(source: Source) -> Iterator[str]:
    """Yield ``int()`` of an enum's member: flags of Qt 6 are no numbers."""
    names = _qgis_names(source)
    for call, name in _calls(source):
        if name != "int" or not isinstance(call.func, ast.Name):
            continue
        inner = [
            _chain(node) for part in call.args for node in ast.walk(part) if isinstance(node, ast.Attribute)
        ]
        for first, parts in inner:
            owner: Any = names.get(first)
            for part in parts:
                owner = getattr(owner, part, None)
            if _is_member(owner):
                yield f"{source.label}:{call.lineno} int({first}.{'.'.join(parts)}): use section.text_flags()"


def _import_faults(source: Source) -> Iterator[str]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in BINDINGS:
                    yield f"{source.label}:{node.lineno} import {alias.name}: use qgis.PyQt"
        elif isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
            if module.split(".")[0] in BINDINGS:
                yield f"{source.label}:{node.lineno} from {module}: use qgis.PyQt"
            for alias in node.names:
                if alias.name in BINDINGS | GONE and module != "qgis.PyQt":
                    yield f"{source.label}:{node.lineno} {alias.name} is gone in Qt 6"
                if module == "qgis.PyQt.QtGui" and alias.name in MOVED:
                    yield f"{source.label}:{node.lineno} import {alias.name} from qgis.PyQt.QtWidgets"
                if alias.name in FIELD_TYPES and not _is_compat(source):
                    yield f"{source.label}:{node.lineno} {alias.name} belongs into compat.py"


def _call_faults(source: Source) -> Iterator[str]:
    for call, name in _calls(source):
        where = f"{source.label}:{call.lineno}"
        if name == "exec_":
            yield f"{where} exec_() is gone, use exec()"
        elif name == "QVariant" and not call.args:
            yield f"{where} QVariant(): use NULL of qgis.core"
        elif name == "addAction" and len(call.args) >= 4:
            yield f"{where} addAction() with four arguments is gone"
        elif name == "QDateTime" and len(call.args) >= 6:
            yield f"{where} QDateTime of single numbers is gone"
        elif name == "width" and call.args and "fontmetrics" in ast.dump(call.func).lower():
            yield f"{where} QFontMetrics.width() is gone, use horizontalAdvance()"
    for node in source.nodes:
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            if isinstance(node.slice, ast.Name) and node.slice.id in ("str", "int"):
                if node.value.attr in ("activated", "currentIndexChanged", "valueChanged", "highlighted"):
                    yield f"{source.label}:{node.lineno} overloads of {node.value.attr} are gone"
        elif isinstance(node, ast.Attribute) and node.attr in GONE:
            yield f"{source.label}:{node.lineno} {node.attr} is gone in Qt 6"


def _source(text: str) -> Source:
    """A file of our own for trying the rules."""
    return Source(shipped()[0].path, "waternet_plugin", ast.parse(text))


@pytest.mark.parametrize("rule", [_import_faults, _call_faults, _enum_faults, _number_faults])
def test_rule_holds(rule: Any) -> None:
    assert [fault for source in shipped() for fault in rule(source)] == []


def test_names_exist_in_this_qgis() -> None:
    found = [fault for source in shipped() if not _is_compat(source) for fault in _missing_here(source)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "from qgis.PyQt.QtCore import Qt\nQt.AlignLeft",
        "from qgis.core import QgsProcessing\nQgsProcessing.TypeVectorLine",
        "from qgis.core import QgsWkbTypes\nQgsWkbTypes.LineGeometry",
        "from qgis.core import QgsTask as A\nclass X(A):\n  f = lambda self: self.CanCancel",
    ],
)
def test_unscoped_enum_is_found(text: str) -> None:
    assert len(list(_enum_faults(_source(text)))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from qgis.PyQt.QtCore import Qt\nQt.AlignmentFlag.AlignLeft",
        "from qgis.core import QgsProcessing\nQgsProcessing.SourceType.TypeVectorLine",
        "from qgis.core import QgsWkbTypes\nQgsWkbTypes.GeometryType.LineGeometry",
        "from qgis.core import Qgis\nQgis.MessageLevel.Warning",
        "from qgis.core import QgsProject\nQgsProject.instance",
    ],
)
def test_scoped_enum_passes(text: str) -> None:
    assert list(_enum_faults(_source(text))) == []


def test_name_of_another_version_is_found() -> None:
    text = "from qgis.core import QgsProcessing\nQgsProcessing.SourceType.NoSuchThing"
    assert len(list(_missing_here(_source(text)))) == 1


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("from PyQt5.QtCore import Qt", _import_faults),
        ("from qgis.PyQt.QtGui import QAction", _import_faults),
        ("from qgis.PyQt.QtCore import QRegExp", _import_faults),
        ("dialog.exec_()", _call_faults),
        ("x = QVariant()", _call_faults),
        ("combo.activated[str].connect(f)", _call_faults),
        ("from qgis.PyQt.QtCore import Qt\nint(Qt.AlignmentFlag.AlignLeft)", _number_faults),
        ("from qgis.core import QgsTask\nint(x | QgsTask.Flag.CanCancel) + 1", _number_faults),
    ],
)
def test_old_spelling_is_found(text: str, rule: Any) -> None:
    assert len(list(rule(_source(text)))) == 1
