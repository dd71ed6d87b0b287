"""Alarms of leaks: found, told why, ended, and not raised by what is no leak."""

from __future__ import annotations

import numpy as np
import pytest
from support.planted_leaks import (
    GROWING,
    Score,
    crowded_town,
    drawn_town,
    growing_leaks,
    naive_alarms,
    night_and_day,
    patterned_town,
    score,
    varied_town,
)

from waternet_plugin.core.leakage.detection.lasting_rises import find_leaks
from waternet_plugin.core.leakage.detection.leak_alarms import (
    CREEP,
    GROWTH,
    STEP,
    AlarmOptions,
    LeakAlarm,
    LeakAlarms,
    alarm_options,
)
from waternet_plugin.core.leakage.detection.night_levels import NightLevels
from waternet_plugin.core.leakage.detection.night_noise import EVERY, OUTLIER
from waternet_plugin.core.leakage.night_words import WORDS, alarm_facts
from waternet_plugin.core.schema.settings import Settings

Array = np.ndarray
OPTIONS = AlarmOptions()


def quiet(zones: int = 6, nights: int = 200, seed: int = 0, level: float = 20.0) -> Array:
    """Return nights that vary by 3 %, weekends a quarter higher."""
    dice = np.random.default_rng(seed)
    weekend = np.where(np.arange(nights) % 7 >= 5, 1.25, 1.0)
    return level * weekend * (1 + 0.03 * dice.normal(size=(zones, nights)))


def search(nights: Array, **further: object) -> LeakAlarms:
    return find_leaks(nights, nights + 10.0, OPTIONS, **further)  # type: ignore[arg-type]


def alarms(nights: Array, **further: object) -> list[LeakAlarm]:
    return search(nights, **further).alarms


def test_the_settings_are_the_options() -> None:
    assert alarm_options(Settings()) == OPTIONS


@pytest.mark.slow
def test_weekends_raise_no_alarm() -> None:
    assert [one for seed in range(4) for one in alarms(quiet(seed=seed))] == []


def test_a_leak_that_comes_at_once_is_one_alarm_with_its_night_and_size() -> None:
    nights = quiet()
    nights[2, 120:] += 6.0
    (found,) = alarms(nights)
    assert (found.zone, found.kind, found.ended) == (2, STEP, None)
    assert abs(found.started - 120) <= 1
    assert 121 <= found.raised <= 127
    assert found.rise_m3h == pytest.approx(6.0, rel=0.15)
    assert found.around_m3h == pytest.approx(6.0, rel=0.15)


def test_a_leak_that_grows_is_told_as_slow_and_not_anew_each_week() -> None:
    nights = quiet()
    nights[1, 100:] += np.minimum(np.arange(100) / 40, 1.0) * 8.0
    found = alarms(nights)
    assert {one.zone for one in found} == {1}
    assert len(found) <= 2
    assert found[-1].kind == CREEP
    assert 95 <= found[0].started <= 115
    assert found[0].raised <= 125


def test_nights_are_watched_while_an_event_lasts_and_no_longer() -> None:
    nights = quiet(seed=3)
    nights[2, 120:123] += 15.0
    score = search(nights).score[2]
    assert (score[120:123] > OPTIONS.watch_threshold).all()
    assert (score[123:150] < OPTIONS.watch_threshold).mean() > 0.9


def test_a_night_on_which_all_zones_rise_stands_out_nowhere() -> None:
    nights = quiet(seed=3)
    nights[2, 120] *= 1.5
    assert search(nights).score[2, 120] > OUTLIER
    nights = quiet(seed=3)
    nights[:, 120] *= 1.5
    assert (search(nights).score[:, 120] < OUTLIER).all()


@pytest.mark.slow
@pytest.mark.parametrize("power", [0.5, 1, 2])
def test_a_leak_that_grows_for_weeks_is_mostly_one_alarm(power: float) -> None:
    further = still = 0
    for seed in range(6):
        found = [one for one in alarms(growing_leaks(seed, power)) if one.zone < GROWING]
        assert {one.zone for one in found} == set(range(GROWING))
        further += len(found) - GROWING
        still += sum(one.ended is None for one in found) - GROWING
    # Of 24 leaks; rises told by themselves would be one and two more for each.
    assert further <= 8
    assert still <= 2


