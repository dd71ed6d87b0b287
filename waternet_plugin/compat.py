"""Every switch on QGIS's version, by name."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsAttributeEditorContainer, QgsField

# QgsField takes QMetaType from 3.38 on and QVariant before.
_FIELD_TAKES_METATYPE = Qgis.versionInt() >= 33800
# Pages of forms have a type from 3.32 on and are “no group box” before.
_CONTAINERS_HAVE_TYPES = Qgis.versionInt() >= 33200


def field(name: str, type_: str) -> QgsField:
    """Return a field of our type: text, integer, real, date, datetime or json."""
    return QgsField(name, _field_type(type_))


def _field_type(type_: str) -> Any:
    names = {
        "text": "QString",
        "json": "QString",
        "integer": "LongLong",
        "real": "Double",
        "date": "QDate",
        "datetime": "QDateTime",
    }
    if _FIELD_TAKES_METATYPE:
        from qgis.PyQt.QtCore import QMetaType

        return getattr(QMetaType.Type, names[type_])
    from qgis.PyQt.QtCore import QVariant

    return getattr(QVariant.Type, {"QString": "String"}.get(names[type_], names[type_].lstrip("Q")))


# The types of fields by Qt's numbers, which QVariant and QMetaType share.
_KINDS = {
    1: "boolean",
    **dict.fromkeys((2, 3, 4, 5), "integer"),
    6: "real",
    10: "text",
    14: "date",
    16: "datetime",
}


def kind_of(described: QgsField) -> str:
    """Return the type of a field: boolean, integer, real, text, date or datetime; '' for any other."""
    found = described.type()
    return _KINDS.get(int(getattr(found, "value", found)), "")


def take_default_in_copies(layer: Any, index: int) -> None:
    """Let copies and parts of a feature have the default in a field, where QGIS knows a policy for that.

    It does for parts from 3.30 on, and for copies from 3.38 on.
    """
    if hasattr(layer, "setFieldSplitPolicy"):
        layer.setFieldSplitPolicy(index, Qgis.FieldDomainSplitPolicy.DefaultValue)
    if hasattr(layer, "setFieldDuplicatePolicy"):
        layer.setFieldDuplicatePolicy(index, Qgis.FieldDuplicatePolicy.DefaultValue)


def form_tab(name: str, parent: Any) -> QgsAttributeEditorContainer:
    """Return a page of an attribute form."""
    page = QgsAttributeEditorContainer(name, parent)
    if _CONTAINERS_HAVE_TYPES:
        page.setType(Qgis.AttributeEditorContainerType.Tab)
    else:
        page.setIsGroupBox(False)
    return page


def alignment(flags: Any) -> Any:
    """Return an alignment as an item model hands it over: PyQt 5 takes a number, PyQt 6 the flags."""
    from qgis.PyQt.QtCore import Qt

    return int(flags) if isinstance(Qt.AlignmentFlag.AlignLeft, int) else flags


def text_flags(*flags: Any) -> int:
    """Return flags of alignment and text as the number a painter takes, in Qt 5 and Qt 6."""
    result = 0
    for flag in flags:
        result |= int(getattr(flag, "value", flag))
    return result
