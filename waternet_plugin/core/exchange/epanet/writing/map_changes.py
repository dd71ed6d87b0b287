"""What has changed on the map since a file was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from waternet_plugin.core.exchange.epanet.reading.element_coordinates import Placed
from waternet_plugin.core.exchange.epanet.reading.elements import CHECK_VALVE, CLOSED, OPEN, Link, Model
from waternet_plugin.core.exchange.epanet.reading.text import TextLine, number
from waternet_plugin.core.exchange.epanet.writing.mapped import MapLink, MapNode, Mapped
from waternet_plugin.core.exchange.model_files.plane import Point
from waternet_plugin.core.exchange.model_files.written_values import differs, has_moved, written_number

_STATUS_WORDS = {OPEN: "Open", CLOSED: "Closed", CHECK_VALVE: "CV"}


@dataclass
class EpanetChanges:
    """What to write otherwise than the file has it; new elements are those the file does not have."""

    gone_nodes: set[str] = field(default_factory=set)
    gone_links: set[str] = field(default_factory=set)
    lines: dict[int, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    xy: dict[str, Point] = field(default_factory=dict)
    vertices: dict[str, list[Point]] = field(default_factory=dict)
    new_nodes: list[MapNode] = field(default_factory=list)
    new_links: list[MapLink] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)


def with_words(line: TextLine, words: dict[int, str]) -> str:
    """Return a line with several words exchanged."""
    for index in sorted(words):
        line = TextLine(line.number, line.section, line.with_word(index, words[index]), False)
    return line.text


def _pipe_status_words(line: TextLine, status: str) -> dict[int, str]:
    """Return the words of a pipe's line that say its status."""
    word = _STATUS_WORDS[status]
    for index in (6, 7):
        if index < len(line.words) and number(line.words[index]) is None:
            return {index: word}
    if len(line.words) > 6:
        return {7: word}
    return {6: "0", 7: word}


def _with_status(line: TextLine, status: str) -> TextLine:
    """Return a pipe's line that says its status; EPANET looks for none in a line of more than eight words."""
    text = line.text
    if len(line.words) > 8:
        end = line.spans[8][0]
        text = f"{text[:end]};{text[end:]}"
    line = TextLine(line.number, line.section, text, False)
    return TextLine(line.number, line.section, with_words(line, _pipe_status_words(line, status)), False)


def _complete(line: TextLine, base: Link, metres: float, millimetres: float, roughness: str) -> TextLine:
    """Return a pipe's line with at least the words up to its roughness."""
    length, diameter = base.length_m / metres, base.diameter_mm / millimetres
    given = {3: written_number(length), 4: written_number(diameter), 5: roughness}
    words = {index: word for index, word in given.items() if index >= len(line.words)}
    return TextLine(line.number, line.section, with_words(line, words), False)


def _link_words(link: MapLink, base: Link, model: Model, roughness: str, changes: EpanetChanges) -> None:
    """Note what has changed of one link of the file."""
    units = model.units
    words: dict[int, str] = {}
    if link.start != base.start:
        words[1] = link.start
    if link.end != base.end:
        words[2] = link.end
    if link.type == "PIPE":
        if differs(link.length_m, base.length_m):
            words[3] = written_number(link.length_m / units.metres)
        if differs(link.diameter_mm, base.diameter_mm):
            words[4] = written_number(link.diameter_mm / units.millimetres)
    elif link.type != "PUMP" and differs(link.diameter_mm, base.diameter_mm):
        words[3] = written_number(link.diameter_mm / units.millimetres)
    turned = link.status != base.status
    if turned:
        changes.states[link.id] = link.status
    line = base.line
    if link.type == "PIPE" and (words or turned):
        line = _complete(line, base, units.metres, units.millimetres, roughness)
        if turned:
            line = _with_status(line, link.status)
    if line is not base.line or words:
        changes.lines[base.line.number] = with_words(line, words)
    if words or turned:
        changes.changed.add(link.id)


def changes_since(
    mapped: Mapped,
    model: Model,
    before: Placed,
    drawn: dict[str, list[Point]],
    *,
    roughness: str,
) -> EpanetChanges:
    """Return what differs between the map and the file.

    Parameters
    ----------
    mapped
        What the map shows.
    model
        The file.
    before
        Where the file's nodes lay at the import.
    drawn
        The points between the ends of each link as the import drew them.
    roughness
        Given to pipes whose line leaves it out and has to be completed.
    """
    result = EpanetChanges()
    result.gone_nodes = {name for name in model.nodes if name not in mapped.nodes}
    result.gone_links = {name for name in model.links if name not in mapped.links}
    for name, node in mapped.nodes.items():
        base = model.nodes.get(name)
        if base is None:
            result.new_nodes.append(node)
            continue
        if node.point is not None and has_moved([node.point], [before.nodes[name]]):
            result.xy[name] = node.point
        if base.kind == "junction" and differs(node.ground_m, base.elevation_m):
            words = {1: written_number(node.ground_m / model.units.metres)}
            result.lines[base.line.number] = with_words(base.line, words)
            result.changed.add(name)
    for id_, link in mapped.links.items():
        old = model.links.get(id_)
        if old is None or old.type != link.type:
            result.new_links.append(link)
            if old is not None:
                result.gone_links.add(id_)
            continue
        _link_words(link, old, model, roughness, result)
        if has_moved(link.line, drawn[id_]):
            result.vertices[id_] = link.line
    result.changed.update(result.xy, result.vertices)
    return result
