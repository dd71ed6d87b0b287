"""Random towns of compounds with duties, as frames; odd ones among them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.compounds.duties import duty_rows as rows
from waternet_plugin.core.drainage.compounds.duties.crews import Crew
from waternet_plugin.core.drainage.compounds.duties.done_work import DoneWork
from waternet_plugin.core.drainage.compounds.duties.duty_plan import PlanBasis
from waternet_plugin.core.frames import stacked

AS_OF = datetime.date(2026, 6, 17)
ITEM_COLUMNS = [
    "item_id", "type", "state", "opened_on", "due_on", "closed_on", "asset", "compound_id", "source",
    "result", "visit",
]  # fmt: skip
HOURS = {"km": 5.0, "cover": 0.2, "tank": 1.0, "visit": 0.5}


@dataclass(frozen=True)
class DutyTown:
    """A town: its plan's basis, and the same as plain rows for a second reckoning."""

    basis: PlanBasis
    drains: list[dict[str, object]]
    covers: list[dict[str, object]]
    tanks: list[dict[str, object]]
    compounds: list[str]


def no_items() -> pd.DataFrame:
    """Return work items without a row."""
    return pd.DataFrame({name: np.array([], dtype=object) for name in ITEM_COLUMNS})


def _day(random: np.random.Generator, share_known: float) -> np.datetime64:
    if random.random() > share_known:
        return np.datetime64("NaT", "D")
    return np.datetime64(AS_OF, "D") + int(random.integers(-120, 300))


def random_town(
    seed: int,
    *,
    crews: tuple[Crew, ...] = (Crew("A", 1e4),),
    most_drains: int = 9,
    due_share: float = 0.3,
    items: pd.DataFrame | None = None,
) -> DutyTown:
    """Return a town of up to five compounds; some without drains or covers, some drains without length."""
    random = np.random.default_rng(seed)
    names = [f"C{number}" for number in range(int(random.integers(1, 6)))]
    drains, covers, tanks = [], [], []
    for compound in [*names, None]:
        for number in range(int(random.integers(0, most_drains + 1))):
            length = round(float(random.uniform(0, 400)), int(random.integers(0, 4)))
            length = 0.0 if random.random() < 0.05 else length
            drains.append(
                {
                    "asset": f"P-{compound}-{number}",
                    "compound": compound,
                    "length_m": length,
                    "due_on": _day(random, due_share),
                }
            )
        for number in range(int(random.integers(0, 120))):
            covers.append(
                {
                    "asset": f"M-{compound}-{number}",
                    "compound": compound,
                    "due_on": _day(random, due_share / 30),
                }
            )
        for number in range(int(random.integers(0, 4))):
            tanks.append(
                {"asset": f"T-{compound}-{number}", "compound": compound, "due_on": _day(random, 0.8)}
            )
    parts = [
        _part(drains, rows.PIPE, length=True, cover=False, hour=0.0),
        _part(covers, rows.NODE, length=False, cover=True, hour=HOURS["cover"]),
        _part(tanks, rows.NODE, length=False, cover=False, hour=HOURS["tank"]),
    ]
    duties = stacked(parts)
    duties = duties.sample(frac=1, random_state=seed).reset_index(drop=True)
    compounds = pd.DataFrame(
        {"compound_id": np.array(names, dtype=object), "grid_id": np.array(["G"] * len(names), dtype=object)}
    )
    work = DoneWork(no_items() if items is None else items, AS_OF)
    return DutyTown(PlanBasis(duties, compounds, {}, crews, work), drains, covers, tanks, names)


def _part(
    assets: list[dict[str, object]], table: str, *, length: bool, cover: bool, hour: float
) -> pd.DataFrame:
    length_m = np.array([each.get("length_m", 0.0) for each in assets], dtype=float)
    made = rows.duty_rows(
        rows.CLEAN,
        table,
        np.array([each["asset"] for each in assets], dtype=object),
        np.array([each["due_on"] for each in assets], dtype="datetime64[D]"),
        rows.INTERVAL,
        hours=length_m / 1000 * HOURS["km"] if length else hour,
        interval_d=365.0,
        length_m=length_m,
        is_cover=cover,
        is_listed=not (length or cover),
    )
    compound = np.array([each["compound"] for each in assets], dtype=object)
    return made.assign(compound_id=compound, grid_id=np.full(len(assets), None, dtype=object))
