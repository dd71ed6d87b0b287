"""A page for each pipe: what it says, from a template that users may have changed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from support.surveyed_pipes import PIPE, SURVEYED, photo, surveyed_network

from waternet_plugin.atlas.verification import sheet_template
from waternet_plugin.atlas.verification.sketch import sketch_of
from waternet_plugin.atlas.verification.verification_sheets import print_verification_sheets
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.verification_facts import pipes_of_batch, verified_pipes
from waternet_plugin.operations.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store import Network

DAY = datetime.date(2026, 11, 18)
LOW = (*SURVEYED[:3], (60, 0.003, 9.790))


@pytest.fixture
def town(tmp_path: Path) -> Network:
    """A pipe that passes, with one photo."""
    network = surveyed_network(tmp_path / "town.gpkg")
    shot = photo(tmp_path / "trench.jpg")
    verify_pipe(network, VerifyRequest(PIPE, "Li", DAY, photos=(shot,)))
    return network


def words_of(path: Path) -> str:
    """Return the words of a PDF."""
    fitz = pytest.importorskip("fitz")
    with fitz.open(path) as found:
        return "".join(page.get_text() for page in found)


def printed(network: Network, path: Path, language: str = "en") -> Path:
    assert print_verification_sheets(network, verified_pipes(network, [PIPE]), path, language=language) == 1
    return path


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_page_is_printed_in_both_languages(qgis_app, town, tmp_path, language):
    path = printed(town, tmp_path / "sheet.pdf", language)
    assert path.read_bytes()[:5] == b"%PDF-"
    assert path.stat().st_size > 10_000


def test_the_sketch_enlarges_deviations_and_names_points(town):
    (one,) = verified_pipes(town, pipes_of_batch(town, "SB-1"))
    found = sketch_of(one)
    # 12 mm at 2.7 mm a metre are 0.032 mm: 200 times that are 6.5 mm, 500 times would be over 9.
    assert found.times == 200
    assert all(f">WS{number}<" in found.svg for number in range(1, 5))
    assert "12 / -4" in found.svg


def test_what_was_never_verified_and_what_is_not_there_is_refused(town):
    with pytest.raises(InputError, match="no pipe X"):
        verified_pipes(town, ["X"])
    with pytest.raises(InputError, match="SB-9"):
        pipes_of_batch(town, "SB-9")


def test_a_template_beside_the_network_is_taken_and_a_broken_one_is_named(qgis_app, town, tmp_path):
    own = tmp_path / sheet_template.NAME
    own.write_text("<broken", encoding="utf-8")
    with pytest.raises(InputError, match="not a page template"):
        printed(town, tmp_path / "sheet.pdf")
    assert not (tmp_path / "sheet.pdf").exists()
    shipped = sheet_template.ROOT / "styles" / "pages" / sheet_template.NAME
    text = shipped.read_text(encoding="utf-8")
    own.write_text(text.replace("@wn_title", "'MY OWN ' || @wn_title"), encoding="utf-8")
    printed(town, tmp_path / "sheet.pdf")
