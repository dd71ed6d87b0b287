"""Pipes whose roughness EPANET can't compute with: in a run they have that of their material.

By Darcy and Weisbach a pipe of roughness 0 is smooth. By Hazen and Williams and by Manning EPANET divides by
it: it finds no pressures, or some that mean nothing, and says neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from waternet_plugin.core.exchange.epanet.reading import units
from waternet_plugin.core.exchange.epanet.reading.elements import model_of
from waternet_plugin.core.exchange.epanet.reading.text import number, read_document
from waternet_plugin.core.exchange.epanet.writing.exporting import ExportedModel
from waternet_plugin.core.exchange.epanet.writing.new_lines import roughness_of
from waternet_plugin.core.texts import tr

# The place of the roughness in a line of [PIPES].
_ROUGHNESS = 5


def pipes_without_roughness(exported: ExportedModel, name: str) -> tuple[str, ...]:
    """Return the ids in the file of pipes with which EPANET can't compute.

    Parameters
    ----------
    name
        Name of the file, for sentences.
    """
    smooth = units.headloss_of(read_document(exported.data, name)) == "D-W"
    found = []
    for link in exported.model.links.values():
        words = link.line.words
        value = number(words[_ROUGHNESS]) if link.type == "PIPE" and len(words) > _ROUGHNESS else None
        if value is not None and (value < 0 or (value == 0 and not smooth)):
            found.append(link.id)
    return tuple(found)


def with_roughness(exported: ExportedModel, name: str, materials: Mapping[str, str | None]) -> ExportedModel:
    """Return a model in which pipes have the roughness of their material, and a sentence that says so.

    Parameters
    ----------
    name
        Name of the file, for sentences.
    materials
        The material of each of these pipes by its id in the file, None for unknown.
    """
    document = read_document(exported.data, name)
    formula, system = units.headloss_of(document), exported.model.units
    texts = {line.number: line.text for line in document.lines}
    for id_, material in materials.items():
        line = exported.model.links[id_].line
        texts[line.number] = line.with_word(_ROUGHNESS, roughness_of(material, formula, system))
    data = "\n".join([*texts.values(), "[END]", ""]).encode(document.encoding)
    first = next(iter(materials))
    note = tr(
        "%n pipe(s) have a roughness of 0 or below, such as {id}, with which EPANET finds no "
        "pressures: this run takes that of their material. Correct it in the file and import it again.",
        "",
        len(materials),
    ).format(id=exported.link_ids.get(first, first))
    model = model_of(read_document(data, name), name)
    return replace(exported, data=data, model=model, notes=(note, *exported.notes))
