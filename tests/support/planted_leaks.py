"""Night flow with leaks that are known: planted in measured series, or in a drawn town."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Array = Any
# Hours of the window 02:00-05:00.
WINDOW = slice(2, 5)
_LEAST_HOURS = 20
# Areas of `growing_leaks` that have a leak.
GROWING = 4


@dataclass(frozen=True)
class PlantedLeak:
    """A leak: its zone, first night, first night without it, full flow in m3/h, whether it grew slowly."""

    zone: int
    start: int
    end: int
    flow_m3h: float
    is_slow: bool


@dataclass(frozen=True)
class Score:
    """What a detector made of known leaks."""

    leaks: int
    found: int
    false: int
    delays: tuple[int, ...]
    again: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.leaks + other.leaks,
            self.found + other.found,
            self.false + other.false,
            self.delays + other.delays,
            self.again + other.again,
        )


def measured_hours(folder: Path) -> tuple[Array, Array]:
    """Return the hourly flow of ten metered areas (m3/h, zones x days x 24) and the days."""
    frame = pd.read_csv(folder / "bwdf" / "inflow_hourly_lps.csv")
    moment = pd.to_datetime(frame.pop("datetime_local"))
    hours = []
    for name in frame:
        table = pd.DataFrame({"day": moment.dt.floor("D"), "hour": moment.dt.hour, "flow": 3.6 * frame[name]})
        hours.append(table.groupby(["day", "hour"])["flow"].mean().unstack().to_numpy(dtype=float))
    return np.array(hours), moment.dt.floor("D").unique()


def night_and_day(hours: Array) -> tuple[Array, Array]:
    """Return the mean of the window and of the 24 hours that end with it, of each night (zones x days)."""
    known = np.isfinite(hours)
    night = np.where(known[:, :, WINDOW].all(axis=2), hours[:, :, WINDOW].mean(axis=2), np.nan)
    row = hours.reshape(len(hours), -1)
    end = np.arange(hours.shape[1]) * 24 + WINDOW.stop
    begin = np.maximum(end - 24, 0)

    def summed(values: Array) -> Array:
        sums = np.cumsum(np.pad(values, ((0, 0), (1, 0))), axis=1)
        return sums[:, end] - sums[:, begin]

    count = summed(np.isfinite(row).astype(float))
    total = summed(np.nan_to_num(row))
    return night, np.where(count >= _LEAST_HOURS, total / np.maximum(count, 1), np.nan)


def with_leaks(hours: Array, seed: int, *, each: int, smallest: float = 0.08, largest: float = 0.4) -> Any:
    """Return hours with ``each`` leaks in every zone, a share of its night flow large, and the leaks.

    Half of them come at once, half grow over 10 to 40 nights; each is repaired after 25 to 90 nights.
    """
    dice = np.random.default_rng(seed)
    hours, leaks = hours.copy(), []
    zones, nights, _hours = hours.shape
    level = np.nanmedian(hours[:, :, WINDOW], axis=(1, 2))
    for zone in range(zones):
        taken: list[tuple[int, int]] = []
        for _leak in range(each):
            for _try in range(200):
                start = int(dice.integers(35, nights - 40))
                end = min(start + int(dice.integers(25, 90)), nights)
                if all(end < one - 10 or start > other + 10 for one, other in taken):
                    break
            else:
                continue
            taken.append((start, end))
            flow = float(level[zone] * np.exp(dice.uniform(np.log(smallest), np.log(largest))))
            is_slow = bool(dice.random() < 0.5)
            grows = int(dice.integers(10, 40)) if is_slow else 1
            shape = np.minimum((np.arange(start, end) - start + 1) / grows, 1.0)
            hours[zone, start:end] += flow * shape[:, None]
            leaks.append(PlantedLeak(zone, start, end, flow, is_slow))
    return hours, leaks


def drawn_town(seed: int, nights: int = 365) -> tuple[Array, list[PlantedLeak]]:
    """Return the hours of three drawn areas with 19 leaks in a year, many of them at once, and the leaks."""
    dice = np.random.default_rng(seed)
    base, noise, many = (60.0, 6.0, 18.0), (5.0, 0.5, 0.8), (14, 2, 3)
    sizes = ((5.0, 30.0), (1.5, 5.0), (3.0, 15.0))
    hours, leaks = np.zeros((3, nights, 24)), []
    for zone in range(3):
        hours[zone] = _drawn_hours(dice, base[zone], noise[zone], nights)
        for _leak in range(many[zone]):
            start = int(dice.integers(35, nights - 15))
            end = min(start + int(dice.integers(20, 150)), nights)
            flow, is_slow = float(dice.uniform(*sizes[zone])), bool(dice.random() < 0.5)
            grows = int(dice.integers(20, 120)) if is_slow else 1
            leaks.append(PlantedLeak(zone, start, end, flow, is_slow))
            hours[zone] += _grown(leaks[-1], grows, nights)[:, None]
    return hours, leaks


def crowded_town(seed: int, noise: float = 1.0, nights: int = 365) -> tuple[Array, list[PlantedLeak]]:
    """Return the hours of three drawn areas with 19 leaks, most of them never repaired, and the leaks.

    Three of five leaks run until the last night, the others for two to twelve weeks; nearly half grow with
    the square of time for four to twelve weeks. Two areas leak by as much in every night, too.

    Parameters
    ----------
    seed
        Of the dates, the sizes and the noise.
    noise
        By what the usual noise is multiplied.
    nights
        How many are drawn.
    """
    dice = np.random.default_rng(seed)
    base, deviation, many = (60.0, 6.0, 18.0), (5.0, 0.5, 0.8), (16, 1, 2)
    sizes, always = ((5.0, 27.0), (3.0, 8.0), (5.0, 12.0)), (10.0, 0.0, 6.0)
    phase, first_day = int(dice.integers(0, 365)), int(dice.integers(0, 7))
    hours, leaks = np.zeros((3, nights, 24)), []
    for zone in range(3):
        spread = noise * deviation[zone]
        hours[zone] = _drawn_hours(dice, base[zone], spread, nights, phase, first_day) + always[zone]
        for _leak in range(many[zone]):
            start = int(dice.integers(14, nights - 30))
            is_repaired, is_slow = dice.random() < 0.4, bool(dice.random() < 0.45)
            grows = int(dice.integers(28, 85)) if is_slow else 1
            end = min(start + int(dice.integers(14, 85)), nights) if is_repaired else nights
            leaks.append(PlantedLeak(zone, start, end, float(dice.uniform(*sizes[zone])), is_slow))
            hours[zone] += _grown(leaks[-1], grows, nights)[:, None]
    return hours, leaks


def patterned_town(seed: int, nights: int = 365) -> tuple[Array, list[PlantedLeak]]:
    """Return the hours of three drawn areas with 19 leaks in a year, and the leaks.

    Use is a pattern of homes and trade by season and weekday, times 5 % from day to day, half of which
    lasts until the next one, times 6 % in every five minutes. Two of five leaks are repaired, nearly half
    grow with the square of time for four to fourteen weeks; they are 5 to 25 % of the mean flow, in the
    small area 15 to 50 %.
    """
    dice = np.random.default_rng(seed)
    means, many = dice.uniform(0.7, 1.4, 3) * (120.0, 12.0, 35.0), (15, 1, 3)
    sizes = ((0.05, 0.25), (0.15, 0.5), (0.05, 0.25))
    season = _season(dice, nights, float(dice.uniform(0.02, 0.12)))
    hours, leaks = np.zeros((3, nights, 24)), []
    for zone, mean in enumerate(means.tolist()):
        hours[zone] = _patterned_hours(dice, mean, season, float(dice.uniform(0.0, 0.4)), 0.05)
        for _leak in range(many[zone]):
            leak, grows = _drawn_leak(dice, zone, mean, sizes[zone], nights, 0.4)
            leaks.append(leak)
            hours[zone] += _grown(leak, grows, nights)[:, None]
    return hours, leaks


def varied_town(seed: int, nights: int = 365) -> tuple[Array, list[PlantedLeak]]:
    """Return the hours of six drawn areas of very different size with 12 leaks in a year, and the leaks.

    Areas draw 4 to 250 m3/h and leak up to a third of it in every night. Hot days raise the use of all
    areas, two of them water gardens at night then, one has a factory with a night shift on working days.
    Leaks are 5 to 50 % of the night flow, most of them repaired.
    """
    dice = np.random.default_rng(seed)
    season = _season(dice, nights, float(dice.uniform(0.02, 0.15)))
    heat = np.clip(3.0 * (season - 1.0) / 0.15 + _lasting(dice, nights, 0.8), 0.0, None)
    working = (np.arange(nights) + int(dice.integers(0, 7))) % 7 < 5
    means = np.exp(dice.uniform(np.log(4.0), np.log(250.0), 6))
    hours, leaks = np.zeros((6, nights, 24)), []
    for zone, mean in enumerate(means.tolist()):
        deviation, share = float(dice.uniform(0.02, 0.07)), float(dice.uniform(0.0, 0.6))
        hours[zone] = _patterned_hours(dice, mean, season * (1.0 + 0.02 * heat), share, deviation)
        hours[zone] += mean * dice.uniform(0.0, 0.33)
        if zone < 2:
            hours[zone, :, :5] += 0.03 * mean * heat[:, None]
        if zone == 2:
            shift = working * (1.0 + 0.2 * dice.normal(size=nights))
            hours[zone] += 0.3 * mean * np.clip(shift, 0.0, None)[:, None]
        level = float(np.median(hours[zone][:, WINDOW]))
        for _leak in range(2):
            leak, grows = _drawn_leak(dice, zone, level, (0.05, 0.5), nights, 0.7)
            leaks.append(leak)
            hours[zone] += _grown(leak, grows, nights)[:, None]
    return hours, leaks


def _season(dice: Any, nights: int, amplitude: float) -> Array:
    """Return the factor of the season of each day, around 1."""
    return 1.0 + amplitude * np.sin(2 * np.pi * (np.arange(nights) + dice.integers(0, 365)) / 365)


def _lasting(dice: Any, nights: int, share: float) -> Array:
    """Return noise of deviation 1 of which a share lasts until the next day (nights,)."""
    noise = dice.normal(size=nights)
    for night in range(1, nights):
        noise[night] = share * noise[night - 1] + np.sqrt(1.0 - share**2) * noise[night]
    return noise


def _patterned_hours(dice: Any, mean: float, season: Array, trade: float, deviation: float) -> Array:
    """Return the hours of an area (nights x 24), m3/h: homes and a share of trade, and their noise."""
    hour = np.arange(24)
    peaks = 0.7 * np.exp(-(((hour - 7.5) / 1.8) ** 2)) + 0.8 * np.exp(-(((hour - 19.5) / 2.5) ** 2))
    homes = 0.45 + peaks + 0.5 * np.clip(np.sin((hour - 6) / 17 * np.pi), 0.0, 1.0)
    shops = 0.35 + 1.2 * ((hour >= 7) & (hour < 19))
    pattern = (1.0 - trade) * homes / homes.mean() + trade * shops / shops.mean()
    nights = len(season)
    weekend = (np.arange(nights) + dice.integers(0, 7)) % 7 >= 5
    week = np.where(weekend, 1.0 + dice.uniform(-0.05, 0.12), 1.0)
    day = season * week * (1.0 + deviation * _lasting(dice, nights, 0.5))
    # 6 % of each five minutes.
    return mean * day[:, None] * pattern * (1.0 + 0.06 / np.sqrt(12) * dice.normal(size=(nights, 24)))


def _drawn_leak(
    dice: Any, zone: int, flow_m3h: float, sizes: tuple[float, float], nights: int, repaired: float
) -> tuple[PlantedLeak, int]:
    """Return a leak, small ones as often as large ones, and the nights for which it grows."""
    start, is_slow = int(dice.integers(14, nights - 30)), bool(dice.random() < 0.45)
    grows = int(dice.integers(28, 100)) if is_slow else 1
    runs = int(dice.integers(14, 70)) + (grows if is_slow else 0)
    end = min(start + runs, nights) if dice.random() < repaired else nights
    size = flow_m3h * float(np.exp(dice.uniform(*np.log(sizes))))
    return PlantedLeak(zone, start, end, size, is_slow), grows


def _drawn_hours(
    dice: Any, base: float, noise: float, nights: int, phase: int = 0, first_day: int = 0
) -> Array:
    """Return the hours of a drawn area (nights x 24), m3/h: use by season, weekday and hour, and noise."""
    week = np.array([1, 1, 1, 1, 1, 1.06, 1.1])[(np.arange(nights) + first_day) % 7]
    season = 1 + 0.04 * np.sin(2 * np.pi * (np.arange(nights) + phase) / 365)
    daily = 1 + 0.8 * np.clip(np.sin((np.arange(24) - 6) / 18 * np.pi), 0, 1)
    use = base * (season * week)[:, None] * daily
    return use + noise * (1.6 * dice.normal(size=(nights, 24)) + 0.4 * dice.normal(size=(nights, 1)))


def _grown(leak: PlantedLeak, grows: int, nights: int) -> Array:
    """Return the flow of a leak by night, m3/h; a slow one grows with the square of time."""
    night = np.arange(nights)
    shape = np.clip((night - leak.start + 1) / grows, 0.0, 1.0) ** (2 if leak.is_slow else 1)
    return np.where((night >= leak.start) & (night < leak.end), leak.flow_m3h * shape, 0.0)


def growing_leaks(seed: int, power: float, nights: int = 200) -> Array:
    """Return the nights of six areas (m3/h); in the first four a leak grows for 20, 40, 60 and 80 nights.

    With a power of 1 it grows evenly, below ever slower, above ever quicker.
    """
    dice = np.random.default_rng(seed)
    weekend = np.where(np.arange(nights) % 7 >= 5, 1.25, 1.0)
    flow = 20.0 * weekend * (1 + 0.03 * dice.normal(size=(6, nights)))
    grown = np.clip((np.arange(nights)[None, :] - 90) / np.array([[20], [40], [60], [80]]), 0.0, 1.0)
    flow[:GROWING] += 6.0 * grown**power
    return flow


def open_alarm_nights(
    alarms: Sequence[tuple[int, int, int, int]], leaks: Sequence[PlantedLeak], nights: int
) -> tuple[int, int]:
    """Return by how many alarms the nights together have more open than leaks that run, and how many fewer.

    Alarms are (zone, night raised, night started, night ended); each is counted in its zone, leaks from the
    night on in which they begin.
    """
    zones = 1 + max([one[0] for one in alarms] + [one.zone for one in leaks])
    spare = np.zeros((zones, nights), dtype=int)
    for zone, raised, _started, ended in alarms:
        spare[zone, raised:ended] += 1
    for leak in leaks:
        spare[leak.zone, leak.start : leak.end] -= 1
    return int(spare[spare > 0].sum()), int(-spare[spare < 0].sum())


def _told(alarms: Sequence[tuple[int, ...]], leaks: Sequence[PlantedLeak]) -> tuple[dict[int, int], int, int]:
    """Return the night on which each leak that was found was told, false alarms, and those told again."""
    found: dict[int, int] = {}
    false = again = 0
    for zone, raised, started, *_rest in sorted(alarms, key=lambda one: one[1]):
        running = [
            number
            for number, one in enumerate(leaks)
            if one.zone == zone and one.start <= raised <= one.end + 3
        ]
        fresh = [number for number in running if number not in found]
        if fresh:
            nearest = min(fresh, key=lambda number: abs(leaks[number].start - started))
            found[nearest] = raised
        elif running:
            again += 1
        else:
            false += 1
    return found, false, again


def found_leaks(alarms: Sequence[tuple[int, ...]], leaks: Sequence[PlantedLeak]) -> set[int]:
    """Return the numbers of the leaks that were found, as `score` counts them."""
    return set(_told(alarms, leaks)[0])


def score(alarms: Sequence[tuple[int, ...]], leaks: Sequence[PlantedLeak]) -> Score:
    """Return what alarms (zone, night raised, night started) made of leaks.

    What follows the three numbers of an alarm is not looked at. A leak is found by an alarm of its own that
    is raised while it runs; an alarm raised while no leak of its zone runs, or up to three nights after, is
    false; one raised while all that run are found is one again.
    """
    found, false, again = _told(alarms, leaks)
    delays = tuple(raised - leaks[number].start for number, raised in found.items())
    return Score(len(leaks), len(found), false, delays, again)


def naive_alarms(night: Array) -> list[tuple[int, int, int]]:
    """Return the alarms of three nights above the median of fourteen by four mean deviations."""
    alarms = []
    for zone, values in enumerate(night):
        run = 0
        for number in range(14, len(values)):
            before = values[number - 14 : number]
            middle = np.nanmedian(before)
            reach = 4 * 1.4826 * np.nanmedian(np.abs(before - middle))
            run = run + 1 if values[number] > middle + reach else 0
            if run == 3:
                alarms.append((zone, number, number - 2))
    return alarms
