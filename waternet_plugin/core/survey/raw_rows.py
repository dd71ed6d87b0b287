"""The rows of a survey file as they were, for the ledger that the network keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.survey.records import SurveyFile

# Between two rows that are written as JSON.
_BETWEEN_ROWS = "},{"


def raw_rows(file: SurveyFile) -> Array:
    """Return each row of a file as JSON text, its cells by their headings; (rows,) object."""
    parts = [_raw(cells) for cells in file.cells]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _raw(frame: pd.DataFrame) -> Array:
    if frame.empty:
        return np.full(len(frame), "{}", dtype=object)
    written = frame.to_json(orient="records", force_ascii=False)
    parts = written[2:-2].split(_BETWEEN_ROWS)
    if len(parts) == len(frame):
        return np.array([f"{{{part}}}" for part in parts], dtype=object)
    # A cell holds what stands between rows.
    lines = frame.to_json(orient="records", lines=True, force_ascii=False)
    return np.array(lines.rstrip("\n").split("\n"), dtype=object)
