"""Houses, shops and families of the old centre."""

from __future__ import annotations

from typing import Any

from .layout import BLOCKS, ESTATES, LANES, STREETS
from .plane import Point, at, beside, bilinear, distance, length, nearest
from .rand import Dice
from .site import Streets, house
from .town import Town

OLD_BLOCKS = ("O1", "O2", "P1", "P2")


def build(town: Town, streets: Streets, seed: int) -> None:
    """Draw the houses along lanes and old streets, with their shops and families as customers."""
    dice = Dice(seed, "old centre")
    estates = [e.quad for e in ESTATES if e.block in OLD_BLOCKS]
    lines = [(lane.name, lane.line, 2.8) for lane in LANES]
    for key, half in (("C3-C4", 12.0), ("C4-C5", 12.0), ("B4-C4", 9.0), ("C4-D4", 9.0)):
        lines.append((key, STREETS[key].line, half))
    blocked = [(line, half) for _, line, half in lines]
    for name, line, half in lines:
        total = length(line)
        for i in range(int((total - 14.0) / 12.5)):
            for side in (-1, 1):
                if dice.happens(0.10):
                    continue
                s = 13.0 + i * 12.5
                deep = dice.between(4.8, 6.4)
                centre = beside(line, s, side * (half + 1.2 + deep))
                if any(_within(q, centre, 6.0) for q in estates):
                    continue
                if any(
                    other is not line and nearest(other, centre)[1] < width + deep + 1.0
                    for other, width in blocked
                ):
                    continue
                a, b = at(line, s - 0.5), at(line, s + 0.5)
                house(town, centre, (b[0] - a[0], b[1] - a[1]), dice.between(4.6, 6.1), deep, "old")
                if dice.happens(0.55):
                    _old_customer(town, streets, name, centre, dice)


def back_houses(town: Town, seed: int) -> None:
    """Fill what is left of the old blocks with houses that no street serves by itself."""
    dice = Dice(seed, "back houses")
    estates = [e.quad for e in ESTATES if e.block in OLD_BLOCKS]
    lanes = [lane.line for lane in LANES]
    taken = [_middle(row["ring"]) for row in town.base["buildings"]]
    for name in OLD_BLOCKS:
        quad = BLOCKS[name].quad
        columns, rows = int(distance(quad[0], quad[1]) / 13.0), int(distance(quad[0], quad[3]) / 13.0)
        for i in range(columns * rows):
            u = (i % columns + 0.5 + dice.between(-0.1, 0.1)) / columns
            v = (i // columns + 0.5 + dice.between(-0.1, 0.1)) / rows
            half_a, half_b, gone = dice.between(4.2, 5.4), dice.between(3.8, 5.2), dice.happens(0.12)
            centre = bilinear(quad, u, v)
            if gone or any(_within(estate, centre, 7.5) for estate in estates):
                continue
            if any(nearest(line, centre)[1] < 10.5 for line in lanes):
                continue
            if any(distance(centre, other) < 12.2 for other in taken):
                continue
            taken.append(centre)
            along = _unit(quad[0], quad[1])
            house(town, centre, along, half_a, half_b, "old")


def _middle(ring: list[Point]) -> Point:
    corners = ring[:-1]
    return sum(p[0] for p in corners) / len(corners), sum(p[1] for p in corners) / len(corners)


def _unit(a: Point, b: Point) -> Point:
    step = distance(a, b)
    return (b[0] - a[0]) / step, (b[1] - a[1]) / step


def _within(quad: tuple[Point, Point, Point, Point], point: Point, margin: float) -> bool:
    for a, b in zip(quad, quad[1:] + quad[:1]):
        step = distance(a, b)
        if ((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])) / step < -margin:
            return False
    return True


def _old_customer(town: Town, streets: Streets, name: str, place: Point, dice: Dice) -> None:
    """Note a customer; its pipe is found when the pipes are laid."""
    shop = dice.happens(0.25)
    town.customers.append(
        {
            "customer_id": town.number("YH-", 5),
            "name": f"{streets.water[name].attributes['street']}{town.number(name, 1)[len(name) :]}号",
            "run": name,
            "kind": "non_domestic" if shop else "domestic",
            "households": None if shop else dice.whole(1, 6),
            "demand_m3d": round(dice.between(0.6, 3.5), 1),
            "critical": "no",
            "xy": place,
        }
    )


def link_customers(town: Town) -> None:
    """Name the pipe in front of each customer of the old centre."""
    by_street: dict[str, list[dict[str, Any]]] = {}
    for pipe in town.pipes_of("potable"):
        if pipe.get("function") == "distribution" and pipe["status"] == "in_use":
            by_street.setdefault(pipe["street"], []).append(pipe)
    streets_of = {"C3-C4": "中山路", "C4-C5": "中山路", "B4-C4": "解放路", "C4-D4": "解放路"}
    for row in town.customers:
        if "run" in row:
            name = row.pop("run")
            pipes = by_street[streets_of.get(name, name)]
            row["pipe_id"] = min((nearest(p["line"], row["xy"])[1], p["pipe_id"]) for p in pipes)[1]
