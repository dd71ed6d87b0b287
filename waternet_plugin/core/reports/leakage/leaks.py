"""Fields that know the future, as a backtest found them: what a report says of each."""

from __future__ import annotations

from waternet_plugin.core.health.evaluation.backtest import Backtest
from waternet_plugin.core.reports.document import ReportSection, number, percent
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import tr


def leak_lines(found: Backtest) -> list[str]:
    """Return a warning for each field that knows too much."""
    fields = table("pipe")
    names = set(fields.field_names)
    lines = []
    for leak in found.leaks:
        label = fields.field(leak.field).label if leak.field in names else leak.field
        lines.append(
            tr(
                "The field “{field}” alone catches {alone} % on {share} % of the length, the model {ours} "
                "%. Such fields have usually been filled in after the failures. It is not used; check where "
                "it comes from before you trust it."
            ).format(
                field=label,
                alone=percent(leak.captured),
                share=f"{100 * leak.share_of_length:g}",
                ours=percent(leak.ours),
            )
        )
    return lines


def leaks_section(found: Backtest) -> ReportSection:
    """Return what is to be said of fields that were filled in after the failures."""
    lines = leak_lines(found)
    if not lines:
        lines = [tr("No single field catches far more than the model.")]
    for name in sorted({name for cutoff in found.cutoffs for name in cutoff.hidden}):
        most = max(cutoff.hidden.get(name, 0) for cutoff in found.cutoffs)
        lines.append(
            tr("“{field}” after the cut-off was ignored; up to {count} pipes.").format(
                field=table("pipe").field(name).label, count=number(most)
            )
        )
    return ReportSection(tr("Fields that reveal the future"), tuple(lines))
