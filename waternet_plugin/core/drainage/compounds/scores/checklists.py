"""Checklists: the items of each list, and which are ticked for what."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.csvfiles import rows_of

INTAKE_POINT = "intake_point"
# Lists that are kept of compounds.
OF_COMPOUNDS = ("zero_discharge", "hand_over", "model", "first_entry")


@dataclass(frozen=True)
class ChecklistItem:
    """One item of a checklist, with where it is from."""

    list: str
    item: str
    label_en: str
    label_zh: str
    source: str
    certainty: str

    @property
    def label(self) -> str:
        """The label in the language of the interface."""
        return self.label_zh if texts.language() == "zh_CN" else self.label_en


@lru_cache(maxsize=1)
def _every() -> tuple[ChecklistItem, ...]:
    return tuple(ChecklistItem(**row) for row in rows_of(Path(__file__).with_name("checklist_items.csv")))


def items_of(name: str) -> tuple[ChecklistItem, ...]:
    """Return the items of a checklist in their order."""
    return tuple(item for item in _every() if item.list == name)


def ticks(subject: NetworkFrame, as_of: datetime.date) -> pd.DataFrame:
    """Return what is ticked until a day: list, asset, item, ticked_on, by that day.

    Of an item that was ticked several times only the last tick is left.
    """
    rows = subject.rows("checklist")
    on = rows.date("ticked_on")
    frame = pd.DataFrame(
        {
            **{name: rows.text(name) for name in ("list", "asset", "item")},
            "ticked_on": on.astype("datetime64[ns]"),
        }
    )
    frame = frame[on <= np.datetime64(as_of)].sort_values("ticked_on", kind="stable")
    last: pd.DataFrame = frame.drop_duplicates(["list", "asset", "item"], keep="last", ignore_index=True)
    return last
