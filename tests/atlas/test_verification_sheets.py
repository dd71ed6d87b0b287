"""A page for each pipe: what it says, from a template that users may have changed."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from support.store_helpers import ORIGIN
from support.surveyed_pipes import PIPE, SURVEYED, photo, surveyed_network

from waternet_plugin.atlas.layouts.page_template import shipped_template
from waternet_plugin.atlas.pages.page_words import PageWords
from waternet_plugin.atlas.verification import filled_sheet
from waternet_plugin.atlas.verification.sheet_words import page_values
from waternet_plugin.atlas.verification.sketch import sketch_of
from waternet_plugin.atlas.verification.verification_sheets import print_verification_sheets
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.facts import stored_text
from waternet_plugin.operations.survey.verification.verification_facts import pipes_of_batch, verified_pipes
from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store import Network

DAY = datetime.date(2026, 11, 18)
LOW = (*SURVEYED[:3], (60, 0.003, 9.790))


@pytest.fixture
def town(tmp_path: Path) -> Network:
    """A pipe that passes, with one photo."""
    network = surveyed_network(tmp_path / "town.gpkg")
    shot = photo(tmp_path / "trench.jpg")
    verify_pipe(network, VerifyRequest((PIPE,), "Li", DAY, photos=(shot,)))
    return network


def printed(network: Network, path: Path, language: str = "en") -> Path:
    assert print_verification_sheets(network, verified_pipes(network, [PIPE]), path, language=language) == 1
    return path


# The words of each verdict, and of what speaks against it.
SAID = {
    ("pass", "en"): ("Pass", "No objections.", "Photos: 1"),
    ("pass", "zh_CN"): ("通过", "无异议。", "照片：1"),
    ("open", "en"): ("Open", "1. material not verified", "2. no photo", "Photos: none"),
    ("open", "zh_CN"): ("待补充", "1. 材料未核验", "照片：无"),
    ("fail", "en"): ("Fail", "1. 30 mm from the planned invert", "at most 10 mm", "Photos: 1"),
    ("fail", "zh_CN"): ("不通过", "30 mm", "照片：1"),
}


def judged(folder: Path, verdict: str) -> Network:
    """Return the network with its pipe so that it gets a verdict."""
    network = surveyed_network(folder / f"{verdict}.gpkg", LOW if verdict == "fail" else SURVEYED)
    shot = photo(folder / "trench.jpg")
    request = VerifyRequest((PIPE,), backfilled_on=DAY + datetime.timedelta(1))
    if verdict != "open":
        request = VerifyRequest((PIPE,), "Li", DAY, photos=(shot,))
    assert verify_pipe(network, request).verdict == verdict
    return network


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["pass", "open", "fail"])
def test_the_three_verdicts_are_printed_in_both_languages(qgis_app, tmp_path, page_texts, verdict):
    network = judged(tmp_path, verdict)
    for language in ("en", "zh_CN"):
        path = printed(network, tmp_path / f"{language}.pdf", language)
        text = " ".join("".join(page_texts(path)).split())
        missing = [words for words in SAID[verdict, language] if words not in text]
        assert not missing, text


@pytest.mark.slow
def test_more_reasons_than_have_room_are_counted(town):
    (one,) = verified_pipes(town, [PIPE])
    stretch = {"is": "stretch", "from_m": 0, "to_m": 30, "limit_m": 20}
    facts = stored_text([stretch] * 11)
    crowded = replace(one, verification={**one.verification, "reason_facts": facts, "verdict": "open"})
    values = page_values(crowded, PageWords("en"), "town", DAY)
    lines = values["wn_reasons"].split("\n")
    assert len(lines) == 9 and lines[-1] == "and 3 more"


@pytest.mark.slow
def test_the_sketch_enlarges_deviations_and_names_points(town):
    (one,) = verified_pipes(town, pipes_of_batch(town, "SB-1"))
    found = sketch_of(one)
    # 12 mm at 2.7 mm a metre are 0.032 mm: 200 times that are 6.5 mm, 500 times would be over 9.
    assert found.times == 200
    said = [word.text for word in found.words]
    assert all(f"WS{number}" in said for number in range(1, 5))
    assert "12 / -4" in said
    assert "<text" not in found.svg


def test_what_was_never_verified_and_what_is_not_there_is_refused(town):
    with pytest.raises(InputError, match="no pipe X"):
        verified_pipes(town, ["X"])
    with pytest.raises(InputError, match="SB-9"):
        pipes_of_batch(town, "SB-9")


@pytest.mark.slow
def test_a_template_beside_the_network_is_taken_and_a_broken_one_is_named(qgis_app, town, tmp_path):
    own = tmp_path / filled_sheet.NAME
    own.write_text("<broken", encoding="utf-8")
    with pytest.raises(InputError, match="not a page template"):
        printed(town, tmp_path / "sheet.pdf")
    assert not (tmp_path / "sheet.pdf").exists()
    shipped = shipped_template(filled_sheet.NAME)
    text = shipped.read_text(encoding="utf-8")
    own.write_text(text.replace("@wn_title", "'MY OWN ' || @wn_title"), encoding="utf-8")
    printed(town, tmp_path / "sheet.pdf")


@pytest.mark.slow
def test_pages_go_on_until_all_points_and_photos_are_there(qgis_app, tmp_path, page_texts):
    points = tuple((2.0 * number, 0.003, 9.99 - 0.006 * number) for number in range(31))
    network = surveyed_network(tmp_path / "long.gpkg", points)
    shots = tuple(photo(tmp_path / f"{number}.jpg", 10.0 * number) for number in range(1, 5))
    with network.write("edit") as batch:
        node = network.read("node", ["node_id"], ids=["N-1"])
        batch.update("node", node.assign(ground_m=12.5)[["node_id", "ground_m"]])
    verify_pipe(network, VerifyRequest((PIPE,), "Li", DAY, photos=shots))
    path = tmp_path / "long.pdf"
    assert print_verification_sheets(network, verified_pipes(network, [PIPE]), path, language="en") == 3
    pages = [text.split() for text in page_texts(path)]
    assert len(pages) == 3
    # In the table, and as text on the sketch.
    for number in range(1, 32):
        assert [page.count(f"WS{number}") for page in pages] == [
            2 * int(page == (number - 1) // 13) for page in range(3)
        ]
    assert all(f"{page}/3" in words for page, words in enumerate(pages, 1))
    east = f"{points[30][0] + ORIGIN[0]:.3f}"
    assert east in pages[2] and "N-1," in pages[0]
    assert all("N" in words and "m" in words for words in pages)
    assert "VF-0002" in pages[0] and "least" in pages[0] and "12.500" in pages[0]
