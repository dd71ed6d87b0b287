"""Files of towns drawn by seed become networks: every value right, unknown or asked, none wrong.

`make towns` goes through twenty of them and prints a table for each.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtWidgets import QMainWindow
from support.health_town import run
from support.registering import registered
from support.wizard_helpers import InstantSession

from towns.handed_rows import HandedFile
from towns.handing import Handover
from towns.judge import Verdict, judge, table_of
from towns.player import Played, Player
from towns.true_town import draw_town
from waternet_plugin import language, store

_MOST_CLICKS = 12
_TOWNS = int(os.environ.get("WATERNET_TOWNS", "2"))
_SEED = int(os.environ.get("WATERNET_SEED", "1"))
_SHOWN = 12


@pytest.fixture
def session(qgis_app: QgsApplication) -> Iterator[InstantSession]:
    """A session that does everything at once."""
    session = InstantSession(QMainWindow())
    yield session
    QgsProject.instance().clear()
    session.end()


def _told(title: str, played: Played, verdicts: list[Verdict]) -> str:
    lines = table_of(title, verdicts, played.clicks)
    lines += [f"  asked: {one}" for one in played.questions]
    lines += [f"  column: {one}" for one in played.columns]
    for one in verdicts:
        lines += [f"  wrong: {text}" for text in one.wrong[:_SHOWN]]
        lost = sorted(one.not_read.items(), key=lambda pair: -pair[1])
        lines += [f"  not read: {one.file.name} {text} ({count})" for text, count in lost[:_SHOWN]]
    return "\n".join(lines)


def _go(session: InstantSession, folder: Path, seed: int, *, as_seen: bool = False) -> None:
    sizes = {"pipes": 1492, "failures": 420, "valves": 260, "hydrants": 120} if as_seen else {}
    town = draw_town(seed, **sizes)
    handed = Handover(town, folder / "临溪县", as_seen=as_seen).write()
    played = Player(session, handed, folder).play()
    verdicts = judge(handed, played.network, played.asked)
    told = _told(f"town {seed}{', as one utility had it' if as_seen else ''}", played, verdicts)
    print(f"\n{told}")
    assert not any(one.wrong for one in verdicts), told
    assert played.clicks <= _MOST_CLICKS, told
    assert not any(one.missing for one in verdicts), told


def _adopt_by_guess(folder: Path, network: Path, file: HandedFile) -> None:
    """Adopt a file as a script does: a dry run writes the mapping, which is used as it is."""
    given = {"NETWORK": str(network), "INPUT": str(folder / file.name), "TABLE": file.table}
    if file.name.endswith(".dxf"):
        given["INPUT"] += "|layername=blocks"
    report = network.with_name("report.html")
    run("adoptlayers", **given, DRY_RUN=True, REPORT=str(report))
    run("adoptlayers", **given, MAPPING=str(report.with_suffix(".mapping.json")))


def _judged_by_guess(folder: Path, tables: Collection[str]) -> list[Verdict]:
    handed = Handover(draw_town(2, pipes=40, failures=10, valves=12, hydrants=8), folder / "县").write()
    handed.files = [file for file in handed.files if file.table in tables]
    network = folder / "n.gpkg"
    store.create_network(network, f"EPSG:{handed.epsg}").close()
    with registered():
        for file in handed.files:
            _adopt_by_guess(folder / "县", network, file)
    verdicts = judge(handed, network)
    assert not any(one.wrong or one.missing or one.too_many for one in verdicts), verdicts
    return verdicts


def test_pipes_come_in_by_the_guessed_mapping_alone(qgis_app: QgsApplication, tmp_path: Path) -> None:
    (verdict,) = _judged_by_guess(tmp_path, {"pipe"})
    assert verdict.right > 300


@pytest.mark.slow
def test_a_small_town_comes_in_by_the_guessed_mapping_alone(qgis_app: QgsApplication, tmp_path: Path) -> None:
    verdicts = _judged_by_guess(tmp_path, {"pipe", "node", "failure"})
    assert sum(one.right for one in verdicts) > 5 * sum(one.unknown for one in verdicts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(_SEED, _SEED + _TOWNS))
def test_a_towns_files_become_a_right_network(session: InstantSession, tmp_path: Path, seed: int) -> None:
    _go(session, tmp_path, seed)


@pytest.mark.slow
def test_a_town_comes_in_the_same_in_chinese(session: InstantSession, tmp_path: Path) -> None:
    language.install("zh_CN")
    try:
        # Its files ask for a code and for units.
        _go(session, tmp_path, 8)
    finally:
        language.install("en")


@pytest.mark.slow
@pytest.mark.skipif(_TOWNS < 20, reason="of `make towns`")
def test_the_files_of_one_utility_become_a_right_network(session: InstantSession, tmp_path: Path) -> None:
    _go(session, tmp_path, 10, as_seen=True)
