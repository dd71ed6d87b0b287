"""The data doctor: what is wrong with whole columns, files and units, found before anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.spatial import cKDTree

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.frames import BadText, UnreadableValue
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.network.model import findings as reasons
from waternet_plugin.core.network.model.network_frame import END, START
from waternet_plugin.core.network.model.opposite_ends import lie_opposite
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.quality.checks.levels.unknown import LEVEL_COLUMNS
from waternet_plugin.core.quality.context.check_context import Check, CheckContext, end_name
from waternet_plugin.core.quality.context.joints import joints_of
from waternet_plugin.core.quality.context.rule_findings import RuleFindings, summary
from waternet_plugin.core.schema.flow import REVERSE
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.core.units import FOOT_M

_NUMBERS = {
    "pipe": (
        "diameter_mm",
        "width_mm",
        "height_mm",
        "install_year",
        "invert_start_m",
        "invert_end_m",
        "depth_start_m",
        "depth_end_m",
        "pressure_mpa",
    ),
    "node": ("ground_m", "depth_m", "install_year", "diameter_mm", "tank_volume_m3", "turns"),
}
_EXAMPLES = 3
# So many times better exchanged levels have to fit the drains beside than the levels as they are.
_CLEARLY = 2.0
_SCIENTIFIC = re.compile(r"\d+((\.\d+)?[eE][+-]?\d+|\.0+)")
_TEXTS = ("street", "owner", "operator", "note")
# Signs that Chinese words turn into when GBK is read as Latin or UTF-8 as GBK.
_GARBLED = re.compile("\ufffd|锟斤拷|[ÃÂ][\u0080-\u00bf]|[\u00c0-\u00ff]{4,}")


def sentinels(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield numbers that stand for unknown: on the list, several times, and far from all others."""
    numbers = np.array([float(word) for word in subject.words("sentinels")])
    keys = ("network.unknown_numbers", "network.doubtful_levels")
    judged_beside = [float(word) for key in keys for word in subject.settings.words(key)]
    for name, columns in _NUMBERS.items():
        rows = subject.rows(name)
        for column in columns:
            if not rows.has(column):
                continue
            value = rows.number(column)
            known = value[np.isfinite(value)]
            own = judged_beside if column in LEVEL_COLUMNS else numbers[:0]
            for number in numbers[~np.isin(numbers, own)]:
                same = known == number
                if not same.any():
                    continue
                others = known[~same]
                if same.sum() < subject.settings.integer("quality.sentinel_count") or not len(others):
                    continue
                low, high = np.percentile(others, [1, 99])
                spread = max(high - low, abs(high) * 0.05, 1e-9)
                if low - spread <= number <= high + spread:
                    continue
                where = np.flatnonzero(value == number)
                names = sorted(rows.ids[where].astype(str))[:_EXAMPLES]
                yield summary(
                    "doctor_sentinel",
                    part=f"{name}.{column}={number:g}",
                    field=rows.table.field(column).label,
                    table=rows.table.label,
                    value=f"{number:g}",
                    count=int(same.sum()),
                    examples=listed(names),
                )


