"""Algorithm: users by what they took."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    from waternet_plugin.operations.users.rank_users import RankRequest

_COLUMNS = [
    ("customer_id", "text"), ("compound_id", "text"), ("rank", "integer"), ("trade", "text"), ("m3", "real"),
    ("share", "real"), ("quota_use", "real"), ("over_plan_m3", "real"), ("sub_metered", "text"),
    ("coverage", "real"), ("test_due_on", "date"), ("reuse_share", "real"),
    ("notice_on", "date"), ("notice_state", "text"), ("done_on", "date"),
]  # fmt: skip
_MOST_M3, _MOST_USERS = 1e12, 1e9


class RankUsers(WaterNetAlgorithm):
    """List users or compounds by what they took: the top of a trade, a band of volumes, a sample."""

    ID = "rankusers"
    GROUP = "users"
    TAGS = (
        "user", "volume", "quota", "plan", "water saving", "sample",
        "用户", "用水量排名", "用水定额", "用水计划", "节水", "抽查", "水平衡测试",
    )  # fmt: skip

    def title(self) -> str:
        """Return the name people see."""
        return tr("Users by volume")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Ranks users, or compounds by the sums of their users, by what they took in a period: bills by "
            "the share of their days, where a user has none the readings of its meter. Tells the share of "
            "all, the use of the quota, what is above the plan, sub-meters, when the next water balance test "
            "is due and reclaimed water; then takes a band of volumes, those with or without sub-meters, the "
            "top, or a sample by chance. Nothing is written to the network."
        )

    def declare(self) -> None:
        """Add the parameters and outputs."""
        self.add_network()
        self.add_text(
            "FROM", tr("From"), tr("First day, YYYY-MM-DD. Empty: the first day of customers’ volumes.")
        )
        self.add_text(
            "TO", tr("To"), tr("Last day, YYYY-MM-DD, included. Empty: the last day of customers’ volumes.")
        )
        self.add_choice(
            "BY", tr("Ranked by"), tr("Customers, or compounds by the sums of their customers."),
            ["customer", "compound"],
            labels={"customer": tr("Customer"), "compound": tr("Compound")}, default="customer",
        )  # fmt: skip
        self.add_text(
            "TRADE",
            tr("Trades"),
            tr("Codes of the list of trades, separated by commas or semicolons. Empty: all users."),
        )
        self.add_number(
            "LEVEL", tr("Managed by"), tr("1: the city, 2: the district. Empty: all users."), between=(1, 2),
            integer=True,
        )  # fmt: skip
        for name, label, text in (
            ("FROM_M3", tr("From volume (m³)"), tr("Least volume of the period, m³. Empty: no limit.")),
            ("TO_M3", tr("To volume (m³)"), tr("Greatest volume of the period, m³. Empty: no limit.")),
        ):
            self.add_number(name, label, text, between=(-_MOST_M3, _MOST_M3))
        self.add_choice(
            "SUB_METERED", tr("Sub-metered"),
            tr("Users whose meter has sub-meters, or has none. Empty: both."),
            ["yes", "no"], labels={"yes": tr("yes"), "no": tr("no")},
        )  # fmt: skip
        self.add_number(
            "TOP", tr("Top"), tr("So many of those that are left, the largest. Empty: all."),
            between=(0, _MOST_USERS), integer=True,
        )  # fmt: skip
        self.add_number(
            "SAMPLE", tr("Sample"), tr("So many of those that are left, by chance. Empty: no sample."),
            between=(0, _MOST_USERS), integer=True,
        )  # fmt: skip
        self.add_number(
            "SAMPLE_SHARE", tr("Sample as a share (0-1)"),
            tr("This share of those that are left, by chance; the larger of both counts."), between=(0, 1),
        )  # fmt: skip
        self.add_number(
            "SEED", tr("Seed"), tr("Seed of the chance: the same seed draws the same users."),
            between=(0, 2**31 - 1), default=0, integer=True,
        )  # fmt: skip
        self.add_sink("OUTPUT", tr("Users"), tr("The chosen users at their locations, the largest first."))
        self.add_file_output(
            "REPORT",
            tr("Report"),
            tr("The list as a page; figures in a .json file next to it."),
            "HTML (*.html)",
        )
        self.add_workbook()
        self.add_number_outputs(
            USERS=tr("Users"), M3=tr("Water volume (m³)"), NOTICES=tr("Notices"),
            DONE_SHARE=tr("Share of notices done (0-1)"),
        )  # fmt: skip
        self.add_text_outputs(NOTES=tr("Points to note"))

    def work(self, job: Job) -> dict[str, Any]:
        """Rank the users and write the outputs."""
        from waternet_plugin.core.reports.document import plain
        from waternet_plugin.core.users.rectifications import done_share
        from waternet_plugin.operations.users.rank_users import RankResult, rank_users

        network = job.open_network()

        def fill_outputs(found: RankResult) -> None:
            layer: dict[str, Any] = {"geometry": "Point", "crs": network.crs}
            job.write_sink("OUTPUT", found.users, _COLUMNS, **layer)
            job.write_report("REPORT", found.report)
            job.write_workbook("WORKBOOK", found.sheets)

        found = rank_users(network, self.request(job), job.progress, before_commit=fill_outputs)
        job.tell(found.summary, warnings=found.notes)
        notices, done = done_share(found.users)
        return {"USERS": len(found.users), "M3": float(found.users["m3"].sum()),
            "NOTICES": notices, "DONE_SHARE": plain(done), "NOTES": "\n".join(found.notes),
        }  # fmt: skip

    def request(self, job: Job) -> RankRequest:
        """Return the request."""
        from waternet_plugin.core.users.user_ranking import RankChoice
        from waternet_plugin.operations.users.rank_users import RankRequest

        def number(name: str) -> float | None:
            return job.number(name) if job.has(name) else None

        def count(name: str) -> int | None:
            return job.integer(name) if job.has(name) else None

        choice = RankChoice(
            number("FROM_M3"), number("TO_M3"), job.choice("SUB_METERED") if job.has("SUB_METERED") else "",
            count("TOP"), count("SAMPLE"), number("SAMPLE_SHARE"), job.integer("SEED"),
        )  # fmt: skip
        words = (word.strip() for word in re.split(r"[,;，；、]+", job.text("TRADE")))
        trades = tuple(dict.fromkeys(word for word in words if word))
        return RankRequest(job.date("FROM"), job.date("TO"), job.choice("BY"), trades, count("LEVEL"), choice)
