"""What the panel says of the programme that is shown, and its table by unit."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.programmes.month_figures import MonthFigures, main_unit, month_figures
from waternet_plugin.core.programmes.programme_items import ProgrammeItems
from waternet_plugin.core.schema.map_views import SHOWN_PROGRAMME
from waternet_plugin.operations.programmes.read_items import read_items
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class UnitProgress:
    """How far a responsible unit is: all of its items, and the month."""

    unit: str
    count_unit: str
    total: float
    done: float
    month: MonthFigures


@dataclass(frozen=True)
class ItemLine:
    """An item as the list of a pane shows it; ``situation`` is how it stands to its plan."""

    item_id: str
    name: str
    compound_id: str
    unit: str
    count: Optional[float]
    planned_month: str
    state: str
    situation: str
    done_on: str


@dataclass(frozen=True)
class ProgrammeSummary:
    """A programme as it stands.

    Parameters
    ----------
    programme
        Its code, '' where the network has no items.
    programmes
        All that have items, those of most items first.
    month
        The month whose report is due: the last one.
    count_unit
        What most of its items are counted in; ``done``, ``total`` and ``figures`` are in it.
    units
        By responsible unit.
    items
        Each item.
    """

    programme: str
    programmes: tuple[str, ...]
    month: Month
    count_unit: str
    done: float
    total: float
    figures: Optional[MonthFigures]
    units: tuple[UnitProgress, ...]
    items: tuple[ItemLine, ...]

    @property
    def below(self) -> int:
        """How many units are below the plan of the month."""
        return len({one.unit for one in self.units if one.month.is_below})


def programme_summary(
    network: Network, programme: str = "", as_of: Optional[datetime.date] = None
) -> ProgrammeSummary:
    """Return how a programme stands: the one named, else that of the setting, else that of most items.

    Parameters
    ----------
    programme
        Code of the programme, '' for the one that is shown.
    as_of
        The day; that of the computer if None.

    Raises
    ------
    InputError
        When there is no such programme.
    """
    items = read_items(network, "", as_of)
    month = month_of(items.as_of).plus(-1)
    programmes = _by_items(items)
    code = programme if programme in programmes else shown_programme(network, items)
    items = items.chosen(items.texts("programme") == code)
    unit = main_unit(items)
    rows = items.count_units == unit
    figures = next((one for one in month_figures(items, month) if one.count_unit == unit), None)
    return ProgrammeSummary(
        code, programmes, month, unit,
        float(items.done_counts[rows].sum()), float(items.known_counts[rows].sum()), figures,
        _units(items, month), _lines(items),
    )  # fmt: skip


def _by_items(items: ProgrammeItems) -> tuple[str, ...]:
    """Return the codes of the programmes of some items, those of most items first."""
    codes = items.frame["programme"].value_counts()
    return tuple(sorted(codes.index, key=lambda code: (-int(codes[code]), str(code))))


def shown_programme(network: Network, items: ProgrammeItems) -> str:
    """Return the programme that maps show: that of the setting, else that of most items; '' without any.

    Parameters
    ----------
    items
        All of its items.
    """
    programmes = _by_items(items)
    wanted = network.settings().text(SHOWN_PROGRAMME).strip()
    return wanted if wanted in programmes else next(iter(programmes), "")


def _units(items: ProgrammeItems, month: Month) -> tuple[UnitProgress, ...]:
    names = items.texts("unit")
    found = []
    for figures in month_figures(items, month, ("unit",)):
        rows = (names == figures.group[0]) & (items.count_units == figures.count_unit)
        total, done = float(items.known_counts[rows].sum()), float(items.done_counts[rows].sum())
        found.append(UnitProgress(figures.group[0], figures.count_unit, total, done, figures))
    return tuple(found)


def _lines(items: ProgrammeItems) -> tuple[ItemLine, ...]:
    fields = ("item_id", "name", "compound_id", "unit", "planned_month", "state")
    columns = {field: items.texts(field) for field in fields}
    days = items.days("done_on").astype(str)
    return tuple(
        ItemLine(
            count=None if count != count else float(count),
            situation=str(situation),
            done_on="" if day == "NaT" else str(day),
            **{field: str(columns[field][row]) for field in fields},
        )
        for row, (count, situation, day) in enumerate(zip(items.counts, items.situations, days))
    )