def placeholder_years(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield years that are written far more often than the years beside them."""
    for name in ("pipe", "node"):
        rows = subject.rows(name)
        year = rows.number("install_year")
        known = year[np.isfinite(year)].astype(np.int64)
        if not len(known):
            continue
        for wanted in (int(word) for word in subject.words("placeholder_years")):
            many = int((known == wanted).sum())
            beside = [(known == wanted + step).sum() for step in (-2, -1, 1, 2)]
            most = int(max(beside))
            if (
                many < subject.real("placeholder_share") * len(known)
                or many < subject.real("placeholder_times") * max(most, 1)
                # A town of one year has years beside it nowhere; only a spike among others is odd.
                or many > 0.9 * len(known)
                or many < _EXAMPLES
            ):
                continue
            yield summary(
                "doctor_placeholder_year",
                part=f"{name}.install_year={wanted}",
                field=rows.table.field("install_year").label,
                value=wanted,
                count=many,
                of=len(known),
                share=100 * many / len(known),
                beside=most,
            )


def units(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield columns whose numbers are those of another unit."""
    pipes, fewest = subject.pipes, subject.settings.integer("quality.doctor_values")
    given = pipes.among("length_source", ("given",)) & (subject.drawn_m > 1.0)
    ratio = (pipes.number("length_m") / np.where(given, subject.drawn_m, np.nan))[given]
    ratio = ratio[np.isfinite(ratio)]
    if len(ratio) >= fewest:
        middle = float(np.median(ratio))
        for factor, word in (
            (1.0 / FOOT_M, tr("feet")),
            (1000.0, tr("millimetres")),
            (0.001, tr("kilometres")),
            (FOOT_M, tr("feet on the map")),
        ):
            if abs(middle / factor - 1) < 0.1:
                yield summary(
                    "doctor_length_unit", part="pipe.length_m", ratio=middle, count=len(ratio), unit=word
                )
    size = pipes.number("diameter_mm")
    size = size[np.isfinite(size)]
    if len(size) >= fewest:
        middle = float(np.median(size))
        word = tr("metres") if middle < 3 else tr("inches") if middle <= 14 else ""
        if word:
            yield summary("doctor_diameter_unit", part="pipe.diameter_mm", value=middle, unit=word)
    depth = np.concatenate([pipes.number("depth_start_m"), pipes.number("depth_end_m")])
    depth = depth[np.isfinite(depth)]
    if len(depth) >= fewest and np.median(depth) > 30:
        middle = float(np.median(depth))
        word = tr("millimetres") if middle > 500 else tr("centimetres")
        yield summary("doctor_depth_unit", part="pipe.depth_m", value=middle, unit=word)


def ids_against_coordinates(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield ends far from the node they name, ids exchanged, and ids of nodes that are not there."""
    pipes, nodes = subject.pipes, subject.nodes
    named = subject.named
    notes = subject.connected.findings
    both = np.flatnonzero((named >= 0).all(axis=1) & (named[:, START] != named[:, END]))
    here = subject.ends[both, :, :2]
    there = nodes.xy[named[both]]
    swapped = lie_opposite(here, there) & subject.live[both]
    both, here, there = both[swapped], here[swapped, START], there[swapped]
    own, other = (np.hypot(*(here - there[:, end]).T) for end in (START, END))
    yield pipes.found("swapped_nodes", both, start=own, other=other)
    far = notes.of(reasons.FAR_FROM_NODE)
    far = far.take(subject.live[far.pipe] & (far.node >= 0))
    yield pipes.found(
        "id_far_from_end",
        far.pipe,
        xy=np.column_stack([far.x_m, far.y_m]),
        part=np.where(far.end == START, "start", "end").astype(object),
        with_assets={"node": nodes.ids[far.node] if len(far) else np.empty(0, dtype=object)},
        distance=far.distance_m,
    )
    lost = notes.of(reasons.UNKNOWN_NODE)
    lost = lost.take(subject.live[lost.pipe])
    names = np.stack([pipes.text(name)[lost.pipe] for name in ("from_node", "to_node")])
    yield pipes.found(
        "unknown_node_id",
        lost.pipe,
        xy=np.column_stack([lost.x_m, lost.y_m]),
        part=np.where(lost.end == START, "start", "end").astype(object),
        value=names[lost.end, np.arange(len(lost))],
        end=end_name(lost.end),
    )


def chains(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield chains of ends wider than the tolerance, which were not merged."""
    notes = subject.connected.findings.of(reasons.CHAIN)
    notes = notes.take(notes.pipe >= 0)
    notes = notes.take(subject.live[notes.pipe])
    groups = np.unique(notes.group)
    members, place, width = [], [], []
    for number in groups.tolist():
        mine = notes.take(notes.group == number)
        members.append(np.unique(subject.pipes.ids[mine.pipe].astype(str)).astype(object))
        place.append((mine.x_m.mean(), mine.y_m.mean()))
        width.append(float(np.hypot(np.ptp(mine.x_m), np.ptp(mine.y_m))))
    where = np.array(place, dtype=float).reshape(-1, 2)
    found = RuleFindings(
        "wide_cluster",
        {"pipe": np.array([names[0] for names in members], dtype=object)},
        where[:, 0],
        where[:, 1],
        {"count": np.array([len(names) for names in members]), "distance": np.array(width)},
        None,
        members,
    )
    yield found


def outliers(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield pipes far from all others."""
    pipes = subject.pipes
    rows = np.flatnonzero(subject.live & np.isfinite(pipes.xy).all(axis=1))
    if len(rows) < 10:
        return
    reach = subject.real("far_m")
    # Joined in steps of the reach over coarse cells: what is a cell apart belongs together.
    column, row = np.floor(pipes.xy[rows] / reach).astype(np.int64).T
    row -= row.min()
    wide = np.int64(row.max() + 1)
    keys, cell_of = np.unique(column * wide + row, return_inverse=True)
    cell_of = cell_of.reshape(-1)
    cells = np.column_stack([keys // wide, keys % wide])
    pairs = cKDTree(cells).query_pairs(1.5, output_type="ndarray")
    _count, label = labels(len(cells), pairs[:, 0], pairs[:, 1])
    main = int(np.bincount(label[cell_of]).argmax())
    away = rows[label[cell_of] != main]
    if not len(away) or len(away) > 0.05 * len(rows):
        return
    inside = rows[label[cell_of] == main]
    distance = cKDTree(pipes.xy[inside]).query(pipes.xy[away])[0]
    yield pipes.found("far_from_network", away, distance=distance)


def texts(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield words read in the wrong encoding, and ids that a spreadsheet rewrote."""
    pipes = subject.pipes
    for column in _TEXTS:
        if not pipes.has(column):
            continue
        numbers, words = pipes.codes(column)
        bad = np.array([bool(_GARBLED.search(str(word))) for word in words] + [False], dtype=bool)
        mask = bad[numbers]
        many = int(mask.sum())
        yield pipes.found(
            "damaged_text",
            mask,
            part=np.full(many, column, dtype=object),
            field=np.full(many, pipes.table.field(column).label, dtype=object),
            value=pipes.text(column)[mask],
        )
    ids = pipes.ids
    # Looked at closely only where a few of them look wrong.
    suspect = np.array(
        [
            name != name.strip() or (name[:1].isdigit() and bool(_SCIENTIFIC.fullmatch(name)))
            for name in map(str, ids)
        ],
        dtype=bool,
    )
    yield pipes.found("damaged_id", suspect)


def _exchanged(value: Array, target: Array, live: Array, slack: float) -> Array:
    """Return the rows in use whose two values differ and fit their targets only the other way round."""
    with np.errstate(invalid="ignore"):
        differ = live & (np.abs(value[:, START] - value[:, END]) > 2 * slack)
    rows = np.flatnonzero(differ & np.isfinite(target[:, START]) & np.isfinite(target[:, END]))
    value, target = value[rows], target[rows]
    turned = np.abs(value[:, ::-1] - target).max(axis=1) <= slack
    straight = np.abs(value - target).max(axis=1) <= 2 * slack
    return np.asarray(rows[turned & ~straight])


def _rising_alone(subject: CheckContext, inverts: Array) -> Array:
    """Return the drains that rise along their recorded flow, while the drains beside fit them exchanged."""
    flow = subject.once(pipe_flow)
    with np.errstate(invalid="ignore"):
        rise = np.where(flow.sense == REVERSE, -1.0, 1.0) * (inverts[:, END] - inverts[:, START])
        mask = flow.recorded & flow.one_way & (rise > subject.real("adverse_rise_m"))
    mask &= subject.live & subject.is_gravity
    if not mask.any():
        return np.empty(0, dtype=np.int64)
    joints = joints_of(subject, subject.is_gravity)
    joints = joints.take(mask[joints.pipe])
    beside = inverts[joints.other, joints.other_end]
    nearest = np.full((2, len(inverts), 2), np.inf)
    for turned in (0, 1):
        own = inverts[joints.pipe, joints.end ^ turned]
        np.fmin.at(nearest[turned], (joints.pipe, joints.end), np.abs(own - beside))
    straight, exchanged = nearest.sum(axis=2)
    with np.errstate(invalid="ignore"):
        clear = np.isfinite(straight) & (_CLEARLY * exchanged < straight)
    return np.asarray(np.flatnonzero(mask & clear))


def exchanged_heights(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield inverts and depths that fit what else is known the other way round."""
    pipes, nodes = subject.pipes, subject.nodes
    slack = subject.real("height_agree_m")
    inverts = np.column_stack([pipes.number("invert_start_m"), pipes.number("invert_end_m")])
    if not np.isfinite(inverts).any():
        return
    depths = np.column_stack([pipes.number("depth_start_m"), pipes.number("depth_end_m")])
    floor = subject.ends[:, :, 2] - subject.radius_m[:, None]
    rows = np.union1d(_exchanged(inverts, floor, subject.live, slack), _rising_alone(subject, inverts))
    yield pipes.found("swapped_inverts", rows, start=inverts[rows, START], end_value=inverts[rows, END])
    asset = np.where(subject.vertex < len(nodes), subject.vertex, -1)
    ground = np.append(nodes.number("ground_m"), np.nan)[asset]
    rows = _exchanged(depths, ground - inverts, subject.live, slack)
    yield pipes.found("swapped_depths", rows, start=depths[rows, START], end_value=depths[rows, END])


def encodings(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield columns in which texts are not UTF-8."""
    yield from _by_column("doctor_encoding", subject.bad_texts)


def unreadable_values(subject: CheckContext) -> Iterator[RuleFindings]:
    """Yield columns in which values are not of the column's type."""
    yield from _by_column("doctor_unreadable", subject.unreadable)


def _by_column(rule: str, values: Sequence[BadText | UnreadableValue]) -> Iterator[RuleFindings]:
    """Yield a finding for each column, with the first of its rows."""
    columns: dict[tuple[str, str], list[BadText | UnreadableValue]] = grouped(
        ((one.table, one.field), one) for one in values
    )
    for (name, field), several in columns.items():
        first = several[0]
        described = table(name)
        yield summary(
            rule,
            part=f"{name}.{field}",
            table=described.label,
            field=described.label_of(field),
            count=len(several),
            row=first.row,
            text=first.text,
        )


CHECKS = (
    Check(("doctor_sentinel",), sentinels),
    Check(("doctor_placeholder_year",), placeholder_years),
    Check(("doctor_length_unit", "doctor_diameter_unit", "doctor_depth_unit"), units),
    Check(("swapped_nodes", "id_far_from_end", "unknown_node_id"), ids_against_coordinates),
    Check(("swapped_inverts", "swapped_depths"), exchanged_heights),
    Check(("far_from_network",), outliers),
    Check(("damaged_text", "damaged_id"), texts),
    Check(("doctor_encoding",), encodings),
    Check(("doctor_unreadable",), unreadable_values),
    Check(("wide_cluster",), chains),
)
