"""The text of a SWMM input file: encoding, sections, lines, words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.engines import is_epanet_text
from waternet_plugin.core.exchange.model_files.file_text import text_of_bytes
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import (
    LINK_SECTIONS,
    NODE_SECTIONS,
    NONE,
    swmm_section_of,
)
from waternet_plugin.core.texts import tr

# Stands for the end of a line among words; no blank, and nothing that anybody writes.
_END = "\x01"
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

    ``first`` is the number of the first line below the heading.
    """

    name: str
    heading: str | None
    first: int
    lines: Sequence[str]

    @property
    def text(self) -> str:
        """Heading and lines."""
        return "\n".join(self.lines if self.heading is None else [self.heading, *self.lines])


@dataclass(frozen=True)
class RegularLines:
    """Lines of as many words each: their numbers in the file, and the words of each column."""

    numbers: range
    columns: tuple[list[str], ...]


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

    def regular(self, name: str) -> RegularLines | None:
        """Return the lines of a section that stands once, all of as many words; None for any other."""
        sections = [section for section in self.sections if section.name == name]
        return _regular(sections[0]) if len(sections) == 1 else None

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


def _regular(section: SwmmSection) -> RegularLines | None:
    """Return the columns of a section at once, None where its lines must be looked at one by one."""
    lines, start, stop = section.lines, 0, len(section.lines)
    while start < stop and not words_of(lines[start]):
        start += 1
    while start < stop and not words_of(lines[stop - 1]):
        stop -= 1
    body = lines[start:stop]
    text = f" {_END} ".join(body)
    if not body or ";" in text or '"' in text:
        return None
    words = text.split()
    width = len(words_of(body[0]))
    ends = len(body) - 1
    # The end of each line stands behind as many words, and nowhere else.
    if len(words) != len(body) * width + ends or words[width :: width + 1].count(_END) != ends:
        return None
    if words.count(_END) != ends:
        return None
    first = section.first + start
    columns = tuple(words[index :: width + 1] for index in range(width))
    return RegularLines(range(first, first + len(body)), columns)


def words_of(line: str) -> list[str]:
    """Return the words of a line before its comment, quotation marks left out."""
    data = line.partition(";")[0] if ";" in line else line
    if '"' not in data:
        return data.split()
    return [found.group(1) if found.group(2) is None else found.group(2) for found in _WORD.finditer(data)]


def swmm_text_of(text: str, encoding: str = "utf-8") -> SwmmText:
    """Return the sections of a text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headings = [
        index for index, line in enumerate(lines) if "[" in line and line.lstrip(" \t").startswith("[")
    ]
    stops = [*headings[1:], len(lines)]
    before = lines[: headings[0]] if headings else lines
    sections = [SwmmSection(NONE, None, 1, before)] if before else []
    for start, stop in zip(headings, stops):
        name = swmm_section_of(lines[start])
        sections.append(SwmmSection(name, lines[start], start + 2, lines[start + 1 : stop]))
    return SwmmText(tuple(sections), encoding)


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
    if not data.strip():
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
