"""Random compounds: drains led right give no misconnection, drawn either way; those led wrong give theirs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from support.quality_frames import TODAY
from support.random_compounds import random_street, spoilt, street_tables
from support.slow_cases import a_few_quick

from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.misconnected.rules import misconnections
from waternet_plugin.core.quality.misconnected.table import RULES
from waternet_plugin.core.schema.settings import Settings

# Compounds that each case draws.
MANY = 4
CODES = {
    "facility_to_storm": "M5", "compound_to_other_system": "M4", "inlet_to_sewage": "M3",
    "sewage_to_storm": "M1", "storm_to_sewage": "M2",
}  # fmt: skip


def _found(tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return the code, else the rule, of each drain that is said to be wrong."""
    subject = CheckContext(tables, Settings(), today=TODAY)
    every = misconnections(subject)
    rules = [RULES[rule] for rule in every.rule]
    return {str(subject.pipes.ids[pipe]): CODES.get(rule, rule) for rule, pipe in zip(rules, every.pipe)}


@pytest.mark.parametrize("known", ["flow", "levels", "nothing"])
@pytest.mark.parametrize("drawn", ["forward", "backward", "mixed"])
@pytest.mark.parametrize("seed", a_few_quick(range(3), 1))
def test_clean_compounds_have_none(seed: int, drawn: str, known: str) -> None:
    chance = np.random.default_rng(seed)
    street = random_street(chance, MANY)
    assert _found(street_tables(street, chance, drawn=drawn, known=known)) == {}


@pytest.mark.parametrize(
    ("drawn", "known"),
    [
        ("forward", "nothing"),
        *((drawn, known) for drawn in ("forward", "backward", "mixed") for known in ("flow", "levels")),
    ],
)
@pytest.mark.parametrize("seed", a_few_quick(range(6), 1))
def test_spoilt_compounds_have_exactly_those_led_wrong(seed: int, drawn: str, known: str) -> None:
    chance = np.random.default_rng(100 + seed)
    street = random_street(chance, MANY)
    wrong = dict(spoilt(street, chance, number) for number in range(0, MANY, 2))
    wrong.pop("", None)
    found = _found(street_tables(street, chance, drawn=drawn, known=known))
    assert set(found) == set(wrong)
    for pipe, code in wrong.items():
        # What goes on from the last manhole of a compound leads out of it.
        assert found[pipe] in ((code, "M4") if code in ("M1", "M2") else (code,))
