"""JSON that people write: a name that stands twice in it is told as a fault, not taken as it stands last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.renewal.plan_constraints import parse_fixed
from waternet_plugin.core.survey.decisions.answers import read_answers
from waternet_plugin.operations.network.trace_network import rules_of
from waternet_plugin.operations.survey.survey_requests import parsed_json


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (parse, '{"fields": {"pipe_id": "A", "pipe_id": "B"}}'),
        (read_answers, '{"axes": "x_north", "axes": "x_east"}'),
        (rules_of, '{"weather": "wet", "weather": "dry"}'),
        (lambda text: parse_fixed(text, start_year=2027, years=5), '{"P-1": 2027, "P-1": 2028}'),
        (lambda text: parsed_json("MAPPING", text), '{"values": {"a": 1, "a": 2}}'),
    ],
)
def test_a_name_that_stands_twice_is_told(read: Callable[[str], Any], text: str) -> None:
    with pytest.raises(InputError, match=r"contains “(pipe_id|axes|weather|P-1|a)” twice"):
        read(text)


def test_codes_that_differ_by_blanks_are_one() -> None:
    with pytest.raises(InputError, match="“values” of material contains “PE” twice"):
        parse('{"fields": {"material": "M"}, "values": {"material": {"PE": "pe", "PE ": "pvc"}}}')
    assert parse('{"values": {"material": {"PE": "pe", "PE ": "pe"}}, "fields": {"material": "M"}}')


def test_what_was_stored_is_read_as_it_is() -> None:
    assert parse_json('{"a": 1, "a": 2}') == {"a": 2}