def growth_told_twice(nights: int = 200) -> list[LeakAlarm]:
    """Return the alarms of a leak whose further growth is told as a rise, after weeks that show none."""
    return [one for one in alarms(growing_leaks(2, 1.0)[:, :nights]) if one.zone == 3]


@pytest.mark.slow
def test_a_rise_that_later_nights_show_to_be_growth_is_closed_and_tells_of_what() -> None:
    first, second = growth_told_twice()
    assert (first.ended, second.ended_by, second.whole) == (None, GROWTH, first)
    assert second.ended is not None
    assert second.ended > second.raised
    assert first.rise_m3h == pytest.approx(6.0, rel=0.15)
    facts = alarm_facts(second, "night {}".format, has_others=True)
    assert facts[-1] == {"is": "growth", "on": f"night {second.ended}", "since": f"night {first.started}"}
    assert f"leak of night {first.started}" in WORDS.say(facts[-1])


@pytest.mark.slow
def test_an_alarm_is_closed_by_the_nights_that_are_known_by_then() -> None:
    _first, second = growth_told_twice()
    assert second.ended is not None
    before = growth_told_twice(second.ended)
    assert [one.ended for one in before] == [None, None]
    assert [one.ended for one in growth_told_twice(second.ended + 1)] == [None, second.ended]


def test_leaks_of_their_own_stay_open_beside_one_that_grew() -> None:
    nights = quiet()
    nights[1, 60:] += 5.0 * np.minimum(np.arange(140) / 30.0, 1.0)
    nights[1, 120:] += 5.0
    found = alarms(nights)
    assert [one.ended for one in found] == [None] * len(found)
    assert [one.zone for one in found] == [1, 1]
    assert found[-1].kind == STEP
    assert abs(found[-1].started - 120) <= 1


def test_the_fall_of_another_area_explains_a_rise_only_while_it_lasts() -> None:
    nights = quiet()
    nights[2, 120:] += 6.0
    nights[4, 120:130] -= 6.0
    found = search(nights)
    (alarm,) = [one for one in found.alarms if one.zone == 2]
    assert 4 in [found.explained.get((2, night)) for night in range(122, 127)]
    assert alarm.raised > 127
    assert abs(alarm.started - 120) <= 1


@pytest.mark.slow
def test_an_alarm_of_a_night_knows_nothing_of_later_nights() -> None:
    nights = quiet()
    nights[2, 120:] += 6.0
    (found,) = alarms(nights)
    (early,) = alarms(nights[:, : found.raised + 1])
    assert early.raised == found.raised
    assert alarms(nights[:, : found.raised]) == []


@pytest.mark.slow
def test_a_repair_ends_the_alarm_and_is_named() -> None:
    nights = quiet()
    nights[2, 90:150] += 6.0
    (found,) = alarms(nights, repairs={2: [149]})
    assert found.ended is not None
    assert abs(found.ended - 150) <= 2
    assert found.ended_by == "repair"
    (other,) = alarms(nights)
    assert other.ended_by == "fall"


def test_a_second_leak_is_a_second_alarm() -> None:
    nights = quiet()
    nights[2, 80:] += 6.0
    nights[2, 130:] += 6.0
    found = alarms(nights)
    assert [abs(one.started - start) <= 1 for one, start in zip(found, (80, 130))] == [True, True]
    assert [one.ended for one in found] == [None, None]


def repaired_beside_a_slow_leak(slow_m3h: float, nights: int = 200) -> Array:
    """Return nights in which a leak runs from night 80 to 150, and another one grows meanwhile."""
    made = quiet(nights=200)
    made[2, 80:150] += 8.0
    made[2, 84:] += slow_m3h * np.minimum(np.arange(116) / 60.0, 1.0) ** 2
    return made[:, :nights]


def test_what_stays_after_a_repair_is_an_alarm_of_the_leak_that_came_meanwhile() -> None:
    first, left = alarms(repaired_beside_a_slow_leak(2.0))
    assert (left.after, left.ended, left.kind) == (first, None, CREEP)
    assert first.ended is not None
    assert left.raised > first.ended
    assert left.rise_m3h == pytest.approx(2.0, abs=0.7)
    assert left.around_m3h == pytest.approx(2.0, abs=0.7)
    facts = alarm_facts(left, "night {}".format, has_others=True)
    assert [one["is"] for one in facts] == ["left", "deviations", "whole_days"]
    said = WORDS.say(facts[0])
    assert f"the alarm of night {first.started} ended on night {first.ended}" in said
    assert "another leak came while it was open" in said


