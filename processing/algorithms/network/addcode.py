"""Add a code of one's own to a value list."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.schema import own_codes
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class AddCode(WaterNetAlgorithm):
    """Give a value list of a network a code that it does not have yet."""

    ID = "addcode"
    GROUP = "network"
    ICON = "network"
    WRITES = True
    KIND = "own"
    TAGS = ("value list", "domain", "own code", "代码", "值列表", "添加代码", "自定义代码")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Add code")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Adds a code of your own to a value list of the network. Forms offer it, rows keep it, and files "
            "can be adopted with it. Checks, rates and styles read it as the code it is based on; without "
            "one as “other” or “unknown”. This is a batch; undoing it removes the code, unless rows have it."
        )

    def declare(self) -> None:
        """Add the parameters."""
        self.add_network()
        self.add_text(
            "DOMAIN",
            tr("Value list"),
            joined([tr("One of:"), listed(own_codes.EXTENDABLE)]),
            default="material",
        )
        self.add_text(
            "CODE",
            tr("Code"),
            tr("The new code: lower-case letters, digits and underscores, such as k9_iron."),
        )
        self.add_text(
            "LABEL", tr("English label"), tr("What forms call the code in English. Empty: the code.")
        )
        self.add_text(
            "LABEL_ZH",
            tr("Chinese label"),
            tr("What forms call the code in Chinese. Empty: the English label."),
        )
        self.add_text(
            "BASE",
            tr("Counts as"),
            tr("The code of WaterNet's own that it is based on, such as ductile_iron. May stay empty."),
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch"),
        )

    def _request(self, job: Job) -> own_codes.CodeRequest:
        return own_codes.CodeRequest(
            domain=job.text("DOMAIN"),
            code=job.text("CODE"),
            label=job.text("LABEL"),
            label_zh=job.text("LABEL_ZH"),
            base=job.text("BASE"),
        )

    def check(self, job: Job) -> None:
        """Refuse a list that takes no codes and a code that is none."""
        own_codes.check(self._request(job), ())

    def work(self, job: Job) -> dict[str, Any]:
        """Add it."""
        from waternet_plugin.operations.adoption.add_code import add_code

        request = self._request(job)
        with job.open_network() as network:
            batch = add_code(network, request).batch_id
        text = tr("The value list {domain} now has the code {code} (batch {batch}).")
        job.info(text.format(code=request.code, domain=request.domain, batch=batch))
        return {"BATCH_ID": batch}
