"""What happened in the town: failures by a stated rate model, CCTV, the flow of the DMA."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from .layout import river_y
from .plane import at, beside, length, mm
from .rand import Dice
from .town import Row, Town

FIRST_YEAR, LAST_YEAR = 2001, 2025
SUPPLY = ("raw_water", "potable", "reclaimed", "fire")

# The rate model (README): failures per 100 km and year of a DN 150 pipe in medium soil at the reference age.
BASE_RATE = {
    "cast_iron": 130.0, "galvanized_steel": 85.0, "asbestos_cement": 90.0, "prestressed_concrete": 60.0,
    "steel": 32.0,
    "pvc": 24.0, "pe": 12.0, "ductile_iron": 11.0, "pccp": 4.0, "stainless_steel": 4.0,
    "reinforced_concrete": 4.0,
}  # fmt: skip
# Exponent of age and the age at which the base rate holds.
AGEING = {"cast_iron": (0.3, 45.0), "galvanized_steel": (0.5, 25.0)}
AGEING_OTHERS = (1.2, 35.0)
SIZE_EXPONENT = -0.55
SOIL_FACTOR = {"low": 0.7, "medium": 1.0, "high": 1.6}
KINDS = (
    ("main_break", 0.34),
    ("main_leak", 0.34),
    ("joint", 0.20),
    ("service", 0.03),
    ("valve_hydrant", 0.04),
    ("third_party", 0.05),
)
CAUSES = {
    "main_break": ("管道老化", "路面沉降", "低温冻裂", "压力波动"), "main_leak": ("腐蚀穿孔", "管道老化"),
    "joint": ("接口脱开", "胶圈老化", "路面沉降"),
    "service": ("管道老化",),
    "valve_hydrant": ("阀杆漏水", "车辆碰撞"), "third_party": ("施工挖断", "地勘钻孔"),
}  # fmt: skip
PRESSURE_HEAD = 71.0


def condition(town: Town) -> None:
    """Give supply pipes their soil, and mains their working pressure."""
    for pipe in town.pipes_of(*SUPPLY):
        x, y = pipe["line"][0]
        away = y - river_y(x)
        pipe["soil"] = "high" if -60 < away < 130 else ("medium" if away < 420 else "low")
        if pipe["system"] == "potable" and pipe["status"] == "in_use":
            ground = town.nodes[pipe["from_node"]]["ground_m"]
            pipe["pressure_mpa"] = round((PRESSURE_HEAD - ground) / 102.0, 2)
        if pipe["material"] == "ductile_iron":
            pipe["lining"] = "cement"
        elif pipe["material"] in ("cast_iron", "galvanized_steel"):
            pipe["lining"] = "none"


def rate(pipe: Row, year: int) -> float:
    """Return the expected failures per 100 km of a pipe in a year, before its own luck."""
    exponent, reference = AGEING.get(pipe["material"], AGEING_OTHERS)
    age = max(year - pipe["install_year"], 1)
    size = (max(pipe["diameter_mm"], 50.0) / 150.0) ** SIZE_EXPONENT
    return float(
        BASE_RATE[pipe["material"]] * (age / reference) ** exponent * size * SOIL_FACTOR[pipe["soil"]]
    )


def failures(town: Town, seed: int) -> None:
    """Draw 25 years of failures of the supply pipes, each pipe with its own luck (gamma of shape 1)."""
    rows: list[Row] = []
    for pipe in list(town.pipes_of(*SUPPLY)):
        if (
            not pipe.get("install_year")
            or pipe["status"] == "planned"
            or pipe.get("function") == "hydrant_lead"
        ):
            continue
        dice = Dice(seed, f"failures {pipe['pipe_id']}")
        luck = dice.exponential()
        km = length(pipe["line"]) / 1000.0
        last = int(pipe["retired_on"][:4]) - 1 if pipe.get("retired_on") else LAST_YEAR
        for year in range(max(FIRST_YEAR, pipe["install_year"] + 1), last + 1):
            for _ in range(dice.poisson(rate(pipe, year) * luck * km / 100.0)):
                rows.append(_failure(pipe, year, dice))
    rows += _before_renewal(town, seed)
    rows.sort(key=lambda row: (row["date"], row["xy"]))
    dice = Dice(seed, "reports")
    for row in rows:
        row["failure_id"] = town.number("QX-", 4)
        draw = dice.share()
        if row["reported_pipe_id"] and draw < 0.09:
            row["reported_pipe_id"] = None
        elif row["reported_pipe_id"] and draw < 0.13:
            row["reported_pipe_id"] = f"GX{dice.whole(1000, 9999)}"
    town.failures = rows


def _failure(pipe: Row, year: int, dice: Dice) -> Row:
    # Frost: December to February have half as many again.
    month = dice.pick(
        (1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 12)
    )
    day = date(year, month, dice.whole(1, 28))
    draw, kind = dice.share(), "main_leak"
    for name, share in KINDS:
        if draw < share:
            kind = name
            break
        draw -= share
    s = dice.share() * length(pipe["line"])
    off = dice.near(2.0) if dice.happens(0.85) else dice.near(6.0)
    place = beside(pipe["line"], s, off)
    return {
        "date": day.isoformat(),
        "kind": kind,
        "cause": dice.pick(CAUSES[kind]),
        "street": pipe.get("street"),
        "reported_pipe_id": pipe["pipe_id"],
        "repaired_on": (day + timedelta(days=dice.whole(0, 3))).isoformat(),
        "xy": place,
    }


def _before_renewal(town: Town, seed: int) -> list[Row]:
    """Draw the failures of mains that were renewed: reported under the new pipe's id or a lost one."""
    rows = []
    for pipe in list(town.pipes_of("potable")):
        if (
            pipe["street"] not in ("人民路", "学府路")
            or pipe["install_year"] not in (2009, 2015)
            or pipe.get("function") != "distribution"
        ):
            continue
        old = {**pipe, "install_year": 1970, "material": "cast_iron"}
        if pipe["street"] == "学府路" and pipe["install_year"] == 2009:
            continue
        dice = Dice(seed, f"before {pipe['pipe_id']}")
        for year in range(FIRST_YEAR, pipe["install_year"]):
            for _ in range(dice.poisson(1.8 * rate(old, year) * length(pipe["line"]) / 1e5)):
                row = _failure(old, year, dice)
                if dice.happens(0.4):
                    row["reported_pipe_id"] = f"GX{dice.whole(1000, 9999)}"
                rows.append(row)
    return rows


