"""Write an EPANET input file: the kept text with what has changed, and what is new behind it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.exchange.epanet.reading import sections
from waternet_plugin.core.exchange.epanet.reading.elements import CHECK_VALVE, CLOSED
from waternet_plugin.core.exchange.epanet.reading.tags import is_ours
from waternet_plugin.core.exchange.epanet.reading.text import Document, TextLine
from waternet_plugin.core.exchange.epanet.writing.map_changes import EpanetChanges
from waternet_plugin.core.exchange.model_files.model_ids import quoted
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.model_files.written_values import written_number

# EPANET 2.2 reads lines of up to 1023 bytes.
_LONGEST = 1000
# EPANET reads once, from the top: what is named has to stand before what names it.
_FIRST = ("TITLE", "PATTERNS", "CURVES")
_ANYWHERE = ("", "?", "REPORT", "TIMES", "LABELS", "BACKDROP", "TAGS", "ROUGHNESS", "OPTIONS", *_FIRST)
# Sections without which the model computes the same.
_DRAWN = ("COORDINATES", "VERTICES")
_END_OF_LINE = "\r\n"


@dataclass
class Block:
    """One section of the file: its heading, None before the first one, and the lines below."""

    section: str
    heading: str | None
    lines: list[str] = field(default_factory=list)

    @property
    def has_data(self) -> bool:
        """Whether any line says anything."""
        return any(line.split(";", 1)[0].strip() for line in self.lines)


def _without(line: TextLine, gone: set[str]) -> str | None:
    """Return a line of [REPORT] without the elements that are gone, None when it names no other."""
    if not line.words or not line.words[0].upper().startswith(("NODE", "LINK")):
        return line.text
    left = [word for word in line.words[1:] if word not in gone]
    if len(left) == len(line.words) - 1:
        return line.text
    return " ".join([line.words[0], *map(quoted, left)]) if left else None


def _rule_of(lines: Iterable[TextLine]) -> dict[int, int]:
    """Return the number of the line where the rule of each line begins."""
    result: dict[int, int] = {}
    begin = 0
    for line in lines:
        if line.section != "RULES":
            continue
        if line.words and line.words[0].upper().startswith("RULE"):
            begin = line.number
        result[line.number] = begin
    return result


def _names_gone(line: TextLine, changes: EpanetChanges) -> bool:
    """Say whether a line names what is gone, or wants to control a check valve, which EPANET refuses."""
    nodes, links = sections.references(line.section, line.words)
    if line.section in ("CONTROLS", "RULES") and any(
        changes.states.get(link) == CHECK_VALVE for link in links
    ):
        return True
    return any(node in changes.gone_nodes for node in nodes) or any(
        link in changes.gone_links for link in links
    )


def _place_line(id_: str, point: Point) -> str:
    return f" {quoted(id_)}\t{written_number(point[0])}\t{written_number(point[1])}"


class _Rewriter:
    """Passes the kept lines through, changed or left out."""

    def __init__(
        self, document: Document, changes: EpanetChanges, places: Mapping[str, Point], useless: Container[int]
    ) -> None:
        self._changes, self._places, self._useless = changes, places, useless
        self._rules = _rule_of(document.lines)
        broken = [line for line in document.lines if line.section == "RULES" and _names_gone(line, changes)]
        self._gone_rules = {self._rules[line.number] for line in broken}
        self.dropped: list[TextLine] = []

    def line(self, line: TextLine) -> str | None:
        """Return the text of a line as it is to be written, None to leave it out."""
        changes = self._changes
        if line.section == sections.UNKNOWN or (line.section == sections.NONE and line.words):
            return f";{line.text}" if line.text.strip() else line.text
        if line.heading:
            return sections.full_heading(line.text, line.section)
        if not line.words:
            return line.text
        if line.number in self._useless:
            if line.section not in _DRAWN:
                self.dropped.append(line)
            return f";{line.text}"
        if line.section == "TAGS" and is_ours(line):
            # Written anew, as things stand now.
            return None
        if line.section == "RULES" and self._rules[line.number] in self._gone_rules:
            self.dropped.append(line)
            return None
        if _names_gone(line, changes):
            if line.section not in (*sections.NODE_SECTIONS, *sections.LINK_SECTIONS):
                self.dropped.append(line)
            return None
        if (
            (line.section == "STATUS" and len(line.words) == 2 and line.words[0] in changes.states)
            or (line.section == "VERTICES" and line.words[0] in changes.vertices)
            or (line.section == "COORDINATES" and line.words[0] in self._places)
        ):
            # Written anew, as things stand now.
            return None
        if line.section == "REPORT" and (changes.gone_nodes or changes.gone_links):
            gone = changes.gone_nodes if line.words[0].upper().startswith("NODE") else changes.gone_links
            return _without(line, gone)
        return changes.lines.get(line.number, line.text)


def blocks_of(document: Document, rewriter: _Rewriter) -> list[Block]:
    """Return the sections of the file, changed."""
    blocks = [Block(sections.NONE, None)]
    for line in document.lines:
        text = rewriter.line(line)
        if line.heading:
            blocks.append(Block(line.section, text))
        elif text is not None:
            blocks[-1].lines.append(text)
    return blocks


def add_lines(blocks: list[Block], section: str, lines: list[str]) -> None:
    """Add lines at the end of the last block of a section; open one when there is none."""
    if not lines:
        return
    there = [block for block in blocks if block.section == section]
    if not there:
        there = [Block(section, f"[{section}]")]
        blocks += there
    block = there[-1]
    while block.lines and not block.lines[-1].strip():
        block.lines.pop()
    block.lines += [*lines, ""]


def _ranks(block: Block) -> int:
    if block.section in _FIRST or block.section == sections.NONE:
        return 0
    if block.section in sections.NODE_SECTIONS:
        return 1
    return 2 if block.section in sections.LINK_SECTIONS else 3


def ordered(blocks: list[Block]) -> list[Block]:
    """Return the blocks in an order that EPANET can read: their own, if it can read that."""
    ranks = [_ranks(block) for block in blocks if block.has_data and block.section not in _ANYWHERE]
    if ranks == sorted(ranks):
        return blocks
    return sorted(blocks, key=_ranks)


def _pieces(line: str, encoding: str) -> list[str]:
    """Return a line that is too long for EPANET as shorter ones: its comment above it, its words below it."""
    if len(line.encode(encoding, "replace")) <= _LONGEST:
        return [line]
    data, _mark, comment = line.partition(";")
    width = _LONGEST // 4
    result = [f";{comment[start : start + width]}" for start in range(0, len(comment), width)]
    if len(data.encode(encoding, "replace")) <= _LONGEST:
        return [*result, data.rstrip()]
    # Only [PATTERNS] has lines that long; their values go on in a line with the same id.
    words = data.split()
    for start in range(1, len(words), 20):
        result.append(" ".join([words[0], *words[start : start + 20]]))
    return result


def _state_lines(document: Document, changes: EpanetChanges) -> list[str]:
    """Return the lines of [STATUS] for links that were opened or closed since.

    A pipe's own line says its status, unless a range covers it; a valve that is open needs no line.
    """
    if not changes.states:
        return []
    ranges = any(len(line.words) > 2 for line in document.of("STATUS"))
    pipes = {line.words[0] for line in document.of("PIPES")}
    pumps = {line.words[0] for line in document.of("PUMPS")}
    return [
        f" {quoted(id_)}\t{'Closed' if state == CLOSED else 'Open'}"
        for id_, state in changes.states.items()
        if state != CHECK_VALVE and (ranges or (id_ not in pipes and (state == CLOSED or id_ in pumps)))
    ]


@dataclass(frozen=True)
class WrittenFile:
    """The bytes of a file, and the kept lines that were left out since what they name is gone."""

    data: bytes
    dropped: tuple[TextLine, ...]


def write(
    document: Document,
    changes: EpanetChanges,
    *,
    xy: Mapping[str, Point],
    vertices: Mapping[str, list[Point]],
    new_lines: Mapping[str, list[str]],
    useless: Container[int] = (),
) -> WrittenFile:
    """Return the file.

    Parameters
    ----------
    document
        The kept text, or an empty file.
    changes
        What to write otherwise.
    xy
        Coordinates of moved and new nodes, as the file has them.
    vertices
        Points of changed and new links, likewise.
    new_lines
        Lines to add, by section.
    useless
        Numbers of lines to write as comments.
    """
    rewriter = _Rewriter(document, changes, xy, useless)
    blocks = blocks_of(document, rewriter)
    for section, lines in new_lines.items():
        add_lines(blocks, section, lines)
    add_lines(blocks, "STATUS", _state_lines(document, changes))
    add_lines(blocks, "COORDINATES", [_place_line(id_, point) for id_, point in xy.items()])
    bends = [_place_line(id_, point) for id_, points in vertices.items() for point in points]
    add_lines(blocks, "VERTICES", bends)
    texts: list[str] = []
    for block in ordered(blocks):
        texts += [*([block.heading] if block.heading is not None else []), *block.lines]
    while texts and not texts[-1].strip():
        texts.pop()
    texts += ["", "[END]", ""]
    encoding = document.encoding
    try:
        "\n".join(texts).encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8"
    short = [piece for text in texts for piece in _pieces(text, encoding)]
    return WrittenFile(_END_OF_LINE.join(short).encode(encoding), tuple(rewriter.dropped))
