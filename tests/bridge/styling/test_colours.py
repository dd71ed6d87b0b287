"""Colours that everybody can tell apart, on screen and on paper."""

from __future__ import annotations

import pytest
from support.colour_vision import EYES, contrast, distance, least_distance, ucs

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains
from waternet_plugin.gui.plan.list import PlanPane

SCREEN, PRINT = ("screen", 19.0, 3.0), ("print", 15.0, 4.5)


def colours(palette: str, theme: str) -> dict[str, str]:
    """Return the colours of a theme's classes."""
    chosen = Look(palette, "en")
    if theme == "system":
        return {key: chosen.colour(f"system.{key}") for key in domains.domain("system")}
    return {item.key: chosen.colour(f"{theme}.{item.key}") for item in look.line_classes(theme)}


def test_distances_are_those_of_the_literature():
    # Black and white span the whole lightness; a colour has no distance to itself.
    assert distance("#000000", "#ffffff") == pytest.approx(100.0, abs=0.1)
    assert distance("#2093f8", "#2093f8") == 0.0
    # Computed with the package colorspacious 1.1.2.
    assert distance("#ff0000", "#00ff00") == pytest.approx(76.118, abs=0.05)
    assert distance("#ff0000", "#00ff00", "deuteranope") == pytest.approx(24.874, abs=0.05)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(("palette", "least", "_contrast"), [SCREEN, PRINT])
def test_systems_are_told_apart(palette, least, _contrast, eye):
    found = least_distance(colours(palette, "system"), eye)
    assert found[0] >= least, found


@pytest.mark.parametrize(("palette", "_least", "least"), [SCREEN, PRINT])
def test_systems_stand_out_on_white(palette, _least, least):
    found = {key: contrast(colour) for key, colour in colours(palette, "system").items()}
    # The print palette's combined drains are chosen at the limit: two digits count.
    assert min(round(value, 2) for value in found.values()) >= least, found


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_health_classes_are_told_apart(palette, eye):
    found = least_distance(colours(palette, "health"), eye)
    assert found[0] >= 15.0, found


@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_what_needs_work_stands_out_on_white(palette):
    chosen = Look(palette, "en")
    # The yellow of “monitor” is held by its dark casing.
    keys = ("renew_now", "priority", "monitor_casing")
    found = {key: contrast(chosen.colour(f"health.{key}")) for key in keys}
    assert min(found.values()) >= 3.0, found


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_ages_are_told_apart_and_grow_lighter(palette, eye):
    found = colours(palette, "age")
    assert least_distance(found, eye)[0] >= 9.5, least_distance(found, eye)
    light = [ucs(colour)[0] for key, colour in found.items() if key != "unknown"]
    assert light == sorted(light)


@pytest.mark.slow
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
@pytest.mark.parametrize(("years", "least"), [(5, 19.0), (10, 11.5)])
def test_years_of_a_plan_are_told_apart(palette, eye, years, least):
    chosen = Look(palette, "en")
    found = {str(year): chosen.colour(f"plan.year_{year}") for year in range(1, years + 1)}
    # None is so dark that thin lines of it look black, as the package that is chosen is marked.
    assert min(ucs(colour)[0] for colour in found.values()) >= 30.0
    found |= {"none": chosen.colour("plan.none"), "chosen": PlanPane.MARK}
    assert least_distance(found, eye)[0] >= least, least_distance(found, eye)


@pytest.mark.parametrize("theme", ["age", "plan"])
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_ages_and_years_stand_out_on_white(palette, theme):
    chosen = Look(palette, "en")
    keys = [key for key in colours(palette, "age") if key != "unknown"]
    keys = keys if theme == "age" else [f"year_{year}" for year in range(1, 11)]
    found = {key: round(contrast(chosen.colour(f"{theme}.{key}")), 2) for key in keys}
    assert min(found.values()) >= 2.8, found


# Twenty materials are too many for one distance: those that make up most networks keep the largest, those
# that share a pattern the next, all others are told apart by their pattern, too.
COMMON = frozenset(
    {"ductile_iron", "cast_iron", "steel", "galvanized_steel", "pe", "pvc"}
    | {"reinforced_concrete", "concrete", "asbestos_cement"}
)


@pytest.mark.slow
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize(
    ("palette", "common", "alike", "least"),
    [("screen", 12.0, 10.0, 7.0), ("cjj61", 12.0, 10.0, 7.0), ("print", 10.5, 9.0, 6.0)],
)
def test_materials_are_told_apart(palette, common, alike, least, eye):
    found = colours(palette, "material")
    assert least_distance({key: found[key] for key in COMMON}, eye)[0] >= common
    patterns = {item.key: item.dash for item in look.line_classes("material")}
    for pattern in set(patterns.values()):
        same = {key: colour for key, colour in found.items() if patterns[key] == pattern}
        if len(same) > 1:
            assert least_distance(same, eye)[0] >= alike, (pattern, least_distance(same, eye))
    assert least_distance(found, eye)[0] >= least, least_distance(found, eye)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
def test_kinds_of_zones_are_told_apart(palette, eye):
    chosen = Look(palette, "en")
    found = {kind: chosen.colour(f"zone.{kind}") for kind in domains.domain("zone_kind")}
    assert least_distance(found, eye)[0] >= 15.0, least_distance(found, eye)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("palette", ["screen", "print", "cjj61"])
@pytest.mark.parametrize(("theme", "least"), [("status", 10.0), ("verified", 19.0)])
def test_states_are_told_apart(theme, least, palette, eye):
    found = colours(palette, theme)
    assert least_distance(found, eye)[0] >= least, least_distance(found, eye)


@pytest.mark.parametrize(("palette", "least"), [("screen", 3.0), ("cjj61", 3.0), ("print", 4.5)])
def test_materials_and_zones_stand_out_on_white(palette, least):
    chosen = Look(palette, "en")
    # Pipes of unknown material step back: they are dashed and grey.
    keys = [f"material.{key}" for key in colours(palette, "material") if key != "unknown"]
    keys += [f"zone.{kind}" for kind in domains.domain("zone_kind")]
    found = {key: contrast(chosen.colour(key)) for key in keys}
    assert min(found.values()) >= least, min(found, key=found.get)
