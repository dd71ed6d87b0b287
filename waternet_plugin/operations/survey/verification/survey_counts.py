"""What the dock and the list say of surveys: batches, and pipes that are not verified yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from waternet_plugin.store import Network

PASS, OPEN, FAIL = "pass", "open", "fail"
# Of a verification, what people read of it.
_COLUMNS = ["pipe_id", "survey_batch", "verdict", "reasons", "reason_facts", "surveyed_on", "override_by"]


@dataclass(frozen=True)
class SurveyCounts:
    """How many files were imported, the day and name of the last one, and the pipes that stay open."""

    batches: int = 0
    last_on: str = ""
    last_file: str = ""
    open_pipes: int = 0


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def newest_verifications(network: Network) -> pd.DataFrame:
    """Return the newest verification of each pipe: the columns people read, a row a pipe."""
    frame = network.read("verification", _COLUMNS, geometry=False)
    return frame.drop_duplicates("pipe_id", keep="last").reset_index(drop=True)


def unverified(newest: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of pipes that neither pass nor are overridden."""
    return newest[(newest["verdict"] != PASS) & newest["override_by"].isna()].reset_index(drop=True)


def read_counts(network: Network) -> SurveyCounts:
    """Return what the section of the dock says."""
    from waternet_plugin.core.frames import records

    files = records(network.read("survey_batch", ["file_name", "edited_on"], geometry=False))
    open_pipes = len(unverified(newest_verifications(network)))
    if not files:
        return SurveyCounts(open_pipes=open_pipes)
    last = files[-1]
    return SurveyCounts(len(files), _text(last["edited_on"])[:10], _text(last["file_name"]), open_pipes)


def rows_to_verify(network: Network) -> list[dict[str, Any]]:
    """Return the pipes to verify, failed ones first, each with its street and diameter."""
    from waternet_plugin.core.frames import records

    rows = records(unverified(newest_verifications(network)))
    ids = [row["pipe_id"] for row in rows]
    if not ids:
        return []
    wanted = ["pipe_id", "street", "diameter_mm", "length_m"]
    pipes = {row["pipe_id"]: row for row in records(network.read("pipe", wanted, ids=ids, geometry=False))}
    # A pipe that was deleted since needs no verification.
    pipe_rows = [{**row, **pipes[row["pipe_id"]]} for row in rows if row["pipe_id"] in pipes]
    return sorted(pipe_rows, key=lambda row: row["verdict"] != FAIL)
