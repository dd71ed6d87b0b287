"""The text of a model file as it is kept with the network: what the map has no column for stays in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.json_text import stored_object

# The table of both engines; its first row holds no section but the facts of the import.
MODEL_TABLE = "epanet"
_FACTS = "FACTS"
_ENGINE = "engine"
EPANET, SWMM = "epanet", "swmm"


@dataclass(frozen=True)
class ModelText:
    """The engine of a file, the facts of its import, and its text from the first line to the last."""

    engine: str
    facts: Mapping[str, object]
    text: str


def model_text_frame(
    engine: str, facts: Mapping[str, object], sections: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """Return the rows that keep a file: the facts, then one row for each section in its order.

    Parameters
    ----------
    sections
        Name and text of each, its heading within.
    """
    rows = [(_FACTS, json.dumps({**facts, _ENGINE: engine}, ensure_ascii=False)), *sections]
    frame: pd.DataFrame = pd.DataFrame(
        {
            "part": [float(part) for part in range(len(rows))],
            "section": [section for section, _text in rows],
            "text": [text for _section, text in rows],
        }
    )
    return frame


def model_text_of(frame: pd.DataFrame, engine: str) -> ModelText | None:
    """Return the kept file of an engine, None when the network did not come from one."""
    if frame.empty:
        return None
    texts = frame.sort_values("part", kind="stable")["text"].fillna("").tolist()
    facts = stored_object(texts[0])
    # Files that were kept before there were two engines say nothing of it.
    if str(facts.get(_ENGINE, EPANET)) != engine:
        return None
    return ModelText(engine, facts, "\n".join(texts[1:]))
