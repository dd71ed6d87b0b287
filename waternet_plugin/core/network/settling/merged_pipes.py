"""Pipes that a person merged: ends, levels and the id of the longest are kept, or the merge is taken back."""

from __future__ import annotations

from typing import Any, Optional

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.network.settling.edits.edited_rows import shape_of
from waternet_plugin.core.network.settling.edits.recognising import (
    Piece,
    PipeDivision,
    find_connectors_merged,
    find_merges,
)
from waternet_plugin.core.network.settling.edits.settling_work import (
    DEPTH_OF,
    END,
    INVERT_OF,
    JUNCTION,
    NODE_OF,
    START,
    SettlingWork,
    apart_m,
    end_of,
    known,
    position_of,
    text,
)
from waternet_plugin.core.network.settling.references.inspections import carry_merged_inspections
from waternet_plugin.core.texts import listed, tr

_WHY, _BACK = "merged", "merge_taken_back"
_GIVEN = "given"


def settle_merges(work: SettlingWork) -> None:
    """Give merged pipes what their parts were; take merges back that would hide a node."""
    _refuse_connectors(work)
    for division in find_merges(work.rows, work.same_m):
        sources = {piece.key: work.rows.before("pipe", piece.key) for piece in division.pieces}
        seams = _seams(division, sources)
        if _is_moved(work, seams):
            # The joint went elsewhere with its pipes, and what was left of the neighbour was deleted.
            continue
        reason = _obstacle(work, sources, seams)
        if reason is not None:
            work.refusals.append(reason)
            for key in sources:
                work.rows.take_back("pipe", key, _BACK)
            continue
        carry_merged_inspections(work, division)
        _settle_merge(work, division, sources)


def _refuse_connectors(work: SettlingWork) -> None:
    """Take merges of pipes with a connector of no length back: one of its two nodes would be left out."""
    for keys in find_connectors_merged(work.rows, work.same_m):
        rows = [work.rows.before("pipe", key) or {} for key in keys]
        message = tr(
            "{pipes} were not merged: {pipe} has no length; it joins {nodes}. Keep it, or delete it by "
            "itself."
        )
        nodes = listed(name for column in NODE_OF if (name := text(rows[0].get(column))) is not None)
        ids = [str(row.get("pipe_id")) for row in rows]
        work.refusals.append(message.format(pipes=listed(ids), pipe=ids[0], nodes=nodes))
        for key in keys:
            work.rows.take_back("pipe", key, _BACK)


def _side(piece: Piece, end: int) -> int:
    """Return which end of its own a piece has at an end of the merged line."""
    return end if piece.start_m < piece.end_m else 1 - end


def _seams(division: PipeDivision, sources: dict[int, Optional[Row]]) -> dict[str, Array]:
    """Return the nodes that pipes named where they met, and the places there."""
    seams: dict[str, Array] = {}
    for first, second in zip(division.pieces, division.pieces[1:]):
        for piece, end in ((first, END), (second, START)):
            name = text((sources[piece.key] or {}).get(NODE_OF[_side(piece, end)]))
            if name is not None:
                seams[name] = end_of(sources[piece.key], _side(piece, end))
    return seams


def _is_moved(work: SettlingWork, seams: dict[str, Array]) -> bool:
    """Return whether a node between pipes was moved away from there: who merges pipes moves none."""
    for key, node in work.rows.where("node", "node_id", seams).items():
        before, place = work.rows.before("node", key), seams[str(node["node_id"])]
        was_there = before is not None and apart_m(position_of(before), place) <= work.reach_m
        if was_there and apart_m(position_of(node), place) > work.reach_m:
            return True
    return False


def _obstacle(
    work: SettlingWork, sources: dict[int, Optional[Row]], seams: dict[str, Array]
) -> Optional[str]:
    """Return why pipes can't be one, None if they can."""
    ids = listed(str((row or {}).get("pipe_id")) for row in sources.values())
    for node in work.rows.where("node", "node_id", seams).values():
        is_there = apart_m(position_of(node), seams[str(node["node_id"])]) <= work.reach_m
        if is_there and node.get("kind") != JUNCTION:
            kind = work.kinds.codes.get(str(node.get("kind")))
            message = tr("{pipes} were not merged: {kind} {node} lies between them. Delete or move it first.")
            label = "" if kind is None else kind.label
            return message.format(pipes=ids, kind=label, node=node.get("node_id"))
    for name, ends in work.pipes_at(seams).items():
        others = [key for key, _end in ends if key not in sources]
        if others:
            message = tr("{pipes} were not merged: {other} joins them at {node}.")
            other = work.rows.must("pipe", others[0]).get("pipe_id")
            return message.format(pipes=ids, other=other, node=name)
    return None


def _settle_merge(work: SettlingWork, division: PipeDivision, sources: dict[int, Optional[Row]]) -> None:
    pieces = division.pieces
    values: dict[str, Any] = {}
    for end, piece in ((START, pieces[0]), (END, pieces[-1])):
        source, side = sources[piece.key] or {}, _side(piece, end)
        for columns in (NODE_OF, INVERT_OF, DEPTH_OF):
            values[columns[end]] = source.get(columns[side])
    values["pipe_id"] = _kept_id(work, division, sources)
    lengths = [_length(row, piece) for row, piece in zip(map(sources.get, (p.key for p in pieces)), pieces)]
    all_given = all((row or {}).get("length_source") == _GIVEN for row in sources.values())
    values["length_source"] = _GIVEN if all_given else "geometry"
    line = shape_of(work.rows.must("pipe", division.key))
    values["length_m"] = sum(lengths) if all_given else line.length
    values["estimated"] = _estimated(values, sources, pieces)
    work.rows.set("pipe", division.key, _WHY, **values)
    for row in sources.values():
        if row is not None:
            work.heirs[str(row.get("pipe_id"))] = [division.key]
            work.left_nodes.update({str(row[column]): None for column in NODE_OF if row.get(column)})
    work.merged.add(division.key)
    for end in (START, END):
        work.touched[division.key, end] = None


def _kept_id(work: SettlingWork, division: PipeDivision, sources: dict[int, Optional[Row]]) -> Any:
    """Return the id of the longest part; of parts of about one length that which the row has."""
    now = work.rows.must("pipe", division.key).get("pipe_id")
    lengths = {piece.key: abs(piece.end_m - piece.start_m) for piece in division.pieces}
    most = max(lengths.values()) - work.reach_m
    longest = [(sources[key] or {}).get("pipe_id") for key, length in lengths.items() if length >= most]
    return now if now in longest else longest[0]


def _length(row: Optional[Row], piece: Piece) -> float:
    length = (row or {}).get("length_m")
    return float(str(length)) if known(length) else abs(piece.end_m - piece.start_m)


def _estimated(
    values: dict[str, Any], sources: dict[int, Optional[Row]], pieces: tuple[Piece, ...]
) -> Optional[str]:
    """Return which levels that are left were filled in rather than measured, and what else was."""
    levels = {*INVERT_OF, *DEPTH_OF}
    words = {key: str((row or {}).get("estimated") or "").split(";") for key, row in sources.items()}
    words_left = [word for some in words.values() for word in some if word and word not in levels]
    # Of the ends that are left only: those between are none any more.
    for end, piece in ((START, pieces[0]), (END, pieces[-1])):
        for columns in (INVERT_OF, DEPTH_OF):
            if known(values[columns[end]]) and columns[_side(piece, end)] in words[piece.key]:
                words_left.append(columns[end])
    return ";".join(dict.fromkeys(words_left)) or None
