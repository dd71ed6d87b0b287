"""Every switch on QGIS's version, by name."""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsField

# QgsField takes QMetaType from 3.38 on and QVariant before.
_FIELD_TAKES_METATYPE = Qgis.versionInt() >= 33800


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
