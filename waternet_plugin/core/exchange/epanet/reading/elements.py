"""The nodes and links of an EPANET input file in our units, and what is wrong with its lines."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.sections import references
from waternet_plugin.core.exchange.epanet.reading.text import Document, TextLine, number
from waternet_plugin.core.exchange.epanet.reading.units import (
    DEFAULT_FLOW,
    Units,
    named_flow_unit,
    units_of,
)
from waternet_plugin.core.exchange.model_files.line_faults import LineFaults, line_warning
from waternet_plugin.core.texts import joined, listed, tr

VALVE_TYPES = ("PRV", "PSV", "PBV", "FCV", "TCV", "GPV", "PCV")

OPEN, CLOSED, CHECK_VALVE = "open", "closed", "check_valve"


@dataclass
class Node:
    """A junction, reservoir or tank; ``elevation_m`` is a reservoir's head."""

    id: str
    kind: str
    line: TextLine
    elevation_m: float
    volume_m3: float = math.nan


@dataclass
class Link:
    """A pipe, pump or valve; ``type`` is PIPE, PUMP or the valve's type."""

    id: str
    type: str
    line: TextLine
    start: str
    end: str
    length_m: float = math.nan
    diameter_mm: float = math.nan
    status: str = OPEN
    vertices: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Model:
    """What the map needs of a file: elements by id in the order of the file, coordinates as it has them.

    ``useless`` numbers the lines that EPANET 2.2 refuses since they name nothing in the file or no time.
    """

    document: Document
    units: Units
    nodes: dict[str, Node]
    links: dict[str, Link]
    xy: dict[str, tuple[float, float]]
    warnings: list[str]
    useless: set[int] = field(default_factory=set)

    def pass_over(self, line: TextLine, sentence: str) -> None:
        """Note a line that EPANET refuses, and why."""
        self.warnings.append(line_warning(line, sentence))
        self.useless.add(line.number)

    def count(self, *kinds: str) -> int:
        """Return how many nodes or links are of some kinds or types."""
        nodes = sum(node.kind in kinds for node in self.nodes.values())
        return nodes + sum(link.type in kinds for link in self.links.values())

    def unsupplied(self) -> list[str]:
        """Return the junctions that no link, open or closed, joins with a reservoir or tank."""
        beside: dict[str, list[str]] = {name: [] for name in self.nodes}
        for link in self.links.values():
            beside[link.start].append(link.end)
            beside[link.end].append(link.start)
        reached = {node.id for node in self.nodes.values() if node.kind != "junction"}
        stack = list(reached)
        while stack:
            new = [name for name in beside[stack.pop()] if name not in reached]
            reached.update(new)
            stack += new
        return [name for name in self.nodes if name not in reached]

    @property
    def valves(self) -> int:
        """How many valves there are, of all types."""
        return self.count(*VALVE_TYPES)


def _few(line: TextLine, least: int, faults: LineFaults) -> bool:
    if len(line.words) >= least:
        return False
    text = tr("only {there} of at least {least} values are there.")
    faults.add(line, text.format(there=len(line.words), least=least))
    return True


def _value(line: TextLine, index: int, faults: LineFaults, default: float = math.nan) -> float:
    if index >= len(line.words):
        return default
    value = number(line.words[index])
    if value is None:
        faults.add(line, tr("“{word}” is not a number.").format(word=line.words[index]))
        return default
    return value


def _without_id(line: TextLine, faults: LineFaults) -> bool:
    if line.words[0]:
        return False
    faults.add(line, tr("the id is empty."))
    return True


def _add_node(line: TextLine, nodes: dict[str, Node], units: Units, faults: LineFaults) -> None:
    words = line.words
    if _without_id(line, faults):
        return
    if words[0] in nodes:
        text = tr("the node {id} already exists, in line {number}.")
        faults.add(line, text.format(id=words[0], number=nodes[words[0]].line.number))
        return
    if line.section == "JUNCTIONS":
        elevation = _value(line, 1, faults, 0.0) * units.metres
        nodes[words[0]] = Node(words[0], "junction", line, elevation)
        return
    if _few(line, 2, faults):
        return
    elevation = _value(line, 1, faults) * units.metres
    # EPANET tells a tank from a reservoir by its values, whatever the section.
    if len(words) <= 3:
        nodes[words[0]] = Node(words[0], "reservoir", line, elevation)
        return
    if _few(line, 6, faults):
        return
    low, high, diameter = (_value(line, index, faults) for index in (3, 4, 5))
    if diameter == 0:
        nodes[words[0]] = Node(words[0], "reservoir", line, elevation)
        return
    volume = math.pi / 4 * diameter**2 * (high - low) * units.cubic_metres
    nodes[words[0]] = Node(words[0], "tank", line, elevation, volume if volume > 0 else math.nan)