def test_other_zones_that_did_not_rise_tell_that_it_is_not_weather() -> None:
    nights = quiet()
    nights[0, 120:] += 6.0
    (alarm,) = alarms(nights)
    for share, word in ((0.0, "others_same"), (0.02, "others")):
        alarm.others_share = share
        told = [one["is"] for one in alarm_facts(alarm, "night {}".format, has_others=True)]
        assert word in told
        assert not {"others", "others_same"} - {word} & set(told)


@pytest.mark.slow
def test_what_stays_after_a_repair_is_told_by_the_nights_that_are_known_by_then() -> None:
    _first, left = alarms(repaired_beside_a_slow_leak(2.0))
    assert len(alarms(repaired_beside_a_slow_leak(2.0, left.raised))) == 1
    assert len(alarms(repaired_beside_a_slow_leak(2.0, left.raised + 1))) == 2


def test_nothing_stays_after_the_repair_of_the_only_leak_nor_of_what_has_an_alarm() -> None:
    assert len(alarms(repaired_beside_a_slow_leak(0.0))) == 1
    nights = repaired_beside_a_slow_leak(0.0)
    nights[2, 110:] += 4.0
    found = alarms(nights)
    assert [one.after for one in found] == [None, None]
    assert [one.ended is None for one in found] == [False, True]


@pytest.mark.slow
def test_a_repair_ends_no_other_alarm_and_two_repairs_end_two() -> None:
    nights = quiet()
    for start, size in ((60, 12.0), (80, 5.0), (100, 4.0)):
        nights[2, start:] += size
    one, both = nights.copy(), nights
    one[2, 150:] -= 12.0
    both[2, 150:] -= 9.0
    assert [found.ended is None for found in alarms(one)] == [False, True, True]
    assert [found.ended is None for found in alarms(both)] == [True, False, False]


def test_the_smallest_rise_is_a_share_of_the_flow_without_leaks_that_have_an_alarm() -> None:
    nights = quiet(level=10.0)
    nights[2, 60:] += 30.0
    nights[2, 120:] += 1.5
    found = alarms(nights)
    assert [one.zone for one in found] == [2, 2]
    assert found[1].rise_m3h < OPTIONS.smallest_share * found[1].before_m3h


def test_known_leaks_are_no_drift_of_the_zone() -> None:
    nights = quiet(zones=1)
    for number, start in enumerate(range(60, 180, 8)):
        nights[0, start:] += 4.0 if number % 2 == 0 else -4.0
    levels = NightLevels(nights, nights + 10.0, OPTIONS)
    night = OPTIONS.warm_up + 9 * EVERY
    usual = levels.noise[0].drift2[0, night]
    levels.changed[0] += range(60, 140, 8)
    levels.renew(night)
    assert levels.noise[0].drift2[0, night] < 0.5 * usual
    levels.renew(night + 1)
    assert levels.noise[0].drift2[0, night + EVERY] >= 0.5 * usual


@pytest.mark.slow
def test_what_all_zones_do_is_weather() -> None:
    nights = quiet(zones=8)
    nights[:, 120:140] *= 1.25
    found = search(nights)
    assert found.alarms == []
    assert "others" in found.explained.values()


@pytest.mark.slow
def test_a_valve_to_the_neighbour_is_no_leak() -> None:
    nights = quiet()
    nights[2, 120:] += 6.0
    nights[4, 120:] -= 6.0
    found = search(nights)
    assert found.alarms == []
    assert {pair[0]: zone for pair, zone in found.explained.items() if zone == 4} == {2: 4}
    apart = np.eye(6, dtype=bool)
    assert [one.zone for one in alarms(nights, related=apart)] == [2]


def test_a_leak_in_a_child_is_no_second_alarm_of_its_parent() -> None:
    nights = quiet(zones=3)
    nights[1, 120:] += 6.0
    nights[0] = nights[1] + nights[2]
    holds = np.eye(3, dtype=bool)
    holds[0] = True
    assert [one.zone for one in alarms(nights, holds=holds)] == [1]


