"""When a failure was found is a day and a time; both come from one column where a ledger has but one."""

from __future__ import annotations

import pytest
from support.adoption_frames import adopted, frame, point

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.exchange.mapping.mapping_faults import MappingError

PLACES = [point(30.0 * at, 0) for at in range(12)]
IDS = [f"GD{at}" for at in range(12)]
TIMES = [f"{2012 + at}-0{at % 9 + 1}-1{at % 9} 10:2{at % 9}" for at in range(12)]
DAYS = [one[:10] for one in TIMES]


def _columns(**columns: list[str]) -> dict[str, str]:
    guessed = guess(frame(PLACES, 工单号=IDS, **columns), table="failure")
    return {name: one.column for name, one in guessed.mapping.fields.items()}


def test_one_time_is_the_day_too() -> None:
    rows = frame(PLACES, 工单号=IDS, 发现时间=TIMES)
    told = guess(rows, table="failure").mapping
    assert (told.fields["found_at"].column, told.fields["date"].column) == ("发现时间", "发现时间")
    done = adopted(
        rows, {"found_at": "发现时间", "date": {"from": "发现时间", "take": "date"}}, "failure"
    ).rows
    assert done["date"].astype(str).tolist() == DAYS
    # By the clocks of the network, eight hours ahead.
    assert str(done["found_at"].iloc[0])[:16] == "2012-01-10 02:20"


def test_a_day_alone_is_the_date_and_no_time() -> None:
    found = _columns(发现时间=DAYS)
    assert found["date"] == "发现时间"
    assert "found_at" not in found


def test_another_day_stays_the_date() -> None:
    found = _columns(发现时间=TIMES, 报修日期=DAYS)
    assert (found["date"], found["found_at"]) == ("报修日期", "发现时间")


def test_a_mapping_names_other_clocks() -> None:
    rows = frame(PLACES[:1], t=["2020-01-01 12:00"])
    done = adopted(rows, {"found_at": "t"}, "failure", time_zone="Europe/Rome")
    assert str(done.rows["found_at"].iloc[0])[:16] == "2020-01-01 11:00"
    with pytest.raises(MappingError, match="time_zone"):
        adopted(rows, {"street": "t"}, "compound", time_zone="Europe/Rome")
