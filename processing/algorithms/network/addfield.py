"""Add a field of one's own to a table."""

from __future__ import annotations

from typing import Any

from waternet_plugin.core.schema import own_fields
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job


class AddField(WaterNetAlgorithm):
    """Give a table of a network a field that it does not have yet."""

    ID = "addfield"
    GROUP = "network"
    ICON = "network"
    WRITES = True
    KIND = "own"
    TAGS = ("column", "attribute", "own field", "字段", "添加字段", "自定义字段", "列")

    def title(self) -> str:
        """Return the name people see."""
        return tr("Add field")

    def summary(self) -> str:
        """Return what the algorithm does."""
        return tr(
            "Adds a field of your own to a table of the network. It works like the other fields: it is in "
            "the form, its changes are logged and can be undone, splitting and merging carry it along, and "
            "it can be adopted and exported. This is a batch; undoing it removes the field, unless it has "
            "values."
        )

    def declare(self) -> None:
        """Add the parameters."""
        self.add_network()
        self.add_text(
            "TABLE", tr("Table"), tr("Name of a table, such as pipe, node or customer."), default="pipe"
        )
        self.add_text(
            "NAME",
            tr("Field name"),
            tr("Name of the new field: lower-case letters, digits and underscores, such as contract_no."),
        )
        self.add_choice(
            "TYPE",
            tr("Type"),
            tr("text, integer, real, date or boolean (yes, no or unknown)."),
            list(domain("field_type")),
            labels={code.code: code.label for code in domain("field_type").values()},
            default="text",
        )
        self.add_text(
            "LABEL", tr("English label"), tr("What the form calls the field in English. Empty: its name.")
        )
        self.add_text(
            "LABEL_ZH",
            tr("Chinese label"),
            tr("What the form calls the field in Chinese. Empty: the English label."),
        )
        self.add_text("UNIT", tr("Unit"), tr("Shown behind the label, such as m or kPa."))
        self.add_flag(
            "PERSONAL",
            tr("Personal data"),
            tr(
                "Whether the field is about people, such as a name or a telephone number: exports and lists "
                "of changes leave it out unless they are asked to include it. Left open: texts of users are "
                "personal, other fields are not."
            ),
            default=None,
        )
        self.add_text_outputs(
            BATCH_ID=tr("Batch"),
        )

    def _request(self, job: Job) -> own_fields.FieldRequest:
        return own_fields.FieldRequest(
            table=job.text("TABLE"),
            name=job.text("NAME"),
            type=job.choice("TYPE"),
            label=job.text("LABEL"),
            label_zh=job.text("LABEL_ZH"),
            unit=job.text("UNIT"),
            personal=job.flag("PERSONAL") if job.has("PERSONAL") else None,
        )

    def check(self, job: Job) -> None:
        """Refuse a table that takes no fields and a name that is none."""
        own_fields.check(self._request(job), ())

    def work(self, job: Job) -> dict[str, Any]:
        """Add it."""
        from waternet_plugin.operations.adoption.add_field import add_field

        request = self._request(job)
        with job.open_network() as network:
            batch = add_field(network, request).batch_id
        text = tr("The table “{table}” now has the field {name} (batch {batch}).")
        table = own_fields.checked_table(request.table).label
        job.info(text.format(table=table, name=request.name, batch=batch))
        return {"BATCH_ID": batch}
