"""The pane of public use: points by kind with and without a meter, hydrants with and without an alarm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.narrow_lists import make_narrow
from waternet_plugin.gui.panes.steps.widgets import ChoiceBox
from waternet_plugin.gui.users.answer_list import AnswerList, AnswerPane
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.row_table import RowsView, TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.public_ledger import PublicLedger

ALL, UNMETERED, NO_ALARM = "all", "unmetered", "no_alarm"


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("node_id", tr("Point"), width=76, fills=True, wraps=True),
        TableColumn("water_use", tr("Use"), write=lambda code: label_of("water_use", code), width=62),
        TableColumn("metered", tr("Meter"), write=_yes_no, width=44),
        TableColumn("anti_theft", tr("Alarm"), write=_yes_no, width=44),
        TableColumn("m3", tr("m³"), decimals=0, width=54, title=tr("Water volume (m³)")),
        TableColumn("kind", tr("Kind"), write=lambda code: label_of("node_kind", code), width=70, spare=True),
        TableColumn("dma_id", tr("Metered area"), width=70, spare=True),
    )


def _sum_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            "water_use", tr("Use"), write=lambda code: label_of("water_use", code), width=84, fills=True
        ),
        TableColumn("points", tr("Points"), decimals=0, width=50),
        TableColumn("metered", tr("With meter"), decimals=0, width=66),
        TableColumn("m3", tr("m³"), decimals=0, width=60, title=tr("Water volume (m³)")),
    )


def _yes_no(code: str) -> str:
    return label_of("yes_no_unknown", code)


def sums_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return points, those with a meter and what they took, by use; a hydrant without a use is none."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["water_use"]:
            one = found.setdefault(
                row["water_use"], {"water_use": row["water_use"], "points": 0, "metered": 0, "m3": None}
            )
            one["points"] += 1
            one["metered"] += row["metered"] == "yes"
            if row["m3"] is not None:
                one["m3"] = (one["m3"] or 0.0) + row["m3"]
    return list(found.values())


def wanted(rows: Sequence[dict[str, Any]], which: str) -> list[dict[str, Any]]:
    """Return the rows of ALL, the public points without a meter, or the hydrants without an alarm."""
    if which == UNMETERED:
        return [row for row in rows if row["water_use"] and row["metered"] == "no"]
    if which == NO_ALARM:
        return [row for row in rows if row["kind"] == "hydrant" and row["anti_theft"] != "yes"]
    return list(rows)


class PublicPane(AnswerPane):
    """Lists where the public takes water, for fire, greening, sanitation, rivers and works."""

    NAME = "wn_public"
    TABLES = ("node", "volume")
    SIZE = (WIDTH, 560)

    def build(self) -> QWidget:
        """Return the choice, the list and the sums by use."""
        self.setWindowTitle(tr("Public use"))
        self.ledger: PublicLedger | None = None
        self.which = ChoiceBox(
            "wn_public_which",
            [
                (ALL, tr("all points and hydrants")),
                (UNMETERED, tr("points without a meter")),
                (NO_ALARM, tr("hydrants without an alarm")),
            ],
            ALL,
            accessibleName=tr("Points"),
            chosen=lambda _key: self._show_wanted(),
        )
        self.sums = make_narrow(RowsView(_sum_columns(), "wn_public_sums"))
        self.set_page(AnswerList(self.session, self.NAME, _columns(), self, asks=self.which, below=self.sums))
        self.list.picked.connect(self.show_row)
        self.page.add_button(tr("Select on the map"), "select", self.select)
        self.page.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        return self.page

    def refresh(self) -> None:
        """Read the points anew."""

        def work(network: Any, _progress: Progress) -> PublicLedger:
            from waternet_plugin.operations.users.public_ledger import public_ledger

            return public_ledger(network)

        self.page.read(tr("Reading volumes"), work, self.show_ledger)

    def show_ledger(self, ledger: PublicLedger) -> None:
        """Show the points."""
        self.ledger = ledger
        self.sums.set_rows(sums_of(ledger.rows))
        self._show_wanted()

    def _show_wanted(self) -> None:
        if self.ledger is None:
            return
        every = self.ledger.rows
        if not every:
            self.page.show_rows(tr("No node has a public use, and there are no hydrants."), [])
            return
        hydrants = [row for row in every if row["kind"] == "hydrant"]
        headline = tr("%n public point(s)", "", sum(bool(row["water_use"]) for row in every))
        if hydrants:
            with_alarm = sum(row["anti_theft"] == "yes" for row in hydrants)
            headline = tr("{points}; {alarms} of {hydrants} hydrants have an alarm").format(
                points=headline, alarms=amounts.number(with_alarm), hydrants=amounts.number(len(hydrants))
            )
        period = self.ledger.period
        note = "" if period is None else tr("Volumes: {period}").format(period=period.text)
        self.page.show_rows(headline, wanted(every, str(self.which.key())), note)

    def select(self) -> None:
        """Select the chosen points on the map, all that are listed where one or none is chosen."""
        self.select_listed("node", "node_id", "node_id")

    def save(self) -> None:
        """Save what is listed."""
        pane.save_shown(self, self.list, _columns(), tr("Ledger of public use"))
