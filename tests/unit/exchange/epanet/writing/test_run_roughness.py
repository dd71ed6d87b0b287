"""A run of EPANET has a roughness that it computes with in every pipe."""

from __future__ import annotations

import pytest
from support.epanet_files import TOWN

from waternet_plugin.core.exchange.epanet.reading.elements import model_of
from waternet_plugin.core.exchange.epanet.reading.text import read_document
from waternet_plugin.core.exchange.epanet.writing.exporting import ExportedModel
from waternet_plugin.core.exchange.epanet.writing.run_roughness import (
    pipes_without_roughness,
    with_roughness,
)

PIPE = " 350  150  110  0.5"


def exported(formula: str, roughness: str) -> ExportedModel:
    assert PIPE in TOWN and "Headloss H-W" in TOWN
    text = TOWN.replace(PIPE, PIPE.replace("110", roughness))
    data = text.replace("Headloss H-W", f"Headloss {formula}").encode()
    return ExportedModel(data, model_of(read_document(data, "town.inp"), "town.inp"), ("before",))


@pytest.mark.parametrize(
    ("formula", "roughness", "bad"),
    [
        ("H-W", "0", True),
        ("C-M", "0.0", True),
        ("D-W", "0", False),
        ("D-W", "-1", True),
        ("H-W", "110", False),
    ],
)
def test_smooth_pipes_are_legal_by_darcy_and_weisbach_alone(formula: str, roughness: str, bad: bool) -> None:
    assert pipes_without_roughness(exported(formula, roughness), "town.inp") == (("P4",) if bad else ())


def test_the_roughness_of_the_material_is_taken_with_a_word() -> None:
    before = exported("H-W", "0")
    run = with_roughness(before, "town.inp", {"P4": "cast_iron"})
    assert run.model.links["P4"].line.words[5] == "100"
    assert run.model.links["P1"].line.words == before.model.links["P1"].line.words
    assert run.notes[0].startswith("1 pipe has a roughness of 0 or below, such as P4")
    assert run.notes[1:] == ("before",)
    assert pipes_without_roughness(run, "town.inp") == ()
