"""The proof by NetworkX says what the one by arrays says, and catches a wrong one."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from support.dma_frames import model_of, zone_rows
from support.water_frames import Drawing
from support.zoned_networks import scenario_of, zoned_model

from waternet_plugin.core.dma.boundary import OPEN
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.dma.second_proof.confirmation import confirmation_of, confirmed_sentence
from waternet_plugin.core.dma.second_proof.networkx_proof import SecondProof, prove_again
from waternet_plugin.core.dma.second_proof.zone_answer import ZoneAnswer, answers_of
from waternet_plugin.core.dma.verdict.cut_off import find_cut_off
from waternet_plugin.core.dma.verdict.zone_faults import ZoneFaults, find_faults
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.checking import check, listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.zones.judgement import ZoneJudgement, judge_zones, rules_to_run
from waternet_plugin.core.quality.zones.zone_context import dma_of, faults_of, second_proof_of

TODAY = datetime.date(2026, 1, 1)
QUICK, ALL = range(20), range(500)


def by_arrays(model: DmaModel) -> dict[str, ZoneAnswer]:
    return answers_of(find_faults(model.dma), find_cut_off(model.dma))


def by_networkx(model: DmaModel) -> dict[str, ZoneAnswer]:
    return {zone: found.answer for zone, found in prove_again(model).of_zone.items()}


def both_say_the_same(model: DmaModel, what: object) -> Counter[str]:
    """Compare both proofs of all zones; return what they say, counted."""
    answers = by_arrays(model)
    assert by_networkx(model) == answers, what
    verdicts = dict(zip(map(str, model.dma.zones.zone_id), find_faults(model.dma).verdicts()))
    for zone, answer in answers.items():
        if answer.verdict == "not_valid" and not answer.cut_off:
            assert verdicts[zone] == "not_valid"
    told = Counter(answer.verdict for answer in answers.values())
    told.update(name for one in answers.values() for name in ("has_way", "cut_off") if getattr(one, name))
    return told


@pytest.mark.slow
def test_both_proofs_say_the_same_of_random_networks() -> None:
    told: Counter[str] = Counter()
    for seed in QUICK:
        told += both_say_the_same(zoned_model(seed), seed)
    assert all(told[each] > 0 for each in ("valid", "not_valid", "not_provable", "has_way", "cut_off")), told


@pytest.mark.slow
@pytest.mark.parametrize("first", ALL[::50])
def test_both_proofs_say_the_same_of_500_random_networks(first: int) -> None:
    for seed in range(first, first + 50):
        both_say_the_same(zoned_model(seed), seed)


@pytest.mark.parametrize("seeds", [range(5), pytest.param(range(5, 200), marks=pytest.mark.slow)])
def test_both_proofs_say_the_same_of_scenarios(seeds: range) -> None:
    for seed in seeds:
        model = zoned_model(seed)
        both_say_the_same(in_scenario(model, scenario_of(model, seed)), seed)


def town() -> Drawing:
    """A source, and zone A of a loop and a stub behind meter M; V closes it, W lies outside of it."""
    drawing = Drawing().node("S", 0, kind="source").node("M", 50, kind="flow_meter", meter_in="A")
    drawing.node("Q", 100).node("R", 200).node("V", 250, kind="valve", valve_state="closed").node("W", 300)
    drawing.pipe("main", "S", "M").pipe("a0", "M", "Q", dma_id="A")
    drawing.pipe("a1", "Q", "R", dma_id="A").pipe("a2", "Q", "R", dma_id="A").pipe("a3", "R", "V", dma_id="A")
    return drawing.pipe("lane", "V", "W").pipe("ring", "W", "S")


@pytest.mark.slow
def test_valves_bridges_and_ways_are_found() -> None:
    drawing = town()
    found = prove_again(model_of(drawing, zone_rows("A"))).of_zone["A"]
    # Of two parallel pipes neither is the only way.
    assert (found.valves, found.bridges, found.answer.verdict) == (("V",), 2, "valid")
    drawing.node_rows[4]["valve_state"] = "unknown"
    answer = by_networkx(model_of(drawing, zone_rows("A")))["A"]
    assert (answer.verdict, answer.unknown_valves, answer.has_way) == ("not_provable", 1, False)
    drawing.node_rows[4]["valve_state"] = "open"
    answer = by_networkx(model_of(drawing, zone_rows("A")))["A"]
    assert (answer.verdict, answer.open_crossings, answer.has_way, answer.entry) == (
        "not_valid",
        1,
        True,
        "V",
    )
    assert "unmetered way: at V" in answer.text()


def test_ends_are_at_the_nodes_that_rows_name_and_else_where_they_lie() -> None:
    drawing = town()
    named = model_of(drawing, zone_rows("A"))
    model = named
    for name in ("from_node", "to_node"):
        model = replace(model, pipes=model.pipes.assign(**{name: None}))
    assert by_networkx(model) == by_networkx(named)
    # The rows are read, not the arrays: arrays that were spoilt change nothing.
    spoilt = replace(named, dma=replace(named.dma, closed=np.zeros_like(named.dma.closed)))
    assert by_networkx(spoilt) == by_networkx(named) != by_arrays(spoilt)


@pytest.mark.slow
def test_zones_that_hold_each_other_and_zones_without_pipes() -> None:
    zones = zone_rows("A", "Y", "Z").assign(parent_id=["Z", "Z", "Y"])
    model = model_of(town(), zones)
    assert by_networkx(model) == by_arrays(model)
    assert by_arrays(model_of(town(), zone_rows("A", "E")))["E"].parts == 0
    both_say_the_same(model_of(town(), zone_rows("A", "E")), "without pipes")


def judged(faults: ZoneFaults, model: DmaModel, proof: SecondProof) -> ZoneJudgement:
    """Judge with given answers of both proofs."""
    tables = {"pipe": model.pipes, "node": model.nodes, "customer": model.customers, "zone": model.zones}
    subject = CheckContext(tables, model.settings, today=TODAY, connected=model.connected)
    subject.give(dma_of, model.dma)
    subject.give(faults_of, faults)
    subject.give(second_proof_of, proof)
    founds = run(subject, rules_to_run())
    columns = ["issue_id", "state", "rule_id", "assets", "severity", "text", "fix", "root", "x", "y"]
    return judge_zones(subject, founds, listed(subject, founds), pd.DataFrame(columns=columns))


def wrongly_valid(model: DmaModel) -> ZoneFaults:
    """Return the faults of a network whose open crossings were lost."""
    faults = find_faults(model.dma)
    crossings = faults.boundary.crossings
    kept = crossings.state != OPEN
    fewer = replace(
        crossings, zone=crossings.zone[kept], node=crossings.node[kept], state=crossings.state[kept]
    )
    return replace(faults, boundary=replace(faults.boundary, crossings=fewer), ways=())


def test_a_wrong_verdict_of_the_arrays_is_caught() -> None:
    drawing = town()
    drawing.node_rows[4]["valve_state"] = "open"
    model = model_of(drawing, zone_rows("A"))
    faults, proof = wrongly_valid(model), prove_again(model)
    assert faults.verdicts().tolist() == ["valid"]
    found = judged(faults, model, proof)
    assert (found.zones["verdict"].tolist(), found.zones["confirmed"].tolist()) == (["not_provable"], ["no"])
    (row,) = found.findings[found.findings["rule_id"] == "dma_proofs_differ"].to_dict("records")
    assert (row["code"], row["severity"], row["zone_id"], row["root"]) == ("D14", "error", "A", None)
    assert "WaterNet: Valid (parts: 1, open crossings: 0" in row["text"]
    assert f"NetworkX {proof.version}: Not valid (parts: 1, open crossings: 1" in row["text"]
    right = judged(find_faults(model.dma), model, proof)
    assert (right.zones["verdict"].tolist(), right.zones["confirmed"].tolist()) == (["not_valid"], ["yes"])
    assert "dma_proofs_differ" not in set(right.findings["rule_id"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_arrays_lose_is_caught(seed: int) -> None:
    model = zoned_model(seed)
    right, wrong = by_arrays(model), answers_of(wrongly_valid(model), find_cut_off(model.dma))
    proof = prove_again(model)
    for zone, answer in right.items():
        expected = "yes" if wrong[zone] == answer else "no"
        assert confirmation_of(zone, wrong, proof) == expected
        assert (answer.open_crossings > 0) == (expected == "no")


def test_without_networkx_nothing_is_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "networkx", None)
    model = model_of(town(), zone_rows("A"))
    proof = prove_again(model)
    assert proof == SecondProof()
    found = judged(find_faults(model.dma), model, proof)
    assert (found.zones["verdict"].tolist(), found.zones["confirmed"].tolist()) == (
        ["valid"],
        ["not_checked"],
    )
    assert "networkx is not installed" in confirmed_sentence(["not_checked"])


def test_the_sentence_counts_the_areas() -> None:
    version = prove_again(model_of(town(), zone_rows("A"))).version
    assert confirmed_sentence(["yes", "no", "yes"]) == f"Confirmed by NetworkX {version}: 2 of 3 areas."
    assert confirmed_sentence(["yes"]) == f"Confirmed by NetworkX {version}: 1 of 1 area."


@pytest.mark.slow
def test_the_check_of_a_network_leaves_this_rule_to_the_check_of_metered_areas() -> None:
    model = model_of(town(), zone_rows("A"))
    found = check({"pipe": model.pipes, "node": model.nodes, "zone": model.zones}, today=TODAY)
    assert set(catalogue()) - set(found.rules) == {"dma_proofs_differ"}
    assert "dma_proofs_differ" in rules_to_run()
