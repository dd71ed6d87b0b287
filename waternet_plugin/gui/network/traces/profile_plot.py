"""The plot of a long profile: ground, pipe, water, nodes and crossings, gaps where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import BAD, BLUE, DIM, GREY, GROUND, NOTE, PALE, SOIL, TEXT
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.plots.plot import MOST_TICKS, Plot
from waternet_plugin.gui.widgets import amounts
from waternet_plugin.gui.widgets.grade_colours import colour_of

if TYPE_CHECKING:
    from waternet_plugin.gui.network.traces.trace_answer import ProfileAnswer

_CONFLICT = BAD
# A run of pipes shorter than this share of the way has no room for its size.
_LABEL_SHARE = 0.09
# Crossings are at least so wide that they are seen, as a share of the way.
_LEAST_SHARE = 0.004
_MOST_NAMES = 14
# So near to one another, as a share of the section, labels of defects would print over one another; they
# stand on so many levels then, points apart, and those beyond share the uppermost.
_LABEL_SHARE, _LABEL_LEVELS, _LABEL_PT = 0.02, 3, 24
# The height of ticks of defects as a share of the levels'.
_TICK_SHARE = 0.06


@dataclass
class Frame:
    """Where the axes lie in the last drawing, in shares of its size, and what they span."""

    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    span: tuple[float, float] = (0.0, 1.0)
    levels: tuple[float, float] = (0.0, 1.0)
    axes: Any = field(default=None, repr=False)

    def settle(self) -> None:
        """Note where the axes lie, once the drawing is laid out."""
        place = self.axes.get_position()
        self.box = (place.x0, place.y0, place.x1, place.y1)
        self.span, self.levels = self.axes.get_xlim(), self.axes.get_ylim()
        self.axes = None

    def chainage(self, share: float) -> float | None:
        """Return the chainage at a share of the drawing's width, None beside the axes."""
        left, _bottom, right, _top = self.box
        if not left <= share <= right or right <= left:
            return None
        return self.span[0] + (share - left) / (right - left) * (self.span[1] - self.span[0])


def title_of(answer: ProfileAnswer) -> str:
    """Return what the profile shows, as a sentence."""
    import numpy as np

    levels = answer.profile.points["invert_m"].to_numpy(dtype=float)
    known = levels[np.isfinite(levels)]
    length = amounts.length(answer.profile.length_m)
    if not len(known):
        return tr("{name}: {length}, no level is known").format(name=answer.name, length=length)
    change = amounts.number(abs(float(known[-1] - known[0])), 2)
    if known[-1] <= known[0]:
        sentence = tr("{name}: {length}, falls {change} m")
    else:
        sentence = tr("{name}: {length}, rises {change} m")
    text = sentence.format(name=answer.name, length=length, change=change)
    if answer.profile.gaps_m > 0:
        gaps = tr("levels unknown on {length}").format(length=amounts.length(answer.profile.gaps_m))
        return tr("{first}, {second}").format(first=text, second=gaps)
    return text


def profile_plot(answer: ProfileAnswer, *, network: str, frame: Frame | None = None) -> Plot:
    """Return the plot of a long profile.

    Parameters
    ----------
    answer
        The profile with its pipes.
    network
        Name of the network, for the source.
    frame
        Is told where the axes lie.
    """
    from waternet_plugin.core.frames import records

    points = answer.profile.points
    columns = ["chainage_m", "pipe_id", "node_id", "ground_m", "invert_m", "crown_m", "depth_m"]
    if answer.water:
        points = points.assign(water_m=answer.water)
        columns.append("water_m")
    rows = tuple(tuple(row[name] for name in columns) for row in records(points))

    def draw(axes: Any) -> None:
        _draw(axes, answer)
        if frame is not None:
            frame.axes = axes

    return Plot(
        name="profile",
        title=title_of(answer),
        source=tr("Source: {network}").format(network=network),
        columns=tuple(columns),
        rows=rows,
        draw=draw,
    )


