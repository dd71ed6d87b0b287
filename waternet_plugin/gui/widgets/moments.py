"""Moments of batches, runs, backups and the change log, on the clock on the wall."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QDateTime, Qt

_MINUTES, _SECONDS = "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"


def local(moment: Any, *, seconds: bool = False) -> str:
    """Write a moment with a time zone (``datetime``, ``Timestamp``) in local time."""
    found = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return str(found.toString(_SECONDS if seconds else _MINUTES))


def local_of_log(text: str, *, seconds: bool = False) -> str:
    """Write a moment of the change log (ISO 8601, UTC) in local time; what is not a moment as it stands."""
    found = QDateTime.fromString(f"{text[:19]}Z", Qt.DateFormat.ISODate)
    if not found.isValid():
        return text
    return str(found.toLocalTime().toString(_SECONDS if seconds else _MINUTES))