@pytest.mark.slow
def test_a_shut_down_is_neither_a_leak_nor_the_end_of_one() -> None:
    nights = quiet()
    nights[3, 130:135] = 0.0
    found = search(nights)
    assert found.alarms == []
    assert np.flatnonzero(found.shut[3]).tolist() == [130, 131, 132, 133, 134]
    nights[3, 110:130] += 6.0
    nights[3, 135:] += 6.0
    (alarm,) = alarms(nights)
    assert alarm.ended is None


def test_gaps_are_no_zeros() -> None:
    nights = quiet()
    nights[2, 100:111] = np.nan
    nights[2, 120:] += 6.0
    nights[2, 121:123] = np.nan
    assert [one.zone for one in alarms(nights)] == [2]
    assert alarms(np.full((3, 60), np.nan)) == []
    assert alarms(np.zeros((2, 0))) == []
    assert alarms(quiet(nights=10)) == []


@pytest.mark.slow
def test_order_of_zones_does_not_matter() -> None:
    nights, _day = night_and_day(drawn_town(3)[0])
    order = [2, 0, 1]
    plain = sorted((one.zone, one.raised, one.started) for one in alarms(nights))
    turned = sorted((order[one.zone], one.raised, one.started) for one in alarms(nights[order]))
    assert plain == turned


@pytest.mark.slow
def test_of_leaks_that_are_mostly_never_repaired_it_finds_two_of_three() -> None:
    ours = Score(0, 0, 0, ())
    for seed in (1, 51, 52):
        hours, leaks = crowded_town(seed)
        found = find_leaks(*night_and_day(hours), OPTIONS).alarms
        ours += score([(one.zone, one.raised, one.started) for one in found], leaks)
    assert ours.found >= 2 / 3 * ours.leaks
    assert ours.false <= 3


@pytest.mark.slow
def test_in_drawn_towns_it_finds_half_as_many_leaks_again_as_the_naive_rule_with_few_false_alarms() -> None:
    ours, naive = Score(0, 0, 0, ()), Score(0, 0, 0, ())
    for seed in (1, 51):
        hours, leaks = drawn_town(seed)
        night, day = night_and_day(hours)
        found = find_leaks(night, day, OPTIONS).alarms
        ours += score([(one.zone, one.raised, one.started) for one in found], leaks)
        naive += score(naive_alarms(night), leaks)
    assert ours.found >= 1.5 * naive.found
    assert ours.false <= 3


@pytest.mark.parametrize("nights", ["0", "1", "2"])
def test_a_search_that_hardly_waits_begins_with_what_two_nights_show(nights: str) -> None:
    options = alarm_options(Settings({"leakage.warm_up_nights": nights}))
    flow = np.full((2, 40), 10.0) + np.random.default_rng(1).normal(0.0, 0.1, (2, 40))
    flow[0, 25:] += 5.0
    found = find_leaks(flow, flow + 10.0, options).alarms
    assert options.warm_up == 2
    assert [(one.zone, one.started) for one in found] == [(0, 25)]


def test_what_stands_for_whole_days_ends_with_the_window() -> None:
    hours = np.arange(72, dtype=float).reshape(1, 3, 24)
    night, day = night_and_day(hours)
    assert night.tolist() == [[3.0, 27.0, 51.0]]
    assert np.isnan(day[0, 0]) and day[0, 1:].tolist() == [16.5, 40.5]


def test_in_a_patterned_town_it_finds_leaks_and_nothing_else() -> None:
    hours, leaks = patterned_town(3, nights=150)
    found = find_leaks(*night_and_day(hours), OPTIONS).alarms
    made = score([(one.zone, one.raised, one.started) for one in found], leaks)
    assert made.found >= 8
    assert made.false <= 1


@pytest.mark.slow
def test_in_patterned_and_varied_towns_it_finds_most_leaks_with_few_false_alarms() -> None:
    for draw, least, most in ((patterned_town, 12, 1), (varied_town, 8, 3)):
        ours = Score(0, 0, 0, ())
        for seed in (1, 2, 3, 4):
            hours, leaks = draw(seed)
            found = find_leaks(*night_and_day(hours), OPTIONS).alarms
            ours += score([(one.zone, one.raised, one.started) for one in found], leaks)
        assert ours.found >= 4 * least
        assert ours.false <= 4 * most