def _draw(axes: Any, answer: ProfileAnswer) -> None:
    import numpy as np

    points = answer.profile.points
    chainage = points["chainage_m"].to_numpy(dtype=float)
    ground = points["ground_m"].to_numpy(dtype=float)
    invert, crown = points["invert_m"].to_numpy(dtype=float), points["crown_m"].to_numpy(dtype=float)
    length = max(answer.profile.length_m, 1e-3)
    low, high = _limits(points, answer)
    axes.set_xlim(0.0, length)
    axes.set_ylim(low, high)
    axes.fill_between(chainage, low, ground, color=SOIL, linewidth=0, zorder=0.5)
    axes.plot(chainage, ground, color=GROUND, linewidth=1.4, zorder=3)
    look = Look("screen", "en")
    for number, pipe in enumerate(answer.pipes):
        ends = slice(2 * number, 2 * number + 2)
        x, bottom, top = chainage[ends], invert[ends], crown[ends]
        colour = look.colour(f"system.{pipe['system']}") if pipe["system"] else GREY
        if np.isfinite(bottom).all():
            top = np.where(np.isfinite(top), top, bottom)
            axes.fill_between(x, bottom, top, color=colour, alpha=0.35, linewidth=0, zorder=2)
            axes.plot(x, bottom, color=colour, linewidth=1.8, zorder=4)
            axes.plot(x, top, color=colour, linewidth=0.8, zorder=4)
        else:
            axes.axvspan(x[0], x[1], facecolor="none", edgecolor=PALE, hatch="////", linewidth=0, zorder=1)
            if x[1] - x[0] > _LABEL_SHARE * length:
                axes.text(
                    x.mean(), (low + high) / 2, tr("level unknown"), ha="center", va="center", fontsize=7,
                    color=NOTE, backgroundcolor="white",
                )  # fmt: skip
    if answer.water:
        axes.plot(chainage, answer.water, color=BLUE, linewidth=1.4, linestyle="--", zorder=5)
    _draw_nodes(axes, points, length)
    _draw_crossings(axes, answer.profile.crossings, length, high - low)
    _draw_defects(axes, answer, high - low)
    _draw_sizes(axes, answer, length, high - low)
    axes.set_xlabel(tr("Chainage, m"))
    axes.set_ylabel(tr("Level, m"))
    axes.locator_params(axis="x", nbins=MOST_TICKS + 2)
    axes.locator_params(axis="y", nbins=MOST_TICKS)
    axes.xaxis.set_major_formatter(lambda value, _place: amounts.number(value))
    axes.grid(visible=True, axis="y", zorder=0)


