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
        texts = []
        number = self.count("missing")
        if number:
            texts.append(tr("%n selected id(s) are not in the table.", "", number))
        if self.count("shapes"):
            text = tr(
                "The geometries of {tables} are not in the file: this format has points only, as x and y."
            )
            texts.append(text.format(tables=self._tables("shapes")))
        number = self.count("shortened")
        if number:
            texts.append(tr("%n text(s) had to be cut to the length that the format allows.", "", number))
        number = self.count("replaced")
        if number:
            texts.append(tr("%n text(s) have characters that GBK lacks, replaced by “?”.", "", number))
        number = self.count("guarded")
        if number:
            texts.append(
                tr("A ' was put in front of %n text(s) that a spreadsheet would run as formulas.", "", number)
            )
        number = self.count("controls")
        if number:
            texts.append(tr("Control characters were removed from %n text(s).", "", number))
        if self.count("moments"):
            text = tr("The times of {tables} are written as text: this format stores dates only.")
            texts.append(text.format(tables=self._tables("moments")))
        number = self.count("heights")
        if number:
            texts.append(tr("%n shape(s) have points of unknown height, written as 0.", "", number))
        return tuple(texts)
