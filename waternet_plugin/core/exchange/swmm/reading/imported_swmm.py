"""A SWMM file as it is kept with the network."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.model_text import SWMM, model_text_frame, model_text_of
from waternet_plugin.core.exchange.model_files.plane import Plane
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText, swmm_text_of
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ImportedSwmm:
    """A file as it was imported: name, text, flow unit, place."""

    name: str
    text: SwmmText
    flow_unit: str
    plane: Plane


def imported_swmm_frame(imported: ImportedSwmm) -> pd.DataFrame:
    """Return the rows that keep a file with its network."""
    facts = {
        "name": imported.name,
        "encoding": imported.text.encoding,
        "flow_unit": imported.flow_unit,
        "source": imported.plane.source,
        "target": imported.plane.target,
        "scale": imported.plane.scale,
    }
    return model_text_frame(SWMM, facts, [(section.name, section.text) for section in imported.text.sections])


def imported_swmm_of(frame: pd.DataFrame) -> ImportedSwmm | None:
    """Return the file of a network, None when it did not come from one of SWMM.

    Raises
    ------
    InputError
        When what is kept can't be read.
    """
    imported = model_text_of(frame, SWMM)
    if imported is None:
        return None
    facts = imported.facts
    try:
        return ImportedSwmm(
            str(facts["name"]),
            swmm_text_of(imported.text, str(facts["encoding"])),
            str(facts["flow_unit"]),
            Plane(str(facts["source"]), str(facts["target"]), float(str(facts["scale"]))),
        )
    except (KeyError, ValueError) as error:
        message = tr("The SWMM file that this network keeps can't be read. Import the model again.")
        raise InputError(message) from error
