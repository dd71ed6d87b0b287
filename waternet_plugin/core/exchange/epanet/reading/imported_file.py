"""An EPANET file as it is kept with the network."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.element_rows import LinkRows
from waternet_plugin.core.exchange.epanet.reading.text import Document, document_of
from waternet_plugin.core.exchange.model_files.model_text import EPANET, model_text_frame, model_text_of
from waternet_plugin.core.exchange.model_files.plane import Plane
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ImportedFile:
    """A file as it was imported: name, text, place, and which rows stand for its pumps and valves."""

    name: str
    document: Document
    plane: Plane
    links: dict[str, LinkRows]


def imported_file_frame(imported: ImportedFile) -> pd.DataFrame:
    """Return the rows of the table ``epanet``: the facts, then one row for each section in its order."""
    facts = {
        "name": imported.name,
        "encoding": imported.document.encoding,
        "source": imported.plane.source,
        "target": imported.plane.target,
        "scale": imported.plane.scale,
        "links": {id_: [rows.node_id, rows.first, rows.second] for id_, rows in imported.links.items()},
    }
    sections: list[tuple[str, list[str]]] = []
    for line in imported.document.lines:
        if line.heading or not sections:
            sections.append((line.section, []))
        sections[-1][1].append(line.text)
    return model_text_frame(EPANET, facts, [(name, "\n".join(lines)) for name, lines in sections])


def imported_file_of(frame: pd.DataFrame) -> ImportedFile | None:
    """Return the file of a network's rows of ``epanet``, None when it did not come from a file."""
    imported = model_text_of(frame, EPANET)
    if imported is None:
        return None
    facts = imported.facts
    links = facts.get("links")
    if not isinstance(links, dict):
        raise InputError(tr("The EPANET file that this network keeps can't be read. Import the model again."))
    return ImportedFile(
        str(facts["name"]),
        document_of(imported.text, str(facts["encoding"])),
        Plane(str(facts["source"]), str(facts["target"]), float(str(facts["scale"]))),
        {id_: LinkRows(*ids) for id_, ids in links.items()},
    )
