"""What is missing is named, with the command that brings it."""

from __future__ import annotations

import pytest

from waternet_plugin import dependencies


def test_nothing_is_missing_here() -> None:
    assert dependencies.sentence() == ""


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dependencies._found_version
    monkeypatch.setattr(
        dependencies, "_found_version", lambda name: "" if name == "geopandas" else found(name)
    )
    assert [package.name for package in dependencies.missing()] == ["geopandas"]
    assert "geopandas" in dependencies.sentence() and "pip install" in dependencies.sentence()


def test_an_old_package_counts_as_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    found = dependencies._found_version
    monkeypatch.setattr(
        dependencies, "_found_version", lambda name: "1.8.5" if name == "shapely" else found(name)
    )
    assert [package.name for package in dependencies.missing()] == ["shapely"]


@pytest.mark.parametrize("platform", ["windows", "macos", "debian", "linux"])
def test_every_platform_has_a_command(platform: str) -> None:
    command = dependencies.install_command(["shapely"], platform)
    assert '"shapely>=2.0"' in command and "pip install" in command
    assert dependencies.where_to_type(platform)
