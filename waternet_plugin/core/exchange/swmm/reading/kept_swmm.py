"""A SWMM file as it is kept with the network."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.kept_text import SWMM, kept_text_frame, kept_text_of
from waternet_plugin.core.exchange.model_files.plane import Plane
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText, swmm_text_of
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class KeptSwmm:
    """A file as it was imported: name, text, flow unit, place."""

    name: str
    text: SwmmText
    flow_unit: str
    plane: Plane


def kept_swmm_frame(kept: KeptSwmm) -> pd.DataFrame:
    """Return the rows that keep a file with its network."""
    facts = {
        "name": kept.name,
        "encoding": kept.text.encoding,
        "flow_unit": kept.flow_unit,
        "source": kept.plane.source,
        "target": kept.plane.target,
        "scale": kept.plane.scale,
    }
    return kept_text_frame(SWMM, facts, [(section.name, section.text) for section in kept.text.sections])


def kept_swmm_of(frame: pd.DataFrame) -> KeptSwmm | None:
    """Return the file of a network, None when it did not come from one of SWMM.

    Raises
    ------
    InputError
        When what is kept can't be read.
    """
    kept = kept_text_of(frame, SWMM)
    if kept is None:
        return None
    facts = kept.facts
    try:
        plane = Plane(str(facts["source"]), str(facts["target"]), float(str(facts["scale"])))
        return KeptSwmm(
            str(facts["name"]),
            swmm_text_of(kept.text, str(facts["encoding"])),
            str(facts["flow_unit"]),
            plane,
        )
    except (KeyError, ValueError) as error:
        message = tr("The SWMM file that this network keeps can't be read. Import the model again.")
        raise InputError(message) from error
