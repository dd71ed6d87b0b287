"""States of pipes and nodes under a heading that asks: 是否废弃 with 是 and 否."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.schema.domains import suggest
from waternet_plugin.core.schema.tables import Field

_STATUS, _YES_NO = "status", "yes_no_unknown"
# What the answer yes and the answer no mean, by the word that is asked for.
_ASKED = (
    (re.compile(r"是否.*拆除|^is_?removed$", re.IGNORECASE), "removed", "in_use"),
    (
        re.compile(r"是否.*(?:废|停用|停运|报废|弃用)|^(?:is_?)?abandoned$", re.IGNORECASE),
        "abandoned",
        "in_use",
    ),
    (
        re.compile(r"是否.*(?:在用|使用|启用|运行|投用)|^(?:is_?)?(?:in_?use|active)$", re.IGNORECASE),
        "in_use",
        "abandoned",
    ),
)


def yes_no_meanings(described: Field, series: pd.Series) -> dict[str, str]:
    """Return the code that each answer of a column means, {} for a column that asks for no status."""
    asked = next((one for one in _ASKED if one[0].search(str(series.name))), None)
    if described.name != _STATUS or asked is None:
        return {}
    words = foreign_values.distinct_texts(series)
    answers = {word: suggest(_YES_NO, word) for word in words}
    if not words or any(answer is None for answer in answers.values()):
        return {}
    codes = {"yes": asked[1], "no": asked[2]}
    return {word: codes[answer] for word, answer in answers.items() if answer in codes}


def asking_column(described: Field, frame: pd.DataFrame, columns: Sequence[str]) -> str:
    """Return the only column that asks for the status, '' for none or several."""
    found = [column for column in columns if yes_no_meanings(described, frame[column])]
    return found[0] if len(found) == 1 else ""
