"""The text of an EPANET input file: encoding, lines, words, sections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import sections
from waternet_plugin.core.exchange.model_files.engines import is_swmm_text
from waternet_plugin.core.exchange.model_files.file_text import text_of_bytes
from waternet_plugin.core.texts import tr

# Words end at blanks; one that begins with a quotation mark ends at the next one.
_WORD = re.compile(r'"([^"]*)"?|[^ \t\r\n]+')
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# The engine stops here, whatever comes behind: some programs pad their files with zero bytes.
_END = re.compile(rb"(?:^|[\r\n])[ \t]*\[END[^\r\n\0]*", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class TextLine:
    """One line: its number in the file, its section, its text as it stands, the places of its words."""

    number: int
    section: str
    text: str
    heading: bool

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where each word begins and ends, quotation marks left out."""
        data = self.text.split(";", 1)[0]
        return tuple(
            found.span(1) if found.group(1) is not None else found.span() for found in _WORD.finditer(data)
        )

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words before the comment."""
        return tuple(self.text[start:stop] for start, stop in self.spans)

    def with_word(self, index: int, word: str) -> str:
        """Return the text with one word exchanged, or added behind the last one."""
        if index < len(self.spans):
            start, stop = self.spans[index]
            return self.text[:start] + word + self.text[stop:]
        end = self.spans[-1][1]
        if self.text[end : end + 1] == '"':
            end += 1
        return f"{self.text[:end]} {word}{self.text[end:]}"


@dataclass(frozen=True)
class Document:
    """A whole file as text, and the encoding its bytes were in."""

    lines: tuple[TextLine, ...]
    encoding: str

    def of(self, *names: str) -> Iterator[TextLine]:
        """Yield the lines with words of some sections, in the order of the file."""
        for line in self.lines:
            if line.section in names and not line.heading and line.words:
                yield line


def number(word: str) -> float | None:
    """Return a word as EPANET reads a number, None when it is none.

    Stray bytes behind a number do not trouble EPANET; where they stand in place of one it reads 0.
    """
    found = _NUMBER.match(word)
    if found is None:
        return 0.0 if word and not word[0].isascii() else None
    behind = word[found.end() :]
    if behind and behind[0].isascii():
        return None
    return float(found.group())


def document_of(text: str, encoding: str = "utf-8") -> Document:
    """Return the lines of a text with the sections they belong to; what follows [END] is left out."""
    lines: list[TextLine] = []
    section = sections.NONE
    for place, raw in enumerate(_BREAK.split(text), start=1):
        first = raw.lstrip(" \t")
        if first.startswith("["):
            section = sections.section_of(first)
            if section == "END":
                break
            lines.append(TextLine(place, section, raw, True))
        else:
            lines.append(TextLine(place, section, raw, False))
    return Document(tuple(lines), encoding)


def read_document(data: bytes, name: str) -> Document:
    """Return the document of a file's bytes.

    Parameters
    ----------
    data
        The bytes.
    name
        The file's name, for the sentence.

    Raises
    ------
    InputError
        When it is empty or no EPANET input file.
    """
    if not data.strip():
        message = tr("{name} is empty. Choose an EPANET input file (.inp).")
        raise InputError(message.format(name=name))
    text, encoding = text_of_bytes(data, _END)
    # Nor does a line of zero bytes say anything at the end of a file without [END].
    text = text.rstrip("\x00")
    document = document_of(text, encoding)
    known = {line.section for line in document.lines if line.heading}
    parts = {*sections.NODE_SECTIONS, *sections.LINK_SECTIONS}
    if is_swmm_text(text):
        message = tr("{name} is a SWMM file. Use Import from SWMM, or choose an EPANET input file.")
        raise InputError(message.format(name=name))
    if any("\x00" in line.text for line in document.lines) or not known & parts:
        message = tr(
            "{name} is not an EPANET input file: it has none of the sections [JUNCTIONS], [RESERVOIRS], "
            "[TANKS], [PIPES], [PUMPS], [VALVES]. Choose another file."
        )
        raise InputError(message.format(name=name))
    return document
