"""Words and tables that papers share: labels of codes, lines of an inventory, days, what is not recorded."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core import texts
from waternet_plugin.core.reports.document import ReportSection, ReportTable, number
from waternet_plugin.core.reports.health import statistics
from waternet_plugin.core.reports.papers.inventory import (
    DECADE,
    MATERIAL,
    OWNER,
    SIZE,
    SYSTEM,
    UNKNOWN,
    Inventory,
    InventoryLine,
)
from waternet_plugin.core.reports.papers.share_bars import share_bars
from waternet_plugin.core.schema.domains import Code, domain
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import KM_M


@dataclass(frozen=True)
class PaperHead:
    """What all papers of a run say of the network.

    Parameters
    ----------
    network
        Its title.
    as_of
        The day on which all is judged.
    foot
        Day, edition and state of the data.
    own_codes
        Codes that its users added.
    edition
        Number of the map book printed last; '' for none.
    """

    network: str
    as_of: datetime.date
    foot: str = ""
    own_codes: tuple[Code, ...] = ()
    edition: str = ""

    @property
    def subtitle(self) -> str:
        """The network and the day."""
        return tr("{network}, as of {day}").format(network=self.network, day=self.as_of.isoformat())

    def label(self, list_name: str, code: Any) -> str:
        """Return what people call a code of a list; '' for none."""
        if pd.isna(code) or code == "":
            return ""
        known = domain(list_name)
        if code in known:
            return known[code].label
        own = [one.label for one in self.own_codes if one.domain == list_name and one.code == code]
        return own[0] if own else str(code)

    def line_label(self, group: str, code: str) -> str:
        """Return what people call a line of an inventory."""
        if code == UNKNOWN:
            return tr("not recorded")
        if group == OWNER:
            return code
        if group in (SYSTEM, MATERIAL):
            return self.label(group, code)
        return statistics.label({SIZE: "diameter", DECADE: "age"}[group], code, texts.language())


def group_title(group: str) -> str:
    """Return the heading of a group of an inventory."""
    return {
        SYSTEM: tr("By system"),
        SIZE: tr("By diameter"),
        MATERIAL: tr("By material"),
        DECADE: tr("By decade of installation"),
        OWNER: tr("By owner"),
    }[group]


def _group_name(group: str) -> str:
    """Return what a column of the codes of a group is called."""
    return {
        SYSTEM: tr("System"),
        SIZE: tr("Diameter"),
        MATERIAL: tr("Material"),
        DECADE: tr("Decade"),
        OWNER: tr("Owner"),
    }[group]


def inventory_section(
    head: PaperHead, inventory: Inventory, group: str, *, has_chart: bool = False
) -> ReportSection:
    """Return the lines of a group as a table, with their sum, and as bars."""
    lines = inventory.groups[group]
    rows = [(head.line_label(group, line.code), line.count, line.length_m) for line in lines]
    if len(lines) > 1:
        rows.append((tr("Total"), inventory.count, inventory.length_m))
    columns = (_group_name(group), tr("Pipes"), tr("Length, m"))
    chart = length_bars(head, group, lines) if has_chart else ""
    return ReportSection(group_title(group), chart=chart, table=ReportTable(columns, tuple(rows), decimals=0))


def length_bars(head: PaperHead, group: str, lines: Sequence[InventoryLine]) -> str:
    """Return the lengths of lines as bars, km; '' without lines."""
    bars = [(head.line_label(group, line.code), line.length_m / KM_M) for line in lines]
    return share_bars(bars, group_title(group), "km") if bars else ""


def day_text(value: Any) -> Optional[str]:
    """Return a day as people write it, None for unknown."""
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()


def text_or_none(value: Any) -> Optional[str]:
    """Return a text, None for unknown or empty."""
    return None if pd.isna(value) or not str(value).strip() else str(value)


def number_or_unknown(value: Optional[float]) -> str:
    """Return a number as it stands in a sentence; None, which nobody recorded, is no dash and no 0 there."""
    return tr("not recorded") if value is None else number(value)


def number_or_none(value: Any) -> Optional[float]:
    """Return a number, a whole one as such, None for unknown."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
