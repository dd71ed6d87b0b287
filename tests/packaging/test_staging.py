"""The staged folder is the plugin: all rooms, nothing else, whatever lay there before."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.staging import stage


@pytest.mark.parametrize("link", [True, False])
def test_rooms_are_in_one_folder(tmp_path: Path, link: bool) -> None:
    folder = stage(tmp_path, link=link)
    assert folder == tmp_path / "waternet_plugin"
    for name in ("__init__.py", "metadata.txt", "LICENSE", "core", "processing", "styles"):
        assert (folder / name).exists(), name
    # Users get the finished town, tests and tools what it is made of.
    assert (folder / "sample_data").exists() == link


def test_links_show_the_sources(tmp_path: Path, repo_root: Path) -> None:
    folder = stage(tmp_path)
    assert (folder / "processing").is_symlink()
    assert (folder / "processing").resolve() == repo_root / "processing"
    assert not (folder / "metadata.txt").readlink().is_absolute()


def test_copies_hold_neither_links_nor_caches(tmp_path: Path) -> None:
    folder = stage(tmp_path, link=False)
    paths = list(folder.rglob("*"))
    assert not [path for path in paths if path.is_symlink()]
    assert not [path for path in paths if path.name == "__pycache__" or path.suffix in {".pyc", ".ts"}]


@pytest.mark.parametrize("link", [True, False])
def test_staging_again_changes_nothing(tmp_path: Path, link: bool) -> None:
    before = sorted(stage(tmp_path, link=link).rglob("*"))
    assert sorted(stage(tmp_path, link=link).rglob("*")) == before


def test_what_is_gone_from_the_sources_goes(tmp_path: Path) -> None:
    folder = stage(tmp_path)
    (folder / "old_room").mkdir()
    (folder / "old_module.py").touch()
    (folder / "old_link").symlink_to("nowhere")
    stage(tmp_path)
    assert not (folder / "old_room").exists()
    assert not (folder / "old_module.py").exists()
    assert not (folder / "old_link").is_symlink()


def test_copies_give_way_to_links_and_back(tmp_path: Path, repo_root: Path) -> None:
    stage(tmp_path, link=False)
    folder = stage(tmp_path, link=True)
    assert (folder / "core").is_symlink()
    stage(tmp_path, link=False)
    assert not (folder / "core").is_symlink()
    assert (repo_root / "waternet_plugin" / "core" / "schema").is_dir()


def test_refused_links_become_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    folder = stage(tmp_path, link=True)
    assert (folder / "core").is_dir()
    assert not (folder / "core").is_symlink()