def inspections(town: Town, seed: int) -> None:
    """Note CCTV inspections of street drains laid before 2005, with their defects."""
    dice = Dice(seed, "cctv")
    structural, functional = ("PL", "BX", "FS", "CK", "QF", "TJ", "SL"), ("CJ", "JG", "ZW", "SG")
    for pipe in list(town.pipes_of("sewage", "storm", "combined")):
        if (
            pipe["install_year"] >= 2005
            or pipe.get("compound_id")
            or pipe.get("function") in ("lead", "rising_main")
            or dice.share() > 0.26
        ):
            continue
        age = 2024 - pipe["install_year"]
        span = round(length(pipe["line"]), 1)
        row = {
            "inspection_id": town.number("JC-", 4),
            "pipe_id": pipe["pipe_id"],
            "date": f"{dice.whole(2022, 2025)}-{dice.whole(3, 11):02d}-{dice.whole(1, 28):02d}",
            "standard": "cjj_181",
            "method": "cctv" if dice.happens(0.8) else "periscope",
            "length_m": span,
        }
        town.inspections.append(row)
        for _ in range(dice.poisson(0.4 + age / 28.0)):
            is_structural = dice.happens(0.6)
            grade = 1 + min(3, int(dice.exponential() * (0.6 + age / 70.0)))
            code = dice.pick(structural if is_structural else functional)
            if code == "FS":
                grade = min(grade, 3)
            town.defects.append(
                {
                    "defect_id": town.number("QXD-", 4),
                    "inspection_id": row["inspection_id"],
                    "code": code,
                    "code_raw": code,
                    "grade": grade,
                    "position_m": round(dice.between(0.5, max(span - 0.5, 0.6)), 1),
                    "length_m": 1.0 if dice.happens(0.8) else round(dice.between(1.0, 6.0), 1),
                    "clock": f"{dice.whole(1, 12):02d}{dice.whole(1, 12):02d}",
                }
            )