def _pipe_status(words: tuple[str, ...]) -> str:
    # The last of seven or eight words; in a longer line EPANET looks for none.
    status = words[-1].upper() if len(words) in (7, 8) else ""
    if status.startswith("CV"):
        return CHECK_VALVE
    return CLOSED if status.startswith("CLOS") else OPEN


def _pump_status(line: TextLine) -> str:
    """Return closed for a pump whose speed is 0."""
    for index in range(3, len(line.words) - 1):
        if line.words[index].upper().startswith("SPEE") and number(line.words[index + 1]) == 0:
            return CLOSED
    return OPEN


def _add_link(line: TextLine, model: Model, faults: LineFaults) -> None:
    words, units = line.words, model.units
    if _without_id(line, faults) or _few(line, 5 if line.section == "VALVES" else 3, faults):
        return
    missing = [end for end in words[1:3] if end not in model.nodes]
    if missing:
        faults.add(line, tr("there is no node {id} in the file.").format(id=missing[0]))
        return
    if words[0] in model.links:
        text = tr("the link {id} already exists, in line {number}.")
        faults.add(line, text.format(id=words[0], number=model.links[words[0]].line.number))
        return
    link = Link(words[0], line.section[:-1], line, words[1], words[2])
    if line.section == "PIPES":
        link.length_m = _value(line, 3, faults, 100.0 if units.metric else 330.0) * units.metres
        link.diameter_mm = _value(line, 4, faults, 254.0 if units.metric else 10.0) * units.millimetres
        link.status = _pipe_status(words)
    elif line.section == "PUMPS":
        link.status = _pump_status(line)
    else:
        link.diameter_mm = _value(line, 3, faults) * units.millimetres
        link.type = words[4][:3].upper()
        if link.type not in VALVE_TYPES:
            text = tr("“{word}” is not a type of valve. The types are: {types}.")
            faults.add(line, text.format(word=words[4], types=listed(VALVE_TYPES)))
            return
    if link.start == link.end:
        model.warnings.append(line_warning(line, tr("the link begins and ends at the same node.")))
    if not link.diameter_mm > 0:
        if link.type != "PUMP":
            model.warnings.append(line_warning(line, tr("a diameter must be greater than 0.")))
        link.diameter_mm = math.nan
    if link.length_m < 0:
        model.warnings.append(line_warning(line, tr("a length must not be less than 0.")))
        link.length_m = math.nan
    model.links[link.id] = link


def _within(id_: str, first: str, last: str) -> bool:
    """Say whether an id lies in a range as [STATUS] gives it: by number, else by letters."""
    if first.isdecimal() and last.isdecimal() and int(first) > 0 and int(last) > 0:
        return id_.isdecimal() and int(first) <= int(id_) <= int(last)
    return first <= id_ <= last


def _apply_status(line: TextLine, model: Model) -> None:
    words = line.words
    if len(words) < 2:
        model.pass_over(line, tr("the status is missing; the line has no meaning."))
        return
    if len(words) == 2:
        chosen = [model.links[words[0]]] if words[0] in model.links else []
        if not chosen:
            model.pass_over(line, tr("there is no link {id} in the file.").format(id=words[0]))
    else:
        chosen = [link for link in model.links.values() if _within(link.id, words[0], words[1])]
    state = words[-1].upper()
    for link in chosen:
        if link.status == CHECK_VALVE:
            continue
        if state.startswith("CLOS"):
            link.status = CLOSED
        elif state.startswith("OPEN"):
            link.status = OPEN
        elif link.type == "PUMP":
            link.status = CLOSED if number(words[-1]) == 0 else OPEN
        elif link.type != "PIPE":
            link.status = OPEN


