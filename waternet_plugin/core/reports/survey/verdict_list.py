"""The list of verified pipes: verdicts, deviations and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from waternet_plugin.core.editing.row_edits import is_unknown
from waternet_plugin.core.reports.document import Report, ReportSection, ReportTable, number
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.survey.verification import verdict_words
from waternet_plugin.core.texts import tr

_FIELDS = ("pipe_id", "verdict", "off_line_m", "off_level_m", "cover_m", "reasons")
_FIGURES = ("off_line_m", "off_level_m", "cover_m")


def verdict_list(rows: Sequence[Mapping[str, Any]], *, network: str) -> Report:
    """Return the report of the newest verification of some pipes.

    Parameters
    ----------
    rows
        A row of ``verification`` for each pipe.
    network
        What the network is called.
    """
    counted = Counter(str(row.get("verdict")) for row in rows)
    lead = tr("%n pipe(s) were verified: {passed} pass, {open} are open, {failed} fail.", "", len(rows))
    described = table("verification")
    columns = tuple(_heading(described.field(name).label, name) for name in _FIELDS)
    return Report(
        title=tr("Verification before backfilling"),
        lead=lead.format(
            passed=number(counted["pass"]), open=number(counted["open"]), failed=number(counted["fail"])
        ),
        subtitle=network,
        sections=(
            ReportSection(
                tr("Pipes"), table=ReportTable(columns, tuple(_cells(row) for row in rows), decimals=3)
            ),
        ),
        figures={
            "pipes": len(rows),
            **{code: counted[code] for code in domain("verification_verdict")},
            "verdicts": [_figures(row) for row in rows],
        },
    )


def _heading(label: str, name: str) -> str:
    return f"{label} (m)" if name in _FIGURES else label


def _known(value: Any) -> Any:
    return None if is_unknown(value) else value


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    verdict = domain("verification_verdict").get(str(row.get("verdict")))
    told = verdict_words.told(row.get("reason_facts"), row.get("reasons"))
    figures = (_known(row.get(name)) for name in _FIGURES)
    return (row.get("pipe_id"), verdict.label if verdict else "", *figures, told)


def _figures(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("pipe_id", "verification_id", "verdict", *_FIGURES, "override_by", "override_reason")
    return {name: _known(row.get(name)) for name in names}
