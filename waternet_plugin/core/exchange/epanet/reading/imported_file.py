"""The text of a file as it is kept with the network: what the map has no column for stays in it."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading.element_coordinates import Plane
from waternet_plugin.core.exchange.epanet.reading.element_rows import LinkRows
from waternet_plugin.core.exchange.epanet.reading.text import Document, document_of
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.texts import tr

TABLE = "epanet"
# The row that holds no section but the facts of the import.
_FACTS = "FACTS"


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
    sections: list[str] = [_FACTS]
    texts: list[list[str]] = [[json.dumps(facts, ensure_ascii=False)]]
    for line in imported.document.lines:
        if line.heading or len(texts) == 1:
            sections.append(line.section)
            texts.append([])
        texts[-1].append(line.text)
    frame: pd.DataFrame = pd.DataFrame(
        {
            "part": [float(part) for part in range(len(sections))],
            "section": sections,
            "text": ["\n".join(lines) for lines in texts],
        }
    )
    return frame


def imported_file_of(frame: pd.DataFrame) -> ImportedFile | None:
    """Return the file of a network's rows of ``epanet``, None when it did not come from a file."""
    if frame.empty:
        return None
    rows = frame.sort_values("part", kind="stable")
    texts = rows["text"].fillna("").tolist()
    facts = stored_object(texts[0])
    links = facts.get("links")
    if not isinstance(links, dict):
        message = tr("The EPANET file that this network keeps can't be read. Import the model again.")
        raise InputError(message)
    return ImportedFile(
        str(facts["name"]),
        document_of("\n".join(texts[1:]), str(facts["encoding"])),
        Plane(str(facts["source"]), str(facts["target"]), float(str(facts["scale"]))),
        {id_: LinkRows(*ids) for id_, ids in links.items()},
    )
