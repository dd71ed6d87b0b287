"""The text of a SWMM input file: encoding, sections, lines, words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.engines import is_epanet_text
from waternet_plugin.core.exchange.model_files.file_text import text_of_bytes
from waternet_plugin.core.exchange.swmm.reading.regular_lines import RegularLines, regular_lines
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import (
    LINK_SECTIONS,
    NODE_SECTIONS,
    NONE,
    swmm_section_of,
)
from waternet_plugin.core.texts import tr

# Words end at blanks; one that begins with a quotation mark ends at the next one.
_WORD = re.compile(r'"([^"]*)"?|([^ \t\r\n]+)')


@dataclass(frozen=True)
class SwmmLine:
    """One line: its number in the file, its section, its text."""

    number: int
    section: str
    text: str


@dataclass(frozen=True)
class SwmmSection:
    """A section: its name, its heading, None before the first one, and the lines below.

    ``first`` is the number of the first line below the heading; ``body`` has a line break before each.
    """

    name: str
    heading: str | None
    first: int
    body: str

    @cached_property
    def lines(self) -> Sequence[str]:
        """The lines below the heading."""
        return self.body.split("\n")[1:]

    @property
    def text(self) -> str:
        """Heading and lines."""
        return self.body[1:] if self.heading is None else self.heading + self.body


@dataclass(frozen=True)
class SwmmText:
    """A whole file as text, and the encoding its bytes were in."""

    sections: tuple[SwmmSection, ...]
    encoding: str

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """Yield number and words of the lines of a section that say something, in the order of the file."""
        for section in self.sections:
            if section.name == name:
                for number, line in enumerate(section.lines, section.first):
                    words = words_of(line)
                    if words:
                        yield number, words

    def regular(self, name: str) -> tuple[int, RegularLines] | None:
        """Return the lines of a regular section that stands once, and the number of the first of them."""
        sections = [section for section in self.sections if section.name == name]
        if len(sections) != 1:
            return None
        number, text = _rows_of(sections[0])
        lines = regular_lines(text)
        return None if lines is None else (number, lines)

    def line(self, name: str, number: int) -> SwmmLine:
        """Return a line of a section by its number."""
        for section in self.sections:
            if section.name == name and section.first <= number < section.first + len(section.lines):
                return SwmmLine(number, name, section.lines[number - section.first])
        raise KeyError(number)

    def option(self, name: str) -> str:
        """Return the value of an option in capitals, '' where the file gives none."""
        value = ""
        for _number, words in self.rows("OPTIONS"):
            if words[0].upper() == name and len(words) > 1:
                value = words[1].upper()
        return value


def _rows_of(section: SwmmSection) -> tuple[int, str]:
    """Return a section without blank lines and comments before and behind its rows, and the first number."""
    body, start, stop, number = section.body, 0, len(section.body), section.first
    while start < stop:
        end = body.find("\n", start + 1)
        end = stop if end < 0 else end
        if words_of(body[start + 1 : end]):
            break
        start, number = end, number + 1
    while start < stop:
        last = body.rfind("\n", start, stop)
        if words_of(body[last + 1 : stop]):
            break
        stop = last
    return number, body[start + 1 : stop]


def words_of(line: str) -> list[str]:
    """Return the words of a line before its comment, quotation marks left out."""
    data = line.partition(";")[0] if ";" in line else line
    if '"' not in data:
        return data.split()
    return [found.group(1) if found.group(2) is None else found.group(2) for found in _WORD.finditer(data)]


def swmm_text_of(text: str, encoding: str = "utf-8") -> SwmmText:
    """Return the sections of a text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    headings = _headings(text)
    stops = [start - 1 for start in headings[1:]] + [len(text)]
    before = text[: headings[0] - 1] if headings else text
    sections = [SwmmSection(NONE, None, 1, "\n" + before)] if not headings or headings[0] else []
    number, counted = 2, 0
    for start, stop in zip(headings, stops):
        number += text.count("\n", counted, start)
        counted = start
        end = text.find("\n", start, stop)
        end = stop if end < 0 else end
        heading = text[start:end]
        sections.append(SwmmSection(swmm_section_of(heading), heading, number, text[end:stop]))
    return SwmmText(tuple(sections), encoding)


def _headings(text: str) -> list[int]:
    """Return where the lines start that begin with a bracket."""
    starts = []
    bracket = text.find("[")
    while bracket >= 0:
        start = text.rfind("\n", 0, bracket) + 1
        if not text[start:bracket].strip(" \t"):
            starts.append(start)
        end = text.find("\n", bracket)
        bracket = text.find("[", end) if end >= 0 else -1
    return starts


def read_swmm_text(data: bytes, name: str) -> SwmmText:
    """Return the text of a file's bytes.

    Parameters
    ----------
    data
        The bytes.
    name
        The file's name, for the sentence.

    Raises
    ------
    InputError
        When it is empty, a file of EPANET, or no SWMM input file.
    """
    if not data or data.isspace():
        message = tr("{name} is empty. Choose a SWMM input file (.inp).")
        raise InputError(message.format(name=name))
    text, encoding = text_of_bytes(data)
    text = text.rstrip("\x00")
    if is_epanet_text(text):
        message = tr("{name} is an EPANET file. Use Import from EPANET, or choose a SWMM input file.")
        raise InputError(message.format(name=name))
    result = swmm_text_of(text, encoding)
    names = {section.name for section in result.sections}
    if "\x00" in text or not names & {*NODE_SECTIONS, *LINK_SECTIONS}:
        message = tr(
            "{name} is not a SWMM input file: it has none of the sections [JUNCTIONS], [OUTFALLS], "
            "[STORAGE], [CONDUITS]. Choose another file."
        )
        raise InputError(message.format(name=name))
    return result
