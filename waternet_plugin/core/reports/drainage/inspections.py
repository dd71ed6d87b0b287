"""What importing inspections of drains did, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.grading.en_13508 import NOTES
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.inspections.coding import EN_13508
from waternet_plugin.core.reports.adoption.adoption import reason_text, summary_lines
from waternet_plugin.core.texts import listed, shortened, tr

# The reason of a defect whose code is none of its standard; its text says which.
STRANGE_CODE = "strange_code"
_NUMBERS = ["number_d", "number_s", "number_b"]


def nothing_imported(rejected: pd.DataFrame) -> str:
    """Return why no row can be imported.

    Parameters
    ----------
    rejected
        All rows, with ``reason_code``.
    """
    counts = rejected["reason_code"].value_counts()
    reasons = listed(f"{reason_text(str(code))} ({count})" for code, count in counts.items())
    return tr("No row can be imported: {reasons}. Nothing was written.").format(reasons=reasons)


def left_out_lines(unread: Sequence[str], left_out: Sequence[str]) -> list[str]:
    """Return sentences on columns that nothing reads, and on rows beside the table."""
    lines = []
    if unread:
        lines.append(tr("Columns that are not read: {columns}.").format(columns=shortened(unread)))
    if left_out:
        lines.append(
            tr(
                "Left out, since not part of the table: %n row(s) of the file ({rows}).", "", len(left_out)
            ).format(rows=shortened(left_out))
        )
    return lines


def import_lines(
    row_count: int,
    rejected: pd.DataFrame,
    results: tuple[Optional[AdoptionResult], Optional[AdoptionResult]],
    left_out: Sequence[str],
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
) -> list[str]:
    """Return the answer in sentences: counts, what became unknown, and what is odd.

    Parameters
    ----------
    row_count
        Rows of the file.
    rejected
        Rows that are not imported, with ``reason_code`` and ``reason``.
    results
        What became of inspections and of defects, None where the file has none.
    left_out
        Sentences on what was not read.
    pipes, nodes
        Those of the network, with their ids and ``length_m`` of pipes, m.
    """
    rows, defects = (pd.DataFrame() if result is None else result.rows for result in results)
    imported = tr("{inspections} inspections and {defects} defects were imported from {rows} rows.")
    lines = [imported.format(inspections=len(rows), defects=len(defects), rows=row_count)]
    is_strange = rejected["reason_code"] == STRANGE_CODE
    for code, count in rejected.loc[~is_strange, "reason_code"].value_counts().items():
        lines.append(tr("Rejected: {n}, {reason}.").format(n=count, reason=reason_text(str(code))))
    for reason, count in rejected.loc[is_strange, "reason"].value_counts().items():
        lines.append(tr("Rejected: {n}. {reason}").format(n=count, reason=reason))
    lines += left_out
    for result in results:
        if result is not None:
            plain = replace(result, notes=(), rejected=result.rejected.iloc[:0])
            lines += summary_lines(plain, dry_run=False)[1:]
    lines += _strangers(rows, {"pipe_id": pipes, "node_id": nodes})
    if len(rows):
        lines += _same_days(rows)
        lines += _beyond(rows, defects, pipes)
    return lines + _unnumbered(rows, defects)


def ends_line(pipes: Sequence[str]) -> list[str]:
    """Return a sentence on pipes that rows name by their manholes alone."""
    if pipes:
        return [
            tr("Found by their manholes: %n pipe(s) ({names}).", "", len(pipes)).format(
                names=shortened(pipes)
            )
        ]
    return []


def below_line(count: int) -> list[str]:
    """Return a sentence on rows that belong to the drain of the row above, as merged cells leave them."""
    text = tr("Taken as of the drain of the row above, since they name none: %n row(s).", "", count)
    return [text] if count else []


def _strangers(rows: pd.DataFrame, assets: dict[str, pd.DataFrame]) -> list[str]:
    """Return a sentence on inspected pipes and nodes that the network has not."""
    lines = []
    for field, there in assets.items():
        if field not in rows:
            continue
        named = rows[field].dropna()
        unknown = sorted({str(name) for name in named[~named.isin(there[field])]})
        if unknown:
            lines.append(
                tr("Not in the network, they keep their names: {names}.").format(names=shortened(unknown))
            )
    return lines


def _same_days(rows: pd.DataFrame) -> list[str]:
    if not {"pipe_id", "date"} <= set(rows):
        return []
    dated = rows[rows["pipe_id"].notna() & rows["date"].notna()]
    twice = dated[dated.duplicated(["pipe_id", "date"], keep=False)]["pipe_id"].unique()
    if not len(twice):
        return []
    return [
        tr(
            "Inspected several times on one day: {names}. By EN 13508-2 these runs count as one, else each "
            "by itself."
        ).format(names=shortened(sorted(str(pipe) for pipe in twice)))
    ]


def _beyond(rows: pd.DataFrame, found: pd.DataFrame, pipes: pd.DataFrame) -> list[str]:
    if not len(found) or "position_m" not in found or "pipe_id" not in rows:
        return []
    length_of = pipes.set_index("pipe_id")["length_m"]
    pipe_of = rows.set_index("inspection_id")["pipe_id"]
    inspected = found["inspection_id"].map(pipe_of)
    over = found["position_m"].to_numpy(dtype=float, na_value=np.nan) > inspected.map(length_of).to_numpy(
        dtype=float
    )
    if not over.any():
        return []
    message = tr("Defects beyond the end of their pipe: %n ({names}).", "", int(over.sum()))
    return [message.format(names=shortened(sorted({str(pipe) for pipe in inspected[over]})))]


def _unnumbered(rows: pd.DataFrame, found: pd.DataFrame) -> list[str]:
    """Return a sentence on rows by EN 13508-2 without a damage number."""
    if not len(found) or "standard" not in rows:
        return []
    own = set(rows.loc[rows["standard"] == EN_13508, "inspection_id"])
    numbers = [name for name in _NUMBERS if name in found]
    notes = np.array([str(code).startswith(NOTES) for code in found["code_raw"]], dtype=bool)
    by_en = found["inspection_id"].isin(own)
    bare = by_en & ~notes & (found[numbers].isna().all(axis=1) if numbers else True)
    if not bare.any():
        return []
    if numbers and found.loc[by_en, numbers].notna().any(axis=None):
        return [tr("Rows by EN 13508-2 without a damage number, taken as class 0: %n.", "", int(bare.sum()))]
    return [tr("Rows by EN 13508-2 without a damage number, which get no grade: %n.", "", int(bare.sum()))]
