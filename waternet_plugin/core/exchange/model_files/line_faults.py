"""What makes the lines of a model file unusable, in sentences."""

from __future__ import annotations

from typing import Protocol

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

_SHOWN_SIGNS = 60


class ModelLine(Protocol):
    """A line of a file: its number, its section, its text."""

    @property
    def number(self) -> int:
        """The first line is 1."""

    @property
    def section(self) -> str:
        """Name of the section, without brackets."""

    @property
    def text(self) -> str:
        """The whole line."""


def line_warning(line: ModelLine, sentence: str) -> str:
    """Return a sentence about a line, with its number and section."""
    where = tr("Line {number}, [{section}]: {sentence}")
    return where.format(number=line.number, section=line.section, sentence=sentence)


class LineFaults:
    """Collects what makes a file unusable."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, line: ModelLine, sentence: str) -> None:
        """Note what is wrong with a line."""
        where = tr("Line {number}, [{section}]: “{text}”")
        start = where.format(number=line.number, section=line.section, text=line.text.strip()[:_SHOWN_SIGNS])
        self.sentences.append(f"{start}: {sentence}")

    def refuse(self, name: str) -> None:
        """Raise when anything was noted.

        Parameters
        ----------
        name
            Of the file.

        Raises
        ------
        InputError
            The sentence names the first fault, the details all.
        """
        if not self.sentences:
            return
        message = tr("{name} can't be read. {fault}")
        if len(self.sentences) > 1:
            message = tr("{name} can't be read: %n lines are wrong. {fault}", "", len(self.sentences))
        message = message.format(name=name, fault=self.sentences[0])
        raise InputError(message, details=tuple(self.sentences))
