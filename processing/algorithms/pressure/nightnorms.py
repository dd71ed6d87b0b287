"""Algorithm: norms of night use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.leakage.norms.night_norms import NightNormsRequest

_COLUMNS = [
    ("type", "text"), ("households", "text"), ("zones", "integer"), ("l_household_h", "real"),
    ("lower", "real"), ("upper", "real"),
]  # fmt: skip


class NightNorms(WaterNetAlgorithm):
    """Learn the night use of a household from good metered areas."""

    ID = "nightnorms"
    GROUP = "pressure"
    TAGS = ("DMA", "night use", "norm", "household", "夜间用水", "参考值", "小区", "计量区")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Norms of night use")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Reports the night use of a household, L/h, by type of compound and number of households: the "
            "median and quartiles of metered areas without an alarm in these nights and with little excess "
            "leakage (settings). Night use is the median of the window's mean less background leakage, "
            "shops included. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text("FROM", tr("From"), tr("First night, YYYY-MM-DD. Empty: all."))
        self.add_text("TO", tr("To"), tr("Last night, YYYY-MM-DD. Empty: all."))
        self.add_sink("OUTPUT", tr("Norms"), tr("A row for each type and class of size."))
        self.add_number_outputs(ZONES=tr("Metered areas that count for night use"))

    def request(self, job: Job) -> NightNormsRequest:
        """Return the request."""
        from waternet_plugin.operations.leakage.norms.night_norms import NightNormsRequest

        return NightNormsRequest(job.date("FROM"), job.date("TO"))

    def work(self, job: Job) -> dict[str, Any]:
        """Learn the norms and write the output."""
        from waternet_plugin.operations.leakage.norms.night_norms import learn_night_norms

        found = learn_night_norms(job.open_network(), self.request(job), job.progress)
        job.tell(found.summary, warnings=found.notes)
        return {
            "OUTPUT": job.write_sink("OUTPUT", found.norms, _COLUMNS),
            "ZONES": int(found.norms["zones"].sum()),
        }
