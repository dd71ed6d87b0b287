"""What was verified of pipes that were split, merged or renamed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.settling_work import SettlingWork, text

_WHY = "relinked"
_NAME = "verification"
# By these a verification is known again on another part of its pipe.
_FIELDS = (
    *("verdict", "survey_batch", "surveyed_on", "material_verified_on"),
    *("photos", "reasons", "override_by"),
)
# What counts of pipes that became one: the worst.
_WORST_FIRST = ("fail", "open", "pass")


def carry_verifications(work: SettlingWork, heirs: Mapping[str, list[int]]) -> None:
    """Give both parts of a split pipe its verifications; of merged pipes the worst newest verdict counts.

    Parameters
    ----------
    work
        The settling.
    heirs
        Keys of the pipes that stand for one of another id, by the id it had.
    """
    worst = _worst_of_merged(work)
    rows_of: dict[str, list[tuple[int, Row]]] = {}
    for key, row in _in_order(work, heirs):
        rows_of.setdefault(str(row["pipe_id"]), []).append((key, row))
    for old, rows in rows_of.items():
        names = _names(work, heirs[old])
        if not names:
            continue
        own = old if old in names else names[0]
        others = [name for name in names if name != own]
        # Edits are settled at each gesture and once more when they are saved.
        present = {(str(row["pipe_id"]), _verdict_key(row)) for _key, row in _in_order(work, others)}
        for key, row in rows:
            if own != old:
                work.carry(_NAME, key, "pipe_id", own)
            for name in others:
                if (name, _verdict_key(row)) not in present:
                    _copy(work, row, name)
    for key, row in worst.items():
        for name in _names(work, [key]):
            _copy(work, row, name)


def _worst_of_merged(work: SettlingWork) -> dict[int, Row]:
    """Return the worst of the newest verifications of merged pipes, where it is not the newest of all."""
    parts: dict[int, list[str]] = {}
    for old, keys in work.heirs.items():
        for key in work.merged.intersection(keys):
            parts.setdefault(key, []).append(old)
    worst_rows = {}
    for key, olds in parts.items():
        newest: dict[str, Row] = {}
        for _place, row in _in_order(work, olds):
            # The newest of all is the last that is put in.
            newest.pop(str(row["pipe_id"]), None)
            newest[str(row["pipe_id"])] = row
        rows = list(newest.values())
        if rows and _rank(worst := min(rows, key=_rank)) < _rank(rows[-1]):
            worst_rows[key] = worst
    return worst_rows


def _in_order(work: SettlingWork, pipe_ids: Iterable[str]) -> list[tuple[int, Row]]:
    """Return the verifications of pipes, the newest last: of unsaved rows the keys are below zero."""
    rows = work.rows.where(_NAME, "pipe_id", list(pipe_ids))
    return sorted(rows.items(), key=lambda entry: (entry[0] < 0, abs(entry[0])))


def _verdict_key(row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in _FIELDS)


def _names(work: SettlingWork, keys: list[int]) -> list[str]:
    rows = [work.rows.now("pipe", key) for key in keys]
    return [name for row in rows if row is not None and (name := text(row.get("pipe_id"))) is not None]


def _copy(work: SettlingWork, row: Row, name: str) -> None:
    made = work.rows.new_id(_NAME, row.get("verification_id"))
    work.rows.add(_NAME, {**row, "verification_id": made, "pipe_id": name}, _WHY)


def _rank(row: Row) -> int:
    verdict = str(row.get("verdict"))
    return _WORST_FIRST.index(verdict) if verdict in _WORST_FIRST else len(_WORST_FIRST)
