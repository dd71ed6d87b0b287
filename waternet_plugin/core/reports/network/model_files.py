"""Sentences about the files of models, whichever engine they are for."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.core.texts import tr

# Warnings shown one by one on a terminal; a report has them all.
_SHOWN = 20


def made_up_line(missing: Sequence[str]) -> str:
    """Return the sentence about nodes that the file gives no place, '' when there are none."""
    if not missing:
        return ""
    return tr(
        "%n node(s) have no coordinates, such as {id}: they were placed next to their neighbours, or drawn "
        "as a tree. Such locations are not written back.",
        "",
        len(missing),
    ).format(id=missing[0])


def shown(warnings: Sequence[str], most: int = _SHOWN) -> list[str]:
    """Return the first warnings, and how many more there are."""
    lines = list(warnings[:most])
    if len(warnings) > most:
        lines.append(tr("And %n more.", "", len(warnings) - most))
    return lines
