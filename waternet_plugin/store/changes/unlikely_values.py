"""Values that are saved although a field is unlikely to have them, in people's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from waternet_plugin.core.schema.constraints import Constraint
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import joined, tr


@dataclass(frozen=True)
class UnlikelyValues:
    """Rows whose values a soft constraint warns of.

    Parameters
    ----------
    rule
        The constraint.
    rows
        How many rows.
    first
        The id of one of them.
    """

    rule: Constraint
    rows: int
    first: str


def unlikely_text(found: Iterable[UnlikelyValues]) -> str:
    """Return which fields have unlikely values in how many rows; '' for nothing."""
    sentences = []
    for one in found:
        described = table(one.rule.table)
        text = tr(
            "{table}: %n row(s), such as {asset}, have an unlikely value in “{field}”. {reason}", "", one.rows
        )
        label = described.field(one.rule.field).label
        sentences.append(
            text.format(table=described.label, asset=one.first, field=label, reason=one.rule.reason)
        )
    return joined(sentences)
