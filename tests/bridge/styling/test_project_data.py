"""The data behind the styles: complete, and as the design has it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from waternet_plugin.bridge.styling import look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.schema import domains

# UX section 3, word for word: what a system looks like on screen and on paper.
SYSTEMS = {
    "potable": ("#2093f8", "#3679aa"),
    "raw_water": ("#182e46", "#022e4e"),
    "reclaimed": ("#734599", "#74199b"),
    "fire": ("#d7165a", "#a71a35"),
    "sewage": ("#593201", "#4a1f03"),
    "storm": ("#22a397", "#0e716e"),
    "combined": ("#bd8d09", "#a36b07"),
}
HEALTH = {
    "renew_now": ("#99000d", 1.2),
    "priority": ("#ef6c2f", 0.9),
    "monitor": ("#f4c430", 0.5),
    "in_service": ("#6f9ac4", 0.26),
    "unknown": ("#bdbdbd", 0.26),
}
PATTERNS = {
    "potable": (),
    "raw_water": (1.8, 0.6, 0.3, 0.6),
    "reclaimed": (1.6, 0.8),
    "fire": (),
    "sewage": (),
    "storm": (0.9, 0.6),
    "combined": (1.2, 0.5, 0.3, 0.5),
}
DOMAIN_OF_THEME = {
    "system": "map_class",
    "material": "material",
    "status": "status",
    "health": "health_class",
}


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast_on_white(colour: str) -> float:
    return 1.05 / (_luminance(colour) + 0.05)


@pytest.mark.parametrize("system", SYSTEMS)
def test_systems_have_the_colours_of_the_design(system):
    key = f"system.{system}"
    assert (Look("screen", "en").colour(key), Look("print", "en").colour(key)) == SYSTEMS[system]


@pytest.mark.parametrize(("palette", "least"), [("screen", 3.0), ("print", 4.5)])
def test_systems_stand_out_on_white(palette, least):
    chosen = Look(palette, "en")
    # The screen's storm, combined and potable are chosen at the very limit: two digits count.
    contrasts = {system: _contrast_on_white(chosen.colour(f"system.{system}")) for system in SYSTEMS}
    assert min(round(value, 1) for value in contrasts.values()) >= least, contrasts


def test_cjj61_has_one_cyan_and_one_brown():
    screen, paper = Look("cjj61", "en"), Look("cjj61_paper", "en")
    supply = ("raw_water", "potable", "reclaimed", "fire")
    drains = ("sewage", "storm", "combined")
    assert {screen.colour(f"system.{system}") for system in supply} == {"#00ffff"}
    assert {paper.colour(f"system.{system}") for system in supply} == {"#007a8c"}
    assert {look_.colour(f"system.{system}") for system in drains for look_ in (screen, paper)} == {"#4c3926"}


def test_text_is_never_in_the_standards_cyan():
    assert Look("cjj61", "en").text_colour("system.potable") == "#007a8c"
    assert Look("screen", "en").text_colour("system.potable") == "#2093f8"


def test_health_has_the_colours_and_widths_of_the_design():
    chosen = Look("screen", "en")
    classes = look.line_classes("health")
    assert {item.key: (chosen.colour(f"health.{item.key}"), item.width_mm) for item in classes} == HEALTH


def test_patterns_are_those_of_the_design():
    found = {item.key: item.dash for item in look.line_classes("system") if item.key in PATTERNS}
    assert found == PATTERNS


@pytest.mark.parametrize("theme", DOMAIN_OF_THEME)
def test_classes_of_a_theme_are_the_codes_of_its_domain(theme):
    assert {item.key for item in look.line_classes(theme)} == set(domains.domain(DOMAIN_OF_THEME[theme]))


def test_legend_has_the_systems_in_the_order_of_the_design():
    keys = [item.key for item in look.line_classes("system")]
    assert keys == [*SYSTEMS, "planned", "abandoned"]


@pytest.mark.parametrize("theme", ["system", "material", "age", "status", "health", "verified"])
def test_every_class_has_a_colour_and_a_label_in_both_languages(theme):
    for palette in ("screen", "print", "cjj61", "cjj61_paper"):
        for language in look.LANGUAGES:
            chosen = Look(palette, language)
            for item in look.line_classes(theme):
                assert re.fullmatch("#[0-9a-f]{6}", chosen.colour(f"{theme}.{item.key}"))
                assert chosen.class_label(look.themes()[theme], item)


@pytest.mark.parametrize("language", look.LANGUAGES)
def test_every_material_has_a_word_for_the_map(language):
    words = look.short_materials(language)
    assert set(words) == set(domains.domain("material"))
    assert {code for code, word in words.items() if not word} == {"other", "unknown"}


def test_every_kind_of_node_has_a_symbol():
    assert {item.kind for item in look.node_classes()} == set(domains.domain("node_kind"))
    for item in look.node_classes():
        assert look.svg(item.symbol).startswith("base64:")


def test_symbols_take_the_colour_of_their_system():
    for path in sorted((look.STYLES / "svg").glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        assert "param(outline)" in text, path.name
        assert ElementTree.fromstring(text).attrib["viewBox"].startswith("0 0 "), path.name


@pytest.mark.parametrize(
    ("name", "width_mm", "height_mm"),
    [
        ("valve", 3.2, 1.8),
        ("hydrant", 3.0, None),
        ("meter", 3.0, 3.0),
        ("manhole_sewage", 2.4, 2.4),
        ("inlet", 2.4, 1.4),
        ("septic_tank", 3.2, 2.2),
        ("pump_station", 5.0, 5.0),
        ("plant", 6.0, 6.0),
        ("outfall", 3.4, None),
    ],
)
def test_symbols_have_the_sizes_of_the_design(name, width_mm, height_mm):
    text = (look.STYLES / "svg" / f"{name}.svg").read_text(encoding="utf-8")
    box = ElementTree.fromstring(text).attrib["viewBox"]
    # A unit is 0.1 mm; 0.15 mm of air on each side hold the stroke.
    width, height = (float(part) / 10 - 0.3 for part in box.split()[2:])
    assert width == pytest.approx(width_mm)
    if height_mm is not None:
        assert height == pytest.approx(height_mm)


def test_paper_has_thinner_lines():
    assert Look("screen", "en").width(1.2) == 1.2
    assert Look("print", "en").width(1.2) == 0.96
    assert Look("cjj61_paper", "en").width(0.9) == 0.72
