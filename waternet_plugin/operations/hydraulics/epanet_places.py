"""What an EPANET file leaves open: where its coordinates may lie, and the flow unit where it names none."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import numpy as np

from waternet_plugin.core.exchange.epanet.reading import text
from waternet_plugin.core.exchange.epanet.reading.open_unit import OpenFlowUnit, open_flow_unit
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.several_files import FilePlace, FileToPlace, decide_files
from waternet_plugin.core.schema.settings import Settings


def epanet_unit(path: Path) -> Optional[OpenFlowUnit]:
    """Return what is to be asked about the unit of an EPANET file, None where it names one.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    return open_flow_unit(text.read_document(path.read_bytes(), path.name))


def epanet_place(path: Path) -> FilePlace:
    """Return what the coordinates of an EPANET file leave of its coordinate system.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    document = text.read_document(path.read_bytes(), path.name)
    found = []
    for line in document.of("COORDINATES"):
        try:
            found.append((float(line.words[1]), float(line.words[2])))
        except (IndexError, ValueError):
            # The import says what is wrong with the line.
            continue
    xy = np.array(found).reshape(-1, 2)
    facts = FileFacts(path.name, xy[:, 0], xy[:, 1], texts=(path.name,))
    if not len(facts.rows):
        return FilePlace(None)
    return decide_files([FileToPlace(facts, is_drawn=True)], None, Settings()).files[0]
