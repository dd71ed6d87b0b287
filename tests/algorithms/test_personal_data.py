"""Names of users, and what a network's users marked as personal, stand on no map, paper, report or table.

Only `exporttable`, `listchanges` and the changes of an update give them, where they are told to.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

from waternet_plugin import store
from waternet_plugin.atlas.papers.paper_files import ENDINGS, PDF
from waternet_plugin.core.schema.own_fields import FieldRequest
from waternet_plugin.operations.papers.paper_kinds import KINDS, PROGRAMME_ITEMS, WALL_MAP
from waternet_plugin.store.foreign.foreign import read_foreign

# Words that no other text has, one of a field of ours and one of an own field.
NAME, TELEPHONE = "Quirinus7Abcdef", "139qzx4711"
PLANTED = (NAME, TELEPHONE)
# Who loses water, whom works touch, what a person exports: papers and tables that speak of users.
USERS = ("schedulemeters", "rankusers", "screencompounds", "comparecontract")
ABOUT_USERS = ("isolateburst", "planzeropressuretest", "exportprojects", "listchanges", "exporttable", *USERS)
# What a paper is about, by the table whose rows it is of; a new table needs one.
SUBJECTS = {"": "", "compound": "XQ-08", "zone": "DMA-2", PROGRAMME_ITEMS: "meter_to_household"}
# A copy of the network, which has all that the network has.
COPIES = ("loadsample", "restorebackup", "copynetwork", "createnetwork")


@pytest.fixture(scope="module")
def inputs(sensible_inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the sample town, each of whose users has the planted name and telephone."""
    folder = Path(shutil.copytree(sensible_inputs, tmp_path_factory.mktemp("people") / "inputs"))
    return planted(folder)


def planted(folder: Path) -> Path:
    with store.open_network(folder / "town.gpkg") as network:
        with network.write("own") as batch:
            batch.add_field(own_field())
        users = network.read("customer", ["customer_id"], geometry=False)
        with network.write("edit") as batch:
            batch.update("customer", users.assign(name=NAME, phone=TELEPHONE, critical="yes"))
    return folder


def own_field() -> FieldRequest:
    return FieldRequest(table="customer", name="phone", type="text", personal=True)


def said_in(file: Path) -> Iterator[bytes]:
    """Return what a file holds, of packed ones their parts, of pages and tables their texts."""
    raw = file.read_bytes()
    yield raw
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    elif raw.startswith(b"%PDF"):
        command = ["pdftotext", "-enc", "UTF-8", str(file), "-"]
        if shutil.which("pdftotext"):
            yield subprocess.run(command, capture_output=True, check=True).stdout


def words_in(folder: Path) -> list[tuple[str, str]]:
    """Return the planted words in any file of a folder, with the file's name."""
    return [
        (file.name, word)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for text in said_in(file)
        for word in PLANTED
        if word.encode() in text
    ]


def run(provider: QgsProcessingProvider, name: str, inputs: Path, tmp_path: Path, **more: Any) -> None:
    """Run an algorithm on a copy of the town; its files are in the folder ``made``."""
    algorithm = provider.algorithm(name)
    folder, made = tmp_path / "inputs", tmp_path / "made"
    shutil.copytree(inputs, folder)
    made.mkdir()
    given = {**sensible_runs.parameters(algorithm, folder, made), **more}
    succeeded, log = sensible_runs.run(algorithm, given)
    assert succeeded, log
    assert not any(word in log for word in PLANTED), log


def test_the_words_are_found_where_they_stand(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path
) -> None:
    run(provider, "exporttable", inputs, tmp_path, TABLE="customer", PERSONAL=True)
    assert {word for _name, word in words_in(tmp_path / "made")} == set(PLANTED)


@pytest.mark.parametrize(
    "name",
    [name if name == "isolateburst" else pytest.param(name, marks=pytest.mark.slow) for name in ABOUT_USERS],
)
def test_papers_about_users_don_t_name_them(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, name: str
) -> None:
    run(provider, name, inputs, tmp_path, **({"TABLE": "customer"} if name == "exporttable" else {}))
    assert words_in(tmp_path / "made") == []


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in sensible_runs.RUNS if name not in (*ABOUT_USERS, *COPIES)])
def test_no_paper_report_or_table_names_users(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, name: str
) -> None:
    run(provider, name, inputs, tmp_path)
    assert words_in(tmp_path / "made") == []


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_paper_of_any_kind_names_users(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, kind: str, ending: str
) -> None:
    if kind == WALL_MAP and ending != PDF:
        pytest.skip("a wall map is a PDF alone")
    file = tmp_path / "made" / f"paper{ending}"
    subject = SUBJECTS[KINDS[kind].table]
    run(
        provider, "exportpaper", inputs, tmp_path, KIND=kind, SUBJECT=subject, THEME="users", OUTPUT=str(file)
    )
    assert file.is_file() and words_in(tmp_path / "made") == []


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_sheet_of_a_compound_to_renovate_names_users(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / "made" / f"sheet{ending}"
    run(provider, "screencompounds", inputs, tmp_path, PAPER=str(file), SUBJECT="XQ-08;XQ-19")
    assert file.is_file() and words_in(tmp_path / "made") == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["users", "meters"])
def test_no_map_names_users(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, theme: str
) -> None:
    run(provider, "exportatlas", inputs, tmp_path, THEME=theme, TABLE="assets", FORMAT="pdf")
    assert words_in(tmp_path / "made") == []


@pytest.mark.slow
def test_no_log_names_users(
    inputs: Path, tmp_path: Path, provider: QgsProcessingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, made = tmp_path / "inputs", tmp_path / "made"
    shutil.copytree(inputs, folder)
    made.mkdir()

    def fail(*_rows: object, **_more: object) -> None:
        raise ValueError("no such luck")

    monkeypatch.setattr("waternet_plugin.operations.users.rank_users.ranked", fail)
    algorithm = provider.algorithm("rankusers")
    succeeded, said = sensible_runs.run(algorithm, sensible_runs.parameters(algorithm, folder, made))
    assert not succeeded and "no such luck" in said and not any(word in said for word in PLANTED)
    # What went wrong is kept in a file that people send on.
    kept = Path(next(word for word in said.split() if word.rstrip(":").endswith(".txt")).rstrip(":"))
    text = kept.read_bytes()
    assert b"no such luck" in text and not any(word.encode() in text for word in PLANTED)


@pytest.mark.slow
@pytest.mark.parametrize("personal", [False, True])
def test_an_update_lists_changed_names_where_it_is_told_to(
    provider: QgsProcessingProvider, inputs: Path, tmp_path: Path, personal: bool
) -> None:
    with store.open_network(inputs / "town.gpkg") as network:
        user = network.read("customer", ["customer_id"], geometry=False)["customer_id"].iloc[0]
    file = tmp_path / "users.csv"
    file.write_text(f"ID,NAME,TEL,Q\n{user},Somebody,1,0.75\n", encoding="utf-8")
    fields = {"customer_id": "ID", "name": "NAME", "phone": "TEL", "demand_m3d": "Q"}
    more = {"INPUT": str(file), "TABLE": "customer", "MAPPING": json.dumps({"fields": fields})}
    run(provider, "adoptlayers", inputs, tmp_path, **more, MODE="update", CONFLICTS="take", PERSONAL=personal)
    changes = tmp_path / "made" / "output_changes.gpkg"
    assert {name for name, _word in words_in(tmp_path / "made")} == ({changes.name} if personal else set())
    listed = set(read_foreign(str(changes))["field"].dropna())
    assert listed == {"demand_m3d", *(("name", "phone") if personal else ())}
