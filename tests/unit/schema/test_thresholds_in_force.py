"""A network's own thresholds decide, not what ships: of leakage, zones and drains."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from support.drain_towns import drains_town
from support.quality_frames import TODAY

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.catchments import outfall_catchments
from waternet_plugin.core.drainage.misconnection_list import list_misconnections
from waternet_plugin.core.drainage.slope_table import slope_table
from waternet_plugin.core.drainage.zoning.ground import zone_ground
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.balance.standard_rates import pressure_correction, standard_rates
from waternet_plugin.core.leakage.detection.lasting_rises import ended_by_fall
from waternet_plugin.core.leakage.detection.leak_alarms import LeakAlarm, alarm_options
from waternet_plugin.core.leakage.narrowing.chance_factors import chance_of
from waternet_plugin.core.leakage.narrowing.search_evidence import part_evidence
from waternet_plugin.core.leakage.narrowing.step_records import steps_of
from waternet_plugin.core.leakage.narrowing.typed_steps import typed_steps
from waternet_plugin.core.leakage.pressure_leakage import background_rates
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

PLACES = {name: (500_000.0 + 40 * step, 2_500_000.0) for step, name in enumerate("abcde")}
OUTFALL = {"kind": "outfall", "system": "storm"}


def own(**values: object) -> Settings:
    """Return settings with some values of a network; ``__`` stands for the point of a key."""
    return Settings({key.replace("__", "."): str(value) for key, value in values.items()})


def test_the_corrections_of_the_leakage_rate() -> None:
    settings = own(leakage__correction_household=0.1, leakage__correction_length_most=0.01)
    rates = standard_rates(1e8, 8.5e7, days=365, length_km=900, household_share=0.5, settings=settings)
    assert (rates.r1, rates.r2) == pytest.approx((5.0, 1.0))
    settings = own(leakage__correction_pressure="0.6:4;0.2:3")
    assert [pressure_correction(one, settings) for one in (0.2, 0.3, 0.7)] == [0.0, 3.0, 4.0]
    with pytest.raises(InputError, match=r"correction_pressure: “0\.6” is not two numbers with a colon"):
        pressure_correction(0.3, own(leakage__correction_pressure="0.6"))


def test_a_fall_ends_alarms_by_the_shares_of_the_network() -> None:
    def ended(settings: Settings) -> int:
        alarms = [LeakAlarm(0, 1, 1, rise, 9.0, 3.0, "step", 0.0, 0.0, 1) for rise in (1.0, 4.0)]
        return len(ended_by_fall(alarms, 3.0, alarm_options(settings)))

    assert ended(Settings()) == 1
    assert ended(own(leakage__fall_all_share=0.6)) == 2
    assert ended(own(leakage__fall_least_share=0.8)) == 0


def test_steps_of_a_step_test() -> None:
    valve = ["V", "V", "V", "V"]
    time = pd.to_datetime(["2025-05-01 01:00", "2025-05-01 02:00", "2025-05-01 04:00", "2025-05-01 05:00"])
    readings = pd.DataFrame(
        {"node_id": valve, "time": time.tz_localize("UTC"), "value": [0.0, 1.0, 0.0, 1.0]}
    )
    assert [one.test for one in steps_of(readings, Settings()).steps] == [0, 0]
    assert [one.test for one in steps_of(readings, own(leakage__step_apart_h=1)).steps] == [0, 1]
    assert steps_of(readings, own(leakage__step_longest_h=0.5)).never_opened == ("V",)
    with pytest.raises(InputError, match="longer than 2 h"):
        typed_steps("2025-05-01 01:00-04:00 V", time_zone="UTC", longest_h=2)


def test_no_finding_of_a_search_proves_anything_alone() -> None:
    settings = own(leakage__quiet_part=0, leakage__search_success=1)
    assert [chance_of(settings, f"leakage.{one}") for one in ("quiet_part", "search_success")] == [
        0.001,
        0.999,
    ]
    (one,) = part_evidence(np.array([0, 1]), [("Z", np.array([1]))], settings)
    assert np.isfinite(one.log_factor).all()


def test_background_leakage_refers_to_the_head_of_the_network() -> None:
    assert background_rates(own(leakage__background_reference_m=40)).reference_m == 40


def test_catchments_are_neighbours_from_an_edge_on() -> None:
    shapes = [shapely.box(0, 0, 1000, 1000), shapely.box(1000, 985, 2000, 2000)]
    catchments = pd.DataFrame({"outfall_id": ["A", "B"], "weather": "wet", "geom": shapes})
    edges = [
        (
            zone_ground(catchments, settings=settings).shared_m
            >= zone_ground(catchments, settings=settings).least_edge_m
        )
        for settings in (Settings(), own(drainage__zone_edge_m=10))
    ]
    assert [bool(one.any()) for one in edges] == [False, True]


def test_the_ground_beside_drains() -> None:
    tables = drains_town(PLACES, [("ab", "storm", "branch"), ("bc", "storm", "branch")], kinds={"c": OUTFALL})
    area_m2 = [
        shapely.area(outfall_catchments(NetworkFrame(tables, settings)).parts["geom"].to_numpy()).sum()
        for settings in (Settings(), own(drainage__roadside_m=20))
    ]
    # 80 m of drains with a circle drawn as a polygon at their ends.
    assert area_m2[0] == pytest.approx(80 * 100 + 3.06 * 50**2, rel=0.01)
    assert area_m2[1] == pytest.approx(80 * 40 + 3.06 * 20**2, rel=0.01)


def test_the_order_of_misconnections() -> None:
    tables = drains_town(
        PLACES, [("ab", "sewage", "branch"), ("bc", "storm", "branch"), ("cd", "storm", "branch")],
        kinds={"d": OUTFALL}, customer=frames.empty("customer"),
    )  # fmt: skip
    found = [
        list_misconnections(CheckContext(tables, settings, today=TODAY)).frame
        for settings in (Settings(), own(drainage__misconnection_weight__light=7))
    ]
    assert [one["severity"].tolist() for one in found] == [["light"], ["light"]]
    assert [one["priority"].tolist() for one in found] == [[1], [7]]


def test_levels_that_differ_by_little_are_the_same() -> None:
    levels = {"invert_start_m": 10.01, "invert_end_m": 10.0}
    tables = drains_town(PLACES, [("ab", "storm", "branch")], fields={"ab": levels})
    states = [
        slope_table(CheckContext(tables, settings, today=TODAY)).frame["state"].tolist()
        for settings in (
            own(quality__slope_slack=1),
            own(quality__slope_slack=1, quality__level_slack_m=0.02),
        )
    ]
    assert states == [["ok"], ["flat"]]


def test_all_numbers_that_are_none_are_named_at_once() -> None:
    settings = own(dma__min_customers="abc", dma__max_customers="-")
    with pytest.raises(InputError, match=r"dma.min_customers “abc”.*dma.max_customers “-”"):
        settings.integer("dma.min_customers")
    # What reads none of them goes on.
    assert settings.integer("survey.most_in_folder") > 0
