"""What is missing or does not work is named, with the command that brings what works."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from waternet_plugin import dependencies, trials
from waternet_plugin.core.errors import DependencyError


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Versions to be found in place of those that are installed."""
    versions: dict[str, str] = {}
    real = dependencies.found_version
    monkeypatch.setattr(dependencies, "found_version", lambda name: versions.get(name, real(name)))
    monkeypatch.setattr(trials, "failures", {})
    return versions


def _state(name: str) -> str:
    return next(package.state for package in dependencies.packages() if package.name == name)


def test_nothing_is_missing_here_and_all_of_it_works() -> None:
    dependencies.demand()
    assert dependencies.sentence() == ""


def test_a_missing_package_is_named_with_its_command(found: dict[str, str]) -> None:
    found["geopandas"] = ""
    assert _state("geopandas") == dependencies.MISSING
    assert [package.name for package in dependencies.missing()] == ["geopandas"]
    assert "geopandas" in dependencies.sentence() and "pip install" in dependencies.sentence()


def test_an_old_package_counts_as_missing(found: dict[str, str]) -> None:
    found["shapely"] = "1.8.5"
    assert _state("shapely") == dependencies.TOO_OLD
    assert [package.name for package in dependencies.missing()] == ["shapely"]


def test_numpy_2_beside_modules_for_numpy_1_is_too_new(
    found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "version_of_qgis", lambda _name: "1.24.2")
    found["numpy"] = "2.4.6"
    assert _state("numpy") == dependencies.TOO_NEW
    assert '"numpy>=1.24,<2"' in dependencies.sentence()