# Share of the day's mean by hour: people sleep, cook, bathe.
DAY = (
    0.42,
    0.34,
    0.30,
    0.29,
    0.33,
    0.52,
    0.95,
    1.42,
    1.46,
    1.22,
    1.10,
    1.12,
    1.28,
    1.16,
    0.98,
    0.95,
    1.02,
    1.24,
    1.52,
    1.58,
    1.44,
    1.22,
    0.92,
    0.62,
)
WEEKS = 8
SERIES_START = datetime(2025, 11, 3)
# DMA: steady leakage, and planted leaks as (first hour, hours until full, full flow), all in m3/h.
LEAKAGE = {"DMA-1": 3.4, "DMA-2": 6.8, "DMA-3": 0.9}
PLANTED = {"DMA-1": ((24 * 24 + 2, 1, 7.5),), "DMA-2": (), "DMA-3": ((31 * 24, 240, 4.2),)}
FACTOR = {"DMA-1": 0.55, "DMA-2": 1.0, "DMA-3": 0.8}


def readings(town: Town, seed: int, *, clean: bool) -> None:
    """Draw eight weeks of hourly flow of the DMA meters, two of the three with a leak that begins."""
    demand: dict[str, float] = {}
    for row in town.customers:
        dma = town.pipes[row["pipe_id"]].get("dma_id")
        if dma:
            demand[dma] = demand.get(dma, 0.0) + row["demand_m3d"] / 24.0
    for dma in sorted(demand):
        meters = [
            n["node_id"]
            for n in town.nodes.values()
            if n["kind"] == "flow_meter" and n.get("meter_in") == dma
        ]
        dice = Dice(seed, f"flow {dma}")
        for hour in range(WEEKS * 7 * 24):
            moment = SERIES_START + timedelta(hours=hour)
            share = DAY[moment.hour] * (1.07 if moment.weekday() >= 5 else 1.0) + dice.near(0.05)
            flow = demand[dma] * FACTOR[dma] * share + LEAKAGE[dma] * (1.0 + dice.near(0.02))
            if not clean:
                flow += sum(
                    full * min(max((hour - first) / ramp, 0.0), 1.0) for first, ramp, full in PLANTED[dma]
                )
            parts = [1.0] if len(meters) == 1 else [0.58 + 0.04 * math.sin(hour / 24.0), 0.0]
            if len(meters) > 1:
                parts[1] = 1.0 - parts[0]
            for meter, portion in zip(meters, parts):
                value = round(max(flow * portion, 0.0), 2)
                town.readings.append(
                    {
                        "node_id": meter,
                        "time": moment.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
                        "quantity": "flow_m3h",
                        "value": value,
                    }
                )
        if not clean:
            for first, ramp, full in PLANTED[dma]:
                start = SERIES_START + timedelta(hours=first)
                town.leaks.append(
                    {
                        "zone_id": dma,
                        "starts": start.strftime("%Y-%m-%dT%H:%M:%S+08:00"),
                        "hours_to_full": ramp,
                        "flow_m3h": full,
                    }
                )


def midpoint(pipe: Row) -> tuple[float, float]:
    """Return the point half-way along a pipe."""
    x, y = at(pipe["line"], length(pipe["line"]) / 2)
    return mm(x), mm(y)
