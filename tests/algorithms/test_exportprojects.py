"""The papers of a plan as a script makes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from osgeo import ogr
from support.headless import must, run
from support.plan_streets import assessed_streets


def page_texts(path: Path) -> list[str]:
    """Return the text of each page of a PDF."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext (poppler-utils)")
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network with one assessment and one plan."""
    path = assessed_streets(tmp_path_factory.mktemp("papers 清单") / "town.gpkg")
    must("planrenewal", NETWORK=path, BUDGET=1_000_000, START_YEAR=2027, YEARS=2)
    return path


@pytest.mark.slow
def test_list_and_sheets_of_what_has_money(network: Path, tmp_path: Path) -> None:
    listed, sheets = tmp_path / "清单.xlsx", tmp_path / "sheets.pdf"
    results = must(
        "exportprojects", NETWORK=network, OUTPUT_LIST=listed, OUTPUT_SHEETS=sheets, LANGUAGE="zh_CN"
    )
    count = results["PROJECTS_WRITTEN"]
    book = ogr.Open(str(listed))
    assert book.GetLayer(0).GetFeatureCount() == count > 1
    texts = page_texts(sheets)
    assert len(texts) == results["PAGES"] == count + 1
    assert f"共 {count} 个项目" in texts[0]
    assert all("改造理由" in text and "投资估算" in text for text in texts[1:])
    assert not any(word in text for text in texts for word in ("recorded", "network", "average", "laid"))
    assert "路0" in texts[1] and "00-0" in texts[1]


@pytest.mark.slow
def test_projects_by_name_need_no_list(network: Path, tmp_path: Path) -> None:
    sheets = tmp_path / "sheets.pdf"
    results = must("exportprojects", NETWORK=network, PROJECTS="P-11-0", OUTPUT_SHEETS=sheets, LANGUAGE="en")
    assert (results["PROJECTS_WRITTEN"], results["PAGES"]) == (1, 1)
    (text,) = page_texts(sheets)
    assert "路11" in text and "not funded" in text and "Why this street" in text


@pytest.mark.slow
def test_the_statement_as_pages_and_as_a_page(network: Path, tmp_path: Path) -> None:
    printed, page = tmp_path / "statement.pdf", tmp_path / "statement.html"
    must("exportprojects", NETWORK=network, OUTPUT_STATEMENT=printed, LANGUAGE="en")
    must("exportprojects", NETWORK=network, OUTPUT_STATEMENT=page, LANGUAGE="en")
    texts = page_texts(printed)
    assert f"Page 1 of {len(texts)}" in texts[0] and "How streets are chosen" in texts[0]
    assert "Settings in force: renewal" in "".join(texts)
    assert "has not been shown" in page.read_text(encoding="utf-8")
    # What it rests on is in its language, too.
    must("exportprojects", NETWORK=network, OUTPUT_STATEMENT=page, LANGUAGE="zh_CN")
    text = page.read_text(encoding="utf-8")
    assert "Annual budget" in "".join(texts) and "Annual budget" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({}, "OUTPUT_LIST"),
        ({"OUTPUT_LIST": "list.ods"}, ".xlsx"),
        ({"OUTPUT_LIST": "list.xlsx", "LANGUAGE": "fr"}, "fr"),
        ({"OUTPUT_LIST": "list.xlsx", "PLAN": "PL0099"}, "PL0099"),
        ({"OUTPUT_LIST": "list.xlsx", "PROJECTS": "P-none"}, "P-none"),
    ],
)
def test_what_can_not_be_written_is_one_sentence(
    network: Path, tmp_path: Path, wrong: dict[str, str], word: str
) -> None:
    given = {name: tmp_path / value if name.startswith("OUT") else value for name, value in wrong.items()}
    answer = run("exportprojects", NETWORK=network, **given)
    assert answer.status == 1
    assert word in answer.stderr
    assert "Traceback" not in answer.stderr
    assert list(tmp_path.iterdir()) == []
