"""What headings of crews' tables mean: lengths, places, codes and drains as offices call them."""

from __future__ import annotations

import pandas as pd
import pytest

from waternet_plugin.core.exchange.inspections.crew_headings import guessed

ROWS = {
    "管段": ["W1-W2", "W1-W2", "W2-W3"],
    "日": ["2025-03-05"] * 3,
    "长": ["36.9", "36.9", "41.2"],
    "处": ["26.5", "33.2-35.7", "6.1"],
    "缺陷": ["FS1", "AJ2", "SL4"],
    "钟": ["0310", "0206", "12"],
}
FIELDS = {
    "管段": "pipe_id",
    "日": "date",
    "长": "inspection.length_m",
    "处": "position_m",
    "缺陷": "code",
    "钟": "clock",
}


@pytest.mark.parametrize(
    "headings",
    [
        ("起止井号", "日期", "管段长度(m)", "位置m", "缺陷名称及等级", "环向位置描述"),
        ("井段", "检测时间", "管段长度", "距起点距离", "缺陷描述", "钟点位置"),
        ("检测管段", "录像日期", "检测长度(m)", "缺陷位置(m)", "缺陷代码", "时钟表示"),
    ],
)
def test_headings_of_offices_fill_what_they_mean(headings: tuple[str, ...]) -> None:
    frame = pd.DataFrame(dict(zip(headings, ROWS.values())), dtype=object)
    found = {field: source.column for field, source in guessed(frame).fields.items()}
    assert found == dict(zip(FIELDS.values(), headings))


def test_a_length_of_defects_stays_theirs() -> None:
    frame = pd.DataFrame(
        {"管段编号": ROWS["管段"], "缺陷代码": ROWS["缺陷"], "缺陷长度": ["1.0", "2.5", "3"]}
    )
    assert guessed(frame).fields["defect.length_m"].column == "缺陷长度"