def _warn_of_no_unit(model: Model) -> None:
    """Say which unit was taken where the file names none, and what the diameters become by it."""
    if named_flow_unit(model.document):
        return
    sizes = [link.diameter_mm for link in model.links.values() if not math.isnan(link.diameter_mm)]
    text = tr(
        "The file gives no flow unit: {unit}, EPANET’s default, was taken, so its lengths are feet and its "
        "diameters inches."
    ).format(unit=DEFAULT_FLOW)
    if sizes:
        told = tr("The diameters become {low} to {high} mm.")
        if min(sizes) == max(sizes):
            told = tr("The diameters become {low} mm.")
        text = joined((text, told.format(low=f"{min(sizes):,.0f}", high=f"{max(sizes):,.0f}")))
    model.warnings.append(
        joined((text, tr("If that is wrong, import again and give the unit with FLOW_UNIT.")))
    )


def _warn_of_absent_nodes(model: Model) -> None:
    """Note the lines of water use and quality that name no node of the file."""
    for line in model.document.of("DEMANDS", "EMITTERS", "QUALITY", "SOURCES", "MIXING"):
        nodes, _links = references(line.section, line.words)
        absent = [node for node in nodes if node not in model.nodes]
        # [DEMANDS] may begin with a factor for all.
        if absent and not (line.section == "DEMANDS" and absent[0].upper().startswith("MULT")):
            model.pass_over(line, tr("there is no node {id} in the file.").format(id=absent[0]))


def _warn_of_times(model: Model) -> None:
    """Note clock times such as 20 PM, which EPANET does not know."""
    for line in model.document.of("TIMES"):
        half = line.words[-1].upper()
        hour = number(line.words[-2].partition(":")[0]) if len(line.words) > 1 else None
        if half.startswith(("AM", "PM")) and hour is not None and hour >= 13:
            model.pass_over(line, tr("That is not a time of day in EPANET."))


def _add_places(model: Model) -> None:
    """Read coordinates and vertices; what can't be used there is left out aloud."""
    unknown: list[TextLine] = []
    for line in model.document.of("COORDINATES", "VERTICES"):
        values = [number(word) for word in line.words[1:3]]
        known = model.nodes if line.section == "COORDINATES" else model.links
        if len(values) < 2 or None in values:
            model.pass_over(line, tr("the coordinates can't be read and are left out."))
        elif line.words[0] not in known:
            unknown.append(line)
            model.useless.add(line.number)
        elif line.section == "COORDINATES":
            model.xy[line.words[0]] = (values[0] or 0.0, values[1] or 0.0)
        else:
            model.links[line.words[0]].vertices.append((values[0] or 0.0, values[1] or 0.0))
    if unknown:
        text = tr(
            "Elements that have coordinates but do not exist in the file: %n line(s), such as {id}.",
            "",
            len(unknown),
        )
        model.warnings.append(line_warning(unknown[0], text.format(id=unknown[0].words[0])))


def _warn_of_unknown_sections(model: Model) -> None:
    for line in model.document.lines:
        if line.heading and line.section == "?":
            text = tr("EPANET has no section {heading}; its lines are kept as comments.")
            model.warnings.append(
                tr("Line {number}: {sentence}").format(
                    number=line.number, sentence=text.format(heading=line.text.strip()[:40])
                )
            )


def model_of(document: Document, name: str) -> Model:
    """Return the elements of a document.

    Parameters
    ----------
    document
        The file's text.
    name
        The file's name, for the sentence.

    Raises
    ------
    InputError
        When lines that make up the network can't be used; the sentence names the first, the details all.
    """
    units = units_of(document)
    model = Model(document, units, {}, {}, {}, [])
    faults = LineFaults()
    for line in document.of("JUNCTIONS", "RESERVOIRS", "TANKS"):
        _add_node(line, model.nodes, units, faults)
    for line in document.of("PIPES", "PUMPS", "VALVES"):
        _add_link(line, model, faults)
    faults.refuse(name)
    if not model.links:
        raise InputError(tr("{name} contains no pipe, pump or valve. Choose another file.").format(name=name))
    for line in document.of("STATUS"):
        _apply_status(line, model)
    _warn_of_no_unit(model)
    _warn_of_absent_nodes(model)
    _warn_of_times(model)
    _add_places(model)
    _warn_of_unknown_sections(model)
    return model
