"""Facts of many rows are put into words and kept as one by one."""

from __future__ import annotations

import pytest

from waternet_plugin.core.facts import Vocabulary, stored_each, stored_text

WORDS = Vocabulary(
    lambda: {"near": "Pipe {pipe} at {distance} m of {count}.", "nothing": "Nothing is known."}
)
PIPES = ("P1", 'a "b"', "two\nlines", "{count}", "%s, \\u000a", "管道", "")


@pytest.mark.parametrize("rows", [0, len(PIPES)])
def test_many_facts_of_one_code_are_kept_and_told_as_one_by_one(rows: int) -> None:
    values = {
        "pipe": PIPES[:rows],
        "distance": [f"{row:.1f}" for row in range(rows)],
        "count": list(range(rows)),
    }
    facts = [{"is": "near", **dict(zip(values, row))} for row in zip(*values.values())]
    assert stored_each("near", values, rows) == [stored_text([fact]) for fact in facts]
    assert WORDS.say_alike("near", values, rows) == list(WORDS.say_all(facts))


def test_a_fact_without_values_is_that_of_every_row() -> None:
    assert stored_each("nothing", {}, 2) == [stored_text([{"is": "nothing"}])] * 2
    assert WORDS.say_alike("nothing", {}, 2) == ["Nothing is known."] * 2
