"""Papers as a script asks for them: their figures are those of the store, in every format."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsProcessingProvider
from support.headless import run

from waternet_plugin.store import open_network

DAY = "2026-10-05"


@pytest.fixture
def town(sample_town: Path) -> Path:
    """The sample town, which papers only read."""
    return sample_town / "en" / "sample_town.gpkg"


def counted(town: Path) -> pd.DataFrame:
    """Return the pipes that papers count, by plain pandas."""
    with open_network(town) as network:
        pipes = pd.DataFrame(network.read("pipe"))
    return pipes[(pipes["status"] == "in_use") & (pipes["function"] != "connector")]


def pdf_text(path: Path) -> str:
    """Return the words of a PDF."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


def word_tables(path: Path) -> list[list[list[str]]]:
    """Return the cells of the tables of a document for Word."""
    docx = pytest.importorskip("docx", reason="needs python-docx")
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in docx.Document(path).tables]


def figures(path: Path) -> dict[str, Any]:
    """Return the figures beside a paper."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return found


def test_an_ending_that_no_paper_has_is_refused(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    answer = run("exportpaper", NETWORK=town, OUTPUT=tmp_path / "paper.odt")
    assert answer.status == 1 and ".docx" in answer.stderr
    assert list(tmp_path.iterdir()) == []
