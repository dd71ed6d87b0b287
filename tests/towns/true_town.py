"""A town as it is: streets with pipes, valves, hydrants and failures, drawn by seed."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass, field
from typing import Any

Place = tuple[float, float]
ZH, EN = "zh", "en"

# Central meridians of zones of 3 degrees (CGCS2000) with the codes of the systems without a zone number.
_MERIDIANS = {111: 4546, 114: 4547, 117: 4548, 120: 4549}
_MATERIALS = (
    "ductile_iron",
    "cast_iron",
    "galvanized_steel",
    "steel",
    "pe",
    "pvc",
    "prestressed_concrete",
    "grp",
)
_MATERIALS_EN = ("cast_iron", "ductile_iron", "steel", "pvc", "pe", "asbestos_cement")
_BORES = (100, 150, 200, 300, 400, 600)
_KINDS = ("main_break", "main_leak", "joint", "third_party", "service")
_STREETS = "人民路 解放路 建设路 文昌街 环城东路 滨河路 中山路 和平巷 工业大道 学府路 新华路 长江路".split()
_STREETS_EN = "Main St,Oak Ave,Lake Rd,Mill St,Church St,Park Ave,River Rd,Hill St,Elm St,Union Blvd".split(
    ","
)


@dataclass
class Asset:
    """A pipe, node or failure: true values by field, and the vertices it is drawn through, m."""

    values: dict[str, Any]
    places: list[Place]


@dataclass
class TrueTown:
    """What is true of a town; ``epsg`` is the system of its places, without a zone number in the eastings."""

    seed: int
    language: str
    epsg: int
    pipes: list[Asset] = field(default_factory=list)
    valves: list[Asset] = field(default_factory=list)
    hydrants: list[Asset] = field(default_factory=list)
    failures: list[Asset] = field(default_factory=list)


def draw_town(
    seed: int, *, pipes: int = 120, failures: int = 40, valves: int = 24, hydrants: int = 12
) -> TrueTown:
    """Return the town of a seed; every fifth is an English one, the others lie in zones of China."""
    rng = random.Random(seed)
    language = EN if seed % 5 == 4 else ZH
    epsg = 26910 if language == EN else rng.choice(list(_MERIDIANS.values()))
    town = TrueTown(seed, language, epsg)
    east = rng.uniform(480_000, 560_000)
    # English towns lie in the third zone of California.
    north = rng.uniform(4_160_000, 4_200_000) if language == EN else rng.uniform(2_600_000, 3_900_000)
    _lay_pipes(town, rng, pipes, (round(east), round(north)))
    chosen = rng.sample(town.pipes, min(valves + hydrants, len(town.pipes)))
    for number, pipe in enumerate(chosen):
        (valves_of := town.valves if number < valves else town.hydrants).append(
            _node(rng, pipe, "valve" if number < valves else "hydrant", len(valves_of) + 1)
        )
    town.failures = [_failure(rng, rng.choice(town.pipes), number) for number in range(1, failures + 1)]
    return town


def _lay_pipes(town: TrueTown, rng: random.Random, count: int, origin: Place) -> None:
    """Lay pipes along the streets of a grid until there are enough."""
    side = int((count / 2) ** 0.5) + 2
    across = [origin[0]]
    up = [origin[1]]
    for _number in range(side + 1):
        across.append(across[-1] + rng.uniform(60, 130))
        up.append(up[-1] + rng.uniform(55, 110))
    spots = {
        (column, row): (
            round(across[column] + rng.uniform(-8, 8), 3),
            round(up[row] + rng.uniform(-8, 8), 3),
        )
        for column in range(side + 1)
        for row in range(side + 1)
    }
    names = _STREETS_EN if town.language == EN else _STREETS
    materials = _MATERIALS_EN if town.language == EN else _MATERIALS
    edges = [((c, r), (c + 1, r)) for r in range(side) for c in range(side)]
    edges += [((c, r), (c, r + 1)) for r in range(side) for c in range(side)]
    edges.sort()
    for number, (one, other) in enumerate(edges[:count], start=1):
        places = [spots[one], spots[other]]
        if rng.random() < 0.3:
            middle = [(places[0][axis] + places[1][axis]) / 2 + rng.uniform(-3, 3) for axis in (0, 1)]
            places.insert(1, (round(middle[0], 3), round(middle[1], 3)))
        drawn = sum(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in zip(places, places[1:]))
        is_along = one[1] == other[1]
        values = {
            "pipe_id": f"GS{number:05d}" if town.language == ZH else f"WM-{number:05d}",
            "material": rng.choice(materials),
            "diameter_mm": float(rng.choice(_BORES)),
            "install_year": rng.randint(1958, 2020),
            "length_m": round(drawn * rng.uniform(0.99, 1.02), 2),
            "street": names[(one[1] if is_along else side + one[0]) % len(names)],
            "status": "in_use" if rng.random() < 0.95 else "abandoned",
            "from_node": "J{:02d}{:02d}".format(*one),
            "to_node": "J{:02d}{:02d}".format(*other),
            "depth_start_m": round(rng.uniform(0.8, 2.2), 2),
            "system": "potable",
        }
        town.pipes.append(Asset(values, places))


def _between(pipe: Asset, share: float) -> Place:
    """Return a place on the first stretch of a pipe."""
    a, b = pipe.places[:2]
    return tuple(round(a[axis] + (b[axis] - a[axis]) * share, 3) for axis in (0, 1))  # type: ignore[return-value]


def _node(rng: random.Random, pipe: Asset, kind: str, number: int) -> Asset:
    values = {
        "node_id": f"{'F' if kind == 'valve' else 'XH'}{number:04d}",
        "kind": kind,
        "diameter_mm": pipe.values["diameter_mm"] if kind == "valve" else float(rng.choice((100, 150))),
        "install_year": rng.randint(1985, 2020),
        "street": pipe.values["street"],
        "status": "in_use",
        "system": "potable",
    }
    if kind == "valve":
        values["valve_state"] = "open" if rng.random() < 0.85 else "closed"
    return Asset(values, [_between(pipe, 0.1 if kind == "valve" else 0.6)])


def _failure(rng: random.Random, pipe: Asset, number: int) -> Asset:
    day = datetime.date(2012, 1, 1) + datetime.timedelta(days=rng.randrange(11 * 365))
    x, y = _between(pipe, rng.uniform(0.1, 0.9))
    values = {
        "failure_id": f"WX{day.year}{number:04d}",
        "date": day.isoformat(),
        "kind": rng.choice(_KINDS),
        "street": pipe.values["street"],
        "reported_pipe_id": pipe.values["pipe_id"],
        "reported_diameter_mm": pipe.values["diameter_mm"],
        "reported_material": pipe.values["material"],
    }
    # Crews stand a metre or two off the pipe.
    return Asset(values, [(round(x + rng.uniform(-1.5, 1.5), 2), round(y + rng.uniform(-1.5, 1.5), 2))])
