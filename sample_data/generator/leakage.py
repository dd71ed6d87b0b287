"""What the leak office recorded of a year: repairs, streets searched, shut-offs, projects and targets."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from .plane import length
from .rand import Dice
from .town import Row, Town

YEAR = 2025
_CHINA = timezone(timedelta(hours=8))
_CONTRACTORS = ("清源检漏班", "江南检漏公司")
# Months in which streets were searched, and of finds how far the mark was off, m.
_SEARCHES = {2: 0.6, 3: None, 4: None, 5: 1.4, 6: None, 8: 2.2, 9: None, 10: None, 11: 0.9}
_TARGETS = {
    "leakage_rate": 0.12, "renewed_km": 0.9, "smart_share": 0.5, "stopped_in_time": 0.9,
    "repaired_in_time": 0.9, "drained_m3": 60, "search_coverage": 0.8, "hit_rate": 0.4, "offset_m": 1.5,
}  # fmt: skip


def record(town: Town, seed: int) -> None:
    """Record all of it of the last year."""
    dice = Dice(seed, "leakage")
    _repairs(town, dice)
    streets = _streets(town)
    _searches(town, streets)
    _shutoffs(town, dice)
    _projects(town, streets)
    for indicator, value in _TARGETS.items():
        row = {"target_id": town.number("MB-"), "unit": "all", "year": YEAR, "indicator": indicator}
        town.targets.append({**row, "value": value})


def _time(day: str, hours: float) -> str:
    moment = datetime.fromisoformat(day).replace(tzinfo=_CHINA) + timedelta(minutes=round(hours * 60))
    return moment.isoformat()


def _repairs(town: Town, dice: Dice) -> None:
    """Note when each leak of the year was found, stopped and repaired."""
    for number, row in enumerate(row for row in town.failures if row["date"] >= f"{YEAR}"):
        found_h = 7.0 + dice.whole(0, 24) / 4
        stopped_h = found_h + (6.5 if number == 3 else 0.75 + dice.whole(0, 10) / 4)
        is_same_day = row["repaired_on"] == row["date"]
        repaired_h = stopped_h + 2.5 if is_same_day else 5.0 + dice.whole(0, 20) / 4
        row["found_at"], row["stopped_at"] = (_time(row["date"], hours) for hours in (found_h, stopped_h))
        row["repaired_at"] = _time(row["repaired_on"], repaired_h)


def _streets(town: Town) -> list[tuple[str, list[Row]]]:
    """Return the drinking water mains in use of each street, the longest street first."""
    streets: dict[str, list[Row]] = {}
    for pipe in town.pipes_of("potable"):
        if pipe["status"] == "in_use" and pipe.get("function") == "distribution" and pipe.get("street"):
            streets.setdefault(pipe["street"], []).append(pipe)
    return sorted(streets.items(), key=lambda item: (-_metres(item[1]), item[0]))


def _metres(pipes: list[Row]) -> float:
    return round(sum(length(pipe["line"]) for pipe in pipes), 1)


def _ids(pipes: list[Row]) -> str:
    return ";".join(pipe["pipe_id"] for pipe in pipes)


def _searches(town: Town, streets: list[tuple[str, list[Row]]]) -> None:
    for number, ((month, offset_m), (street, pipes)) in enumerate(zip(_SEARCHES.items(), streets)):
        day = f"{YEAR}-{month:02d}-{10 + number:02d}"
        town.work_items.append(
            {
                "item_id": town.number("GD-"), "type": "locate", "state": "done", "opened_on": day,
                "closed_on": day, "gis_checked_on": day, "asset": pipes[0]["pipe_id"], "street": street,
                "source": "plan", "method": "ground_microphone", "found": "yes" if offset_m else "no",
                "offset_m": offset_m, "pipes": _ids(pipes), "length_m": _metres(pipes),
                "contractor": _CONTRACTORS[number % 2],
            }
        )  # fmt: skip


def _shutoffs(town: Town, dice: Dice) -> None:
    """Keep a closing for each main that broke; the volume is that of the work sheet."""
    for row in town.failures:
        pipe = row["reported_pipe_id"]
        if row["kind"] == "main_break" and row.get("stopped_at") and pipe in town.pipes:
            times = {"starts_at": row["stopped_at"], "closed_at": row["stopped_at"]}
            times |= {"ends_at": row["repaired_at"], "reopened_at": row["repaired_at"]}
            shutoff = {"shutoff_id": town.number("TS-"), "kind": "burst", "state": "ended", "pipe_id": pipe}
            drained_m3 = 8.0 + dice.whole(0, 60) / 4
            town.shutoffs.append(
                {**shutoff, **times, "drained_m3": drained_m3, "failure_id": row["failure_id"]}
            )


def _projects(town: Town, streets: list[tuple[str, list[Row]]]) -> None:
    """Enter renewals of the year: one done, one not finished by its end."""
    renewed = sorted(
        ((street, pipes) for street, pipes in streets if 300 < _metres(pipes) < 900),
        key=lambda item: -max(pipe["install_year"] or 0 for pipe in item[1]),
    )
    for (street, pipes), state in zip(renewed, ("done", "under_way")):
        metres = _metres(pipes)
        town.projects.append(
            {
                "project_id": town.number(f"XM-{YEAR}-", 2), "street": street, "year": YEAR, "state": state,
                "length_m": metres, "cost": round(metres * 2400), "pipe_ids": _ids(pipes),
                "project_type": "network", "lines": [pipe["line"] for pipe in pipes],
            }
        )  # fmt: skip
