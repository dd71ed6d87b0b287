"""Algorithm: contracts, result beside baseline."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

_COLUMNS = [
    ("contract_id", "text"), ("baseline_m3", "real"), ("result_m3", "real"), ("saved_m3", "real"),
    ("baseline_rate", "real"), ("result_rate", "real"), ("target_m3", "real"), ("target_rate", "real"),
    ("reached", "text"), ("coverage", "real"),
]  # fmt: skip


class CompareContract(WaterNetAlgorithm):
    """Tell what contracts of water saving and leak detection have saved, and whether targets are reached."""

    ID = "comparecontract"
    GROUP = "users"
    TAGS = (
        "contract",
        "water saving",
        "leakage",
        "baseline",
        "合同节水",
        "节水量",
        "漏损率",
        "基准期",
        "考核期",
    )

    def title(self) -> str:
        """Return the name people see."""
        return tr("Contracts")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Compares the result period of each contract with its baseline: supply and leakage rate of its "
            "zone, else of its compound, the water saved for as many days, and whether the targets are "
            "reached. Where volumes cover too few days that is not known. Weather and growth are left as "
            "they are. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "CONTRACT",
            tr("Contracts"),
            tr("Ids of contracts, separated by commas or semicolons. Empty: all."),
        )
        self.add_sink("OUTPUT", tr("Contracts"), tr("One row a contract."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The contracts as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_workbook()
        self.add_number_outputs(CONTRACTS=tr("Contracts"), REACHED=tr("Targets reached"))
        self.add_text_outputs(NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Compare the contracts and write the outputs."""
        from waternet_plugin.core.dma.zone_tree import zone_names
        from waternet_plugin.operations.users.compare_contracts import (
            ContractRequest,
            ContractsResult,
            compare_contracts,
        )

        def fill_outputs(found: ContractsResult) -> None:
            job.write_sink("OUTPUT", found.rows, _COLUMNS)
            job.write_report("REPORT", found.report)
            job.write_workbook("WORKBOOK", found.sheets)

        request = ContractRequest(zone_names(job.text("CONTRACT")))
        found = compare_contracts(job.open_network(), request, job.progress, before_commit=fill_outputs)
        job.tell(found.summary, warnings=found.notes)
        return {"CONTRACTS": len(found.rows), "REACHED": int((found.rows["reached"] == "yes").sum()),
            "NOTES": "\n".join(found.notes),
        }  # fmt: skip