def test_what_fails_when_tried_is_said(found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks() -> bool:
        raise ValueError("WKB output dimension must be 2 or 3")

    monkeypatch.setitem(trials.TRIALS, "shapely", breaks)
    assert dependencies.sentence() == "", "nothing is guessed before it is tried"
    with pytest.raises(DependencyError, match="shapely"):
        dependencies.demand()
    assert _state("shapely") == dependencies.FAILS
    assert "WKB output" in trials.failure("shapely")
    # What does not work is not asked for again.
    assert '"shapely>=2.0,<2.1"' in dependencies.sentence()
    # Replaced by the command, it wants a restart before it is tried again.
    found["shapely"] = "2.0.6"
    monkeypatch.setattr(dependencies, "loaded_version", lambda name: "2.2.0" if name == "shapely" else "")
    assert _state("shapely") == dependencies.RESTART


def test_a_wrong_result_is_a_failure_too(found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(trials.TRIALS, "scipy", lambda: False)
    dependencies.try_out()
    assert _state("scipy") == dependencies.FAILS


def test_what_is_installed_or_replaced_meanwhile_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def install(version: str) -> None:
        for old in tmp_path.glob("wn_probe-*"):
            shutil.rmtree(old)
        record = tmp_path / f"wn_probe-{version}.dist-info"
        record.mkdir()
        (record / "METADATA").write_text(f"Name: wn_probe\nVersion: {version}\n", encoding="utf-8")
        (tmp_path / "wn_probe.py").touch()
        # A file system may tell times by hundredths of a second only.
        os.utime(tmp_path, ns=(0, tmp_path.stat().st_mtime_ns + 10**9 * len(version)))

    monkeypatch.syspath_prepend(str(tmp_path))
    assert dependencies.found_version("wn_probe") == ""
    install("1.0")
    assert dependencies.found_version("wn_probe") == "1.0"
    install("2.0.1")
    assert dependencies.found_version("wn_probe") == "2.0.1"


def test_where_packages_lie_is_looked_at_once_for_all_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    dependencies.packages()
    stat, looked = os.stat, []
    monkeypatch.setattr(
        os, "stat", lambda path, *rest, **how: looked.append(path) or stat(path, *rest, **how)
    )
    dependencies.packages()
    places = [entry or os.curdir for entry in sys.path]
    assert sorted(place for place in looked if place in places) == sorted(places)


def test_what_did_not_change_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    before = dependencies.packages()
    read: list[str] = []
    monkeypatch.setattr(dependencies.metadata, "version", read.append)
    monkeypatch.setattr(dependencies.metadata, "distributions", read.append)
    assert dependencies.packages() == before
    assert read == []


def test_what_is_written_beside_an_open_project_is_no_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "town.qgz").touch()
    # As QGIS does with the folder of a project.
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    before = dependencies.packages()
    (tmp_path / "town.gpkg-wal").touch()
    os.utime(tmp_path, ns=(0, tmp_path.stat().st_mtime_ns + 10**9))
    read: list[str] = []
    monkeypatch.setattr(dependencies.metadata, "version", read.append)
    monkeypatch.setattr(dependencies.metadata, "distributions", read.append)
    assert dependencies.packages() == before
    assert read == []


def test_every_optional_package_says_what_it_is_for() -> None:
    assert {"networkx", "fiona"} <= set(dependencies.OPTIONAL)
    assert all(dependencies.purpose_of(name) for name in dependencies.OPTIONAL)
    assert not any(dependencies.purpose_of(name) for name in dependencies.REQUIRED)


def test_every_needed_package_is_tried() -> None:
    assert set(trials.TRIALS) == set(dependencies.REQUIRED)


def test_a_package_replaced_while_loaded_wants_a_restart(
    found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dependencies, "loaded_version", lambda name: "2.0.9" if name == "pandas" else "")
    found["pandas"] = "2.3.3"
    assert _state("pandas") == dependencies.RESTART
    assert "Restart QGIS" in dependencies.sentence() and "pip" not in dependencies.sentence()


@pytest.mark.parametrize(
    ("version", "numbers"), [("1.24.2", (1, 24, 2)), ("2.0rc1", (2, 0, 0)), ("1.5.3+dfsg", (1, 5, 3))]
)
def test_versions_are_compared_as_numbers(version: str, numbers: tuple[int, ...]) -> None:
    assert dependencies.numbers_of(version) == numbers


@pytest.mark.parametrize("platform", ["windows", "macos", "debian", "linux"])
def test_every_platform_has_a_command(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dependencies, "version_of_qgis", lambda _name: "1.26.4")
    wanting = [package for package in dependencies.packages() if package.name == "shapely"]
    command = dependencies.install_command(wanting, platform)
    assert '"shapely>=2.0"' in command and "pip install" in command and "--only-binary :all:" in command
    # pip brings numpy 2 into a QGIS that was built for numpy 1, unless it is told not to.
    assert '"numpy>=1.24,<2"' in command
    assert dependencies.where_to_type(platform)


@pytest.mark.parametrize("application", ["QGIS.app", "QGIS-LTR.app"])
def test_the_command_of_macos_names_the_python_that_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, application: str
) -> None:
    inside = tmp_path / application / "Contents" / "MacOS"
    (inside / "bin").mkdir(parents=True)
    (inside / "bin" / "python3").touch()
    monkeypatch.setattr(dependencies.sys, "prefix", str(tmp_path / "nowhere"))
    monkeypatch.setattr(dependencies.sys, "executable", str(inside / "QGIS"))
    command = dependencies.install_command([], "macos")
    assert command.startswith(f'"{inside / "bin" / "python3"}" -m pip install')


def test_lower_bounds_are_those_that_are_tested(repo_root: Path) -> None:
    pins = (repo_root / "requirements" / "oldest.txt").read_text(encoding="utf-8")
    for name, bound in {**dependencies.REQUIRED, **dependencies.OPTIONAL}.items():
        pinned = re.search(rf"^{dependencies.pip_name(name)}==([0-9.]+)", pins, re.MULTILINE)
        assert pinned is not None, name
        tested = dependencies.numbers_of(pinned[1])
        assert tested == dependencies.numbers_of(bound) or tested[:2] == dependencies.numbers_of(bound)[:2], (
            name
        )


def test_only_what_the_product_imports_is_listed(repo_root: Path) -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("waternet_plugin", "processing")
        for path in (repo_root / room).rglob("*.py")
        if path.name != "trials.py"
    )
    for name in (*dependencies.REQUIRED, *dependencies.OPTIONAL):
        assert re.search(rf"^\s*(import|from) {name}\b", sources, re.MULTILINE), name


def test_a_package_is_plain_data() -> None:
    package = dependencies.Package("shapely", "2.0", "2.0.7", True)
    assert package.is_there and not dataclasses.replace(package, failure="no").is_there