def _limits(points: Any, answer: ProfileAnswer) -> tuple[float, float]:
    """Return from where to where the levels reach; crossings far away do not squeeze the pipe."""
    import numpy as np

    levels = np.append(points[["ground_m", "invert_m", "crown_m"]].to_numpy(dtype=float), answer.water)
    near = answer.profile.crossings[["bottom_m", "top_m"]].to_numpy(dtype=float)
    known = levels[np.isfinite(levels)]
    if not len(known):
        known = near[np.isfinite(near)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    room = max(high - low, 0.5)
    return low - 0.2 * room, high + 0.16 * room


def _draw_nodes(axes: Any, points: Any, length: float) -> None:
    """Draw nodes as uprights from invert to ground, named where there is room."""
    import numpy as np

    from waternet_plugin.core.frames import records

    shown: dict[float, tuple[str, float, float]] = {}
    for row in records(points):
        if row["node_id"] and np.isfinite(row["ground_m"]) and np.isfinite(row["invert_m"]):
            at = round(row["chainage_m"], 3)
            low = min(row["invert_m"], shown.get(at, ("", 0.0, np.inf))[2])
            shown[at] = (str(row["node_id"]), row["ground_m"], low)
    last = -np.inf
    step = length / _MOST_NAMES
    for at, (name, high, low) in sorted(shown.items()):
        axes.plot([at, at], [low, high], color=DIM, linewidth=0.7, zorder=2.5)
        if at - last >= step and at <= length - step / 3:
            axes.annotate(
                name, (at, high), xytext=(1, 3), textcoords="offset points", rotation=35, fontsize=6,
                color=NOTE, ha="left", va="bottom", annotation_clip=False,
            )  # fmt: skip
            last = at


def _draw_crossings(axes: Any, crossings: Any, length: float, height: float) -> None:
    """Draw what crosses the way; conflicts are red, those of unknown level stand at the foot with a mark."""
    import numpy as np
    from matplotlib.patches import Ellipse

    from waternet_plugin.core.frames import records

    look = Look("screen", "en")
    foot = axes.get_ylim()[0]
    for row in records(crossings):
        colour = look.colour(f"system.{row['system']}") if row["system"] else GREY
        at = row["chainage_m"]
        if not (np.isfinite(row["bottom_m"]) and np.isfinite(row["top_m"])):
            axes.plot([at], [foot + 0.03 * height], marker="$?$", color=colour, markersize=5, zorder=6)
            continue
        middle, high = (row["top_m"] + row["bottom_m"]) / 2, row["top_m"] - row["bottom_m"]
        wide = max(high, _LEAST_SHARE * length)
        conflict = row["clearance_m"] < 0
        axes.add_patch(
            Ellipse(
                (at, middle), 2 * wide, max(high, 0.02 * height), facecolor="white",
                edgecolor=_CONFLICT if conflict else colour, linewidth=1.8 if conflict else 1.2, zorder=6,
            )
        )  # fmt: skip


def _draw_defects(axes: Any, answer: ProfileAnswer, height: float) -> None:
    """Draw defects as ticks on the crown with code and grade; where no level is known, at half height."""
    import numpy as np

    points = answer.profile.points
    chainage, crown = points["chainage_m"].to_numpy(dtype=float), points["crown_m"].to_numpy(dtype=float)
    middle = sum(axes.get_ylim()) / 2
    near_m = _LABEL_SHARE * float(np.ptp(chainage)) if len(chainage) else 0.0
    defects = sorted(answer.defects, key=lambda defect: defect[0])
    for at, _code, grade in defects:
        foot = _foot(at, chainage, crown, middle)
        axes.plot(
            [at, at], [foot, foot + _TICK_SHARE * height], color=colour_of(grade), linewidth=2.0, zorder=6.5
        )
    texts = [(at, code if grade is None else f"{code} {grade}") for at, code, grade in defects]
    for at, level, text in spread_labels(texts, near_m):
        foot = _foot(at, chainage, crown, middle)
        axes.annotate(
            text, (at, foot + _TICK_SHARE * height), xytext=(0, 2 + level * _LABEL_PT),
            textcoords="offset points", rotation=90, fontsize=6, color=TEXT, ha="center", va="bottom",
            zorder=7,
        )  # fmt: skip


def _foot(at: float, chainage: Any, crown: Any, middle: float) -> float:
    """Return the crown at a chainage, the middle of the levels where it is not known."""
    import numpy as np

    place = min(max(int(np.searchsorted(chainage, at)), 1), len(chainage) - 1)
    foot = float(np.interp(at, chainage[place - 1 : place + 1], crown[place - 1 : place + 1]))
    return foot if np.isfinite(foot) else middle


def spread_labels(labels: Sequence[tuple[float, str]], near_m: float) -> list[tuple[float, int, str]]:
    """Return labels of places along a way so that none prints over another: place, level, text.

    Parameters
    ----------
    labels
        Place, m, and text, in the order of the places.
    near_m
        So near to one another two of one level would overlap.
    """
    found: list[tuple[float, int, str]] = []
    last = [float("-inf")] * _LABEL_LEVELS
    top = -1
    for at, text in labels:
        level = next((one for one in range(_LABEL_LEVELS) if at - last[one] >= near_m), None)
        if level is None:
            before = found[top]
            found[top] = (*before[:2], f"{before[2]}, {text}")
            continue
        last[level] = at
        if level == _LABEL_LEVELS - 1:
            top = len(found)
        found.append((at, level, text))
    return found


def _draw_sizes(axes: Any, answer: ProfileAnswer, length: float, height: float) -> None:
    """Write size and slope below each run of like pipes that is long enough."""
    import numpy as np

    from waternet_plugin.core.exchange.drawings.long_section import size_text

    invert = answer.profile.points["invert_m"].to_numpy(dtype=float)
    runs: list[list[Any]] = []
    for number, pipe in enumerate(answer.pipes):
        text, ends = size_text(pipe), invert[2 * number : 2 * number + 2]
        if not text or not np.isfinite(ends).all():
            runs.append(["", 0.0, 0.0, 0.0, 0.0, 0.0])
            continue
        if not runs or runs[-1][0] != text:
            runs.append([text, pipe["from_m"], 0.0, ends[0], 0.0, 0.0])
        runs[-1][2], runs[-1][4] = pipe["to_m"], ends[1]
        # Drops in manholes are not slopes of pipes.
        runs[-1][5] += ends[0] - ends[1]
    for text, first, last, begin, end, fall in runs:
        if not text or last - first < _LABEL_SHARE * length:
            continue
        label = f"{text}  {amounts.number(1000 * fall / (last - first), 1)} ‰"
        middle = (begin + end) / 2
        axes.text(
            (first + last) / 2, middle - 0.045 * height, label, ha="center", va="top", fontsize=7, color=TEXT,
            zorder=7,
        )  # fmt: skip
