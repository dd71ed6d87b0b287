"""The kept text of a SWMM file with what has changed, and what is new behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.exchange.model_files.model_ids import quoted
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.model_files.written_values import written_number
from waternet_plugin.core.exchange.swmm.reading.swmm_sections import LINK_SECTIONS, NODE_SECTIONS, UNKNOWN
from waternet_plugin.core.exchange.swmm.reading.swmm_text import (
    SwmmLine,
    SwmmSection,
    SwmmText,
    words_of,
)
from waternet_plugin.core.exchange.swmm.writing.swmm_changes import SwmmChanges
from waternet_plugin.core.exchange.swmm.writing.swmm_references import swmm_references

# A word as it stands in a line, with its quotation marks.
_WORD = re.compile(r'"[^"]*"?|[^ \t\r\n]+')
# Lines that go with their element, without a word.
_SILENT = (*NODE_SECTIONS, *LINK_SECTIONS, "XSECTIONS", "COORDINATES", "VERTICES", "TAGS")
_LISTS = {"NODES": "gone_nodes", "LINKS": "gone_links"}
_END_OF_LINE = "\r\n"
# The words of today's engine for values of old versions. Source: the list of changes of SWMM 5.1.012, which
# took NO and YES for SLOPE and FROUDE before.
_OLD_VALUES = {("NORMAL_FLOW_LIMITED", "NO"): "SLOPE", ("NORMAL_FLOW_LIMITED", "YES"): "FROUDE"}


@dataclass
class ChangedText:
    """Lines by section, in the order of the file; lines that were left out since what they name is gone.

    ``options`` are the options whose value was put into today's words, with both.
    """

    blocks: list[tuple[str, list[str]]] = field(default_factory=list)
    dropped: list[SwmmLine] = field(default_factory=list)
    options: list[tuple[str, str, str]] = field(default_factory=list)
    gone_areas: set[str] = field(default_factory=set)

    def add(self, section: str, lines: list[str]) -> None:
        """Add lines at the end of the last block of a section; open one when there is none."""
        if not lines:
            return
        matching = [block for name, block in self.blocks if name == section]
        if not matching:
            matching = [["", f"[{section}]"]]
            self.blocks.append((section, matching[0]))
        block = matching[-1]
        while block and not block[-1].strip():
            block.pop()
        block += [*lines, ""]

    def to_bytes(self, encoding: str) -> bytes:
        """Return the bytes of the file, in UTF-8 where the encoding lacks a sign."""
        lines = [line for _name, block in self.blocks for line in block]
        while lines and not lines[-1].strip():
            lines.pop()
        text = _END_OF_LINE.join([*lines, ""])
        try:
            return text.encode(encoding)
        except UnicodeEncodeError:
            return text.encode("utf-8")


def with_swmm_words(line: str, words: Mapping[int, str]) -> str:
    """Return a line with some words exchanged; those behind the last one are added."""
    data, mark, comment = line.partition(";")
    found = list(_WORD.finditer(data))
    for index in sorted(words, reverse=True):
        if index < len(found):
            start, stop = found[index].span()
            data = data[:start] + words[index] + data[stop:]
    more = [words.get(index, "0") for index in range(len(found), max(words) + 1)]
    return " ".join([data.rstrip(), *more, ""]) + mark + comment if more else data + mark + comment


def changed_text(text: SwmmText, changes: SwmmChanges) -> ChangedText:
    """Return the sections of a file, changed."""
    result = ChangedText(gone_areas=_gone_areas(text, changes))
    for section in text.sections:
        lines = [] if section.heading is None else [section.heading]
        if section.name == UNKNOWN:
            lines = [f";{line}" if line.strip() else line for line in [*lines, *section.lines]]
        elif section.name == "CONTROLS":
            lines += _rules(section, changes, result)
        else:
            for number, line in enumerate(section.lines, section.first):
                new_line = _line(section.name, number, line, changes, result)
                if new_line is not None:
                    lines.append(new_line)
        result.blocks.append((section.name, lines))
    return result


def place_lines(points: Mapping[str, list[Point]]) -> list[str]:
    """Return the lines of coordinates or vertices, by the ids of the file."""
    return [
        f" {quoted(id_)}\t{written_number(x)}\t{written_number(y)}"
        for id_, places in points.items()
        for x, y in places
    ]


def _gone_areas(text: SwmmText, changes: SwmmChanges) -> set[str]:
    """Return the subcatchments whose outlet is gone, and those that drain to one of these."""
    outlets = {words[0]: words[2] for _number, words in text.rows("SUBCATCHMENTS") if len(words) > 2}
    lost = {id_ for id_, outlet in outlets.items() if outlet in changes.gone_nodes}
    while True:
        more = {id_ for id_, outlet in outlets.items() if outlet in lost and id_ not in lost}
        if not more:
            return lost
        lost |= more


def _names_gone(section: str, words: list[str], changes: SwmmChanges, gone_areas: set[str]) -> bool:
    names = swmm_references(section, words)
    return (
        any(name in changes.gone_nodes for name in names.nodes)
        or any(name in changes.gone_links for name in names.links)
        or any(name in gone_areas for name in names.areas)
    )


def _line(section: str, number: int, line: str, changes: SwmmChanges, result: ChangedText) -> str | None:
    words = words_of(line)
    if not words:
        return line
    exchanged = changes.words.get((section, words[0]))
    if exchanged:
        line = with_swmm_words(line, {index: quoted(word) for index, word in exchanged.items()})
        words = words_of(line)
    if _names_gone(section, words, changes, result.gone_areas):
        if section not in _SILENT:
            result.dropped.append(SwmmLine(number, section, line))
        return None
    if (section == "COORDINATES" and words[0] in changes.points) or (
        section == "VERTICES" and words[0] in changes.vertices
    ):
        return None
    if section == "OPTIONS" and len(words) > 1:
        value = _OLD_VALUES.get((words[0].upper(), words[1].upper()))
        if value is not None:
            result.options.append((words[0], words[1], value))
            return with_swmm_words(line, {1: value})
    if section == "REPORT" and words[0].upper() in _LISTS:
        gone = getattr(changes, _LISTS[words[0].upper()])
        left = [word for word in words[1:] if word not in gone]
        if len(left) < len(words) - 1:
            return " ".join([words[0], *map(quoted, left)]) if left else None
    return line


def _rules(section: SwmmSection, changes: SwmmChanges, result: ChangedText) -> list[str]:
    """Return the lines of the rules that name nothing that is gone."""
    rules: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(section.lines, section.first):
        words = words_of(line)
        if words and words[0].upper() == "RULE":
            rules.append([])
        rules[-1].append((number, line))
    lines: list[str] = []
    for rule in rules:
        if any(
            _names_gone("CONTROLS", words_of(line), changes, set())
            for _number, line in rule
            if words_of(line)
        ):
            result.dropped += [SwmmLine(number, "CONTROLS", line) for number, line in rule if words_of(line)]
        else:
            lines += [line for _number, line in rule]
    return lines
