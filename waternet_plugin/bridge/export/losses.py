"""Count what a format could not hold, so that nothing is lost without a word."""

from __future__ import annotations

from collections import Counter

from waternet_plugin.bridge.export.content import labels
from waternet_plugin.core.texts import tr


class Losses:
    """What happened to values on their way into one kind of file."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def note(self, kind: str, table: str = "", number: int = 1) -> None:
        """Count something: missing, shapes, shortened, replaced, guarded, controls, moments, heights."""
        if number:
            self._counts[kind, table] += number

    def count(self, kind: str) -> int:
        """Return how often something happened in all tables."""
        return sum(number for (each, _table), number in self._counts.items() if each == kind)

    def _tables(self, kind: str) -> str:
        return labels(table for each, table in self._counts if each == kind and table)

    def sentences(self) -> tuple[str, ...]:
        """Return what a user must know, one sentence a kind."""
        count = self.count
        texts = {
            "missing": tr("%n selected id(s) are not in the table.", "", count("missing")),
            "shapes": tr(
                "The geometries of {tables} are not in the file: this format has points only, as x and y."
            ).format(tables=self._tables("shapes")),
            "shortened": tr(
                "%n text(s) had to be cut to the length that the format allows.", "", count("shortened")
            ),
            "replaced": tr(
                "%n text(s) have characters that GBK lacks, replaced by “?”.", "", count("replaced")
            ),
            "guarded": tr(
                "A ' was put in front of %n text(s) that a spreadsheet would run as formulas.",
                "",
                count("guarded"),
            ),
            "controls": tr("Control characters were removed from %n text(s).", "", count("controls")),
            "moments": tr("The times of {tables} are written as text: this format stores dates only.").format(
                tables=self._tables("moments")
            ),
            "heights": tr("%n shape(s) have points of unknown height, written as 0.", "", count("heights")),
        }
        return tuple(text for kind, text in texts.items() if count(kind))
