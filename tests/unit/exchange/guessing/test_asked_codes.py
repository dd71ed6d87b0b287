"""Figures of a list are asked for, answers of yes and no are read by what their heading asks."""

from __future__ import annotations

import pytest
from support.adoption_frames import adopted, frame, line
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.guessing.guessing import guess
from waternet_plugin.core.schema.tables import all_tables

LINES = [line((30.0 * at, 0), (30.0 * at + 30, 0)) for at in range(6)]
IDS = [f"K{at}" for at in range(6)]


@pytest.mark.parametrize("words", [["0", "1"] * 3, [1, 2] * 3, ["01", "02"] * 3])
def test_figures_are_no_states_by_themselves(words: list[object]) -> None:
    """One office writes 1 for what is in use, another for what is abandoned."""
    guessed = guess(frame(LINES, 编号=IDS, 使用状态=words), table="pipe")
    assert "status" not in guessed.mapping.values
    assert [one.suggestion for one in guessed.codes if one.field == "status"] in ([], [None, None])


@pytest.mark.slow
def test_no_code_of_any_list_is_told_by_a_short_figure() -> None:
    """Long ones are those of a standard; 1 and 0 are yes and no everywhere."""
    for table in all_tables().values():
        for field in table.fields:
            if (
                field.domain
                and field.domain != "yes_no_unknown"
                and table.name in ("pipe", "node", "compound")
            ):
                words = [str(at) for at in range(10)]
                guessed = guess(frame(LINES, **{field.name: words[:6]}), table=table.name)
                told = guessed.mapping.values.get(field.name, {})
                assert not any(word.isdigit() for word in told), field.name


@pytest.mark.parametrize(
    ("heading", "words", "meant"),
    a_few_quick(
        [
            ("是否废弃", ["是", "否"], ["abandoned", "in_use"]),
            ("是否停用", ["Y", "N"], ["abandoned", "in_use"]),
            ("是否已拆除", ["是", "否"], ["removed", "in_use"]),
            ("是否在用", ["是", "否"], ["in_use", "abandoned"]),
            ("是否使用", [1, 0], ["in_use", "abandoned"]),
            ("ABANDONED", ["yes", "no"], ["abandoned", "in_use"]),
            ("IN_USE", ["true", "false"], ["in_use", "abandoned"]),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_heading_that_asks_tells_the_status(heading: str, words: list[object], meant: list[str]) -> None:
    rows = frame(LINES, 编号=IDS, **{heading: words * 3})
    mapping = guess(rows, table="pipe").mapping
    assert mapping.fields["status"].column == heading
    done = adopted(rows, {"status": heading}, values=dict(mapping.values), defaults={})
    assert done.rows["status"].tolist() == meant * 3


@pytest.mark.parametrize("words", [["是", "不详"], ["是", "部分"], ["好", "坏"]])
def test_other_answers_are_none(words: list[str]) -> None:
    guessed = guess(frame(LINES, 编号=IDS, 是否废弃=words * 3), table="pipe")
    assert not any(code == "abandoned" for code in guessed.mapping.values.get("status", {}).values())


def test_two_columns_that_ask_leave_it_to_a_person() -> None:
    rows = frame(LINES, 编号=IDS, 是否废弃=["是", "否"] * 3, 是否在用=["是", "否"] * 3)
    assert "status" not in guess(rows, table="pipe").mapping.fields


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("+ - +", {"+": "forward", "-": "reverse"}),
        ("＋ － ＋", {"＋": "forward", "－": "reverse"}),
        ("+ + +", {"+": "forward"}),
        ("1 -1 1", {"1": "forward", "-1": "reverse"}),
        ("正向 反向 正向", {"正向": "forward", "反向": "reverse"}),
    ],
)
def test_signs_of_a_flow_are_read(words: str, meant: dict[str, str]) -> None:
    rows = frame(LINES, 编号=IDS, 流向=words.split() * 2)
    mapping = guess(rows, table="pipe").mapping
    assert (mapping.fields["flow"].column, dict(mapping.values["flow"])) == ("流向", meant)
    done = adopted(rows, {"flow": "流向"}, values=dict(mapping.values))
    assert done.rows["flow"].tolist() == [meant[word] for word in words.split() * 2]


@pytest.mark.parametrize(("words", "count"), [("0 1 0", 2), ("1 2 1", 2), ("0 0 0", 0), ("- - -", 0)])
def test_which_way_figures_of_a_flow_are_is_asked(words: str, count: int) -> None:
    """Cities number the directions each its own way; one figure in all rows says nothing."""
    guessed = guess(frame(LINES, 编号=IDS, 流向=words.split() * 2), table="pipe")
    assert ("flow" in guessed.mapping.fields) == bool(count)
    assert [one.suggestion for one in guessed.codes if one.field == "flow"] == [None] * count
