"""The pane of contracts: supply and leakage of the result period beside the baseline, target and verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin.core.colours import GREY, PASSED, SEVERE
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.network.side_pane import WIDTH
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.users.answer_list import AnswerList, AnswerPane
from waternet_plugin.gui.widgets.row_table import TableColumn

if TYPE_CHECKING:
    from waternet_plugin.core.progress import Progress
    from waternet_plugin.operations.users.compare_contracts import ContractsResult

_COLOURS = {"yes": PASSED, "no": SEVERE, "unknown": GREY}


def _columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn(
            "reached", "", write=lambda _code: "", colour=_COLOURS.get, width=20,
            tip=lambda row: tr("Reached: {answer}").format(answer=label_of("yes_no_unknown", row["reached"])),
        ),
        TableColumn("contract_id", tr("Contract"), width=80, fills=True, wraps=True),
        TableColumn("saved_m3", tr("Saved (m³)"), decimals=0, width=64),
        TableColumn("baseline_rate", tr("before %"), decimals=1, width=52, title=tr("Leakage before (%)")),
        TableColumn("result_rate", tr("after %"), decimals=1, width=50, title=tr("Leakage after (%)")),
    )  # fmt: skip


def _further_columns() -> tuple[TableColumn, ...]:
    return (
        TableColumn("baseline_m3", tr("Baseline (m³)"), decimals=0),
        TableColumn("result_m3", tr("Result (m³)"), decimals=0),
        TableColumn("target_m3", tr("Target (m³)"), decimals=0),
        TableColumn("target_rate", tr("Target (%)"), decimals=1),
        TableColumn("coverage", tr("Days (%)"), decimals=1),
        TableColumn("reached", tr("Reached"), write=lambda code: label_of("yes_no_unknown", code)),
    )


def rows_of(result: ContractsResult) -> list[dict[str, Any]]:
    """Return contracts as rows; rates in per cent, unknown is None."""
    from waternet_plugin.core.frames import records

    rows = []
    for found in records(result.rows):
        row = {name: None if value != value else value for name, value in found.items()}
        for name in ("baseline_rate", "result_rate", "target_rate", "coverage"):
            row[name] = None if row[name] is None else 100.0 * row[name]
        rows.append(row)
    return rows


class ContractsPane(AnswerPane):
    """Lists contracts of water saving and leak detection with what became of them."""

    NAME = "wn_contracts"
    TABLES = ("contract", "volume", "customer", "node", "zone", "compound", "setting")
    ALGORITHM = "comparecontract"
    REPORT = "contracts"
    SIZE = (WIDTH, 420)

    def build(self) -> QWidget:
        """Return the list."""
        self.setWindowTitle(tr("Contracts"))
        self.set_page(AnswerList(self.session, self.NAME, _columns(), self))
        self.page.add_button(tr("Report"), "report", self.show_report)
        self.page.add_button(tr("XLSX…"), "xlsx", self.save, tr("Save the list as a workbook"))
        self.add_algorithm()
        return self.page

    def refresh(self) -> None:
        """Compare the periods of all contracts."""

        def work(network: Any, progress: Progress) -> tuple[ContractsResult, list[dict[str, Any]]]:
            from waternet_plugin.operations.users.compare_contracts import ContractRequest, compare_contracts

            result = compare_contracts(network, ContractRequest(), progress)
            return result, rows_of(result)

        self.page.read(tr("Comparing contracts"), work, lambda found: self.show_contracts(*found))

    def show_contracts(self, result: ContractsResult, rows: list[dict[str, Any]]) -> None:
        """Show contracts."""
        self.result = result
        self.page.show_rows(joined(result.summary), rows, joined(result.notes) if rows else "")

    def save(self) -> None:
        """Save the list."""
        pane.save_shown(self, self.list, (*_columns()[1:], *_further_columns()), tr("Contracts"))
