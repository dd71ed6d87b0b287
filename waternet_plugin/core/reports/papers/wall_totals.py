"""The totals of a wall map: by owner of the pipes, or by unit that does the works of a programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, percent
from waternet_plugin.core.reports.papers.inventory import OWNER, SYSTEM, UNKNOWN, Inventory
from waternet_plugin.core.reports.papers.paper_words import PaperHead
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class ProgrammeTotal:
    """What a unit has to do for a programme, and what of it is done, in households or buildings.

    ``rate`` is done / total, NaN where nothing is to be done.
    """

    unit: str
    count_unit: str
    total: float
    done: float

    @property
    def rate(self) -> float:
        """Share that is done."""
        return self.done / self.total if self.total else float("nan")


def pipe_totals(head: PaperHead, inventory: Inventory) -> Report:
    """Return the pipes in use by owner; by system where no owner is recorded."""
    has_owners = any(line.code != UNKNOWN for line in inventory.groups[OWNER])
    group = OWNER if has_owners else SYSTEM
    rows: list[tuple[Any, ...]] = [
        (head.line_label(group, line.code), line.count, line.length_m) for line in inventory.groups[group]
    ]
    rows.append((tr("Total"), inventory.count, inventory.length_m))
    title = tr("Pipes in use by owner") if has_owners else tr("Pipes in use by system")
    name = tr("Owner") if has_owners else tr("System")
    sums = frozenset({len(rows) - 1})
    table = ReportTable((name, tr("Pipes"), tr("Length, m")), tuple(rows), decimals=0, sums=sums)
    figures = {
        "in_use_count": inventory.count,
        "in_use_length_m": inventory.length_m,
        "totals": inventory.figures[group],
    }
    return Report(head.network, "", "", (ReportSection(title, table=table),), figures, head.foot)


def programme_totals(head: PaperHead, programme: str, totals: Sequence[ProgrammeTotal]) -> Report:
    """Return what units have to do for a programme and what is done, by unit.

    Parameters
    ----------
    programme
        Its code.
    totals
        In the order of units; several units of counting are summed apart.
    """
    labels = {"households": tr("Households"), "buildings": tr("Buildings")}
    rows: list[tuple[Any, ...]] = []
    sums: set[int] = set()
    for count_unit, label in labels.items():
        own = [one for one in totals if one.count_unit == count_unit]
        if not own:
            continue
        name = "{total} ({unit})".format(total=tr("Total"), unit=label)
        total = ProgrammeTotal(name, count_unit, sum(one.total for one in own), sum(one.done for one in own))
        for one in (*own, total):
            rows.append((one.unit or tr("not recorded"), one.total, one.done, percent(one.rate)))
        sums.add(len(rows) - 1)
    columns = (tr("Unit"), tr("Plan"), tr("Done"), "%")
    table = ReportTable(columns, tuple(rows), decimals=0, sums=frozenset(sums))
    title = head.label("programme", programme)
    figures = {
        "programme": programme,
        "totals": [
            {"unit": one.unit, "count_unit": one.count_unit, "total": one.total, "done": one.done}
            for one in totals
        ],
    }
    return Report(head.network, "", "", (ReportSection(title, table=table),), figures, head.foot)
