"""What a model file holds and leaves open: coordinates, a flow unit that it does not name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np

from waternet_plugin.core.exchange.epanet.reading import elements, text
from waternet_plugin.core.exchange.epanet.reading.open_unit import open_flow_unit
from waternet_plugin.core.exchange.model_files.open_unit import OpenFlowUnit
from waternet_plugin.core.exchange.swmm.reading.open_swmm_unit import open_swmm_unit
from waternet_plugin.core.exchange.swmm.reading.swmm_model import swmm_model_of
from waternet_plugin.core.exchange.swmm.reading.swmm_text import read_swmm_text
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.several_files import FilePlace, FileToPlace, decide_files
from waternet_plugin.core.reports.network import epanet, swmm
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.hydraulics.model_sources import model_bytes


@dataclass(frozen=True)
class ModelSeen:
    """What a file holds, in sentences, and what it leaves open.

    ``unit`` is None where the file names its flow unit.
    """

    place: FilePlace
    unit: Optional[OpenFlowUnit]
    sentences: tuple[str, ...]


def look_at_epanet(path: Path) -> ModelSeen:
    """Return what an EPANET file holds and leaves open.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    document = text.read_document(model_bytes(path), path.name)
    model = elements.model_of(document, path.name)
    place = _place(path.name, (line.words for line in document.of("COORDINATES")))
    return ModelSeen(place, open_flow_unit(document), (epanet.count_line(model),))


def look_at_swmm(path: Path) -> ModelSeen:
    """Return what a SWMM file holds and leaves open.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    found = read_swmm_text(model_bytes(path), path.name)
    model = swmm_model_of(found, path.name)
    place = _place(path.name, (words for _number, words in found.rows("COORDINATES")))
    sentences = (swmm.swmm_count_line(model), swmm.line_of_not_drawn(model))
    return ModelSeen(place, open_swmm_unit(found), tuple(line for line in sentences if line))


def _place(name: str, rows: Iterable[Iterable[str]]) -> FilePlace:
    """Return what coordinates leave of their system; each row has an id, x and y."""
    found = []
    for row in rows:
        try:
            _id, x, y = list(row)[:3]
            found.append((float(x), float(y)))
        except ValueError:
            # The import says what is wrong with the line.
            continue
    xy = np.array(found).reshape(-1, 2)
    facts = FileFacts(name, xy[:, 0], xy[:, 1], texts=(name,))
    if len(facts.rows):
        return decide_files([FileToPlace(facts, is_drawn=True)], None, Settings()).files[0]
    return FilePlace(None)
