"""Sets of files are replaced whole or not at all, also where one of them is open in another program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.windows_files import as_on_windows

from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.files import file_sets, scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.store.outputs import refuse_network_as_output

PARTS = ("t.shp", "t.shx", "t.dbf")


def _filled(folder: Path, names: tuple[str, ...], text: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text(f"{text} {name}", encoding="utf-8")
    return folder


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """An older set, and a finished one."""
    return (
        _filled(tmp_path / "there", (*PARTS, "t.qix"), "old"),
        _filled(tmp_path / "there" / "made", PARTS, "new"),
    )


@pytest.fixture(autouse=True)
def windows() -> Iterator[None]:
    """Have files that behave as on Windows."""
    with as_on_windows():
        yield


def _replace(there: Path, made: Path) -> None:
    replace_set(
        {path: there / path.name for path in sorted(made.iterdir())}, [there / "t.qix", there / "t.sbn"]
    )


def test_a_set_takes_the_place_of_an_older_one(folders: tuple[Path, Path]) -> None:
    there, made = folders
    _replace(there, made)
    made.rmdir()
    assert _texts(there) == {name: f"new {name}" for name in sorted(PARTS)}
    assert sorted(path.name for path in there.iterdir()) == sorted(PARTS)


@pytest.mark.parametrize("taken", [*PARTS, "t.qix", "made/t.dbf"])
def test_while_one_part_is_open_nothing_changes(folders: tuple[Path, Path], taken: str) -> None:
    there, made = folders
    before = _texts(there)
    with (there / taken).open("rb"), pytest.raises(StoreError, match=Path(taken).name):
        _replace(there, made)
    assert _texts(there) == before
    assert sorted(path.name for path in there.iterdir()) == sorted([*PARTS, "t.qix", "made"])


@pytest.mark.parametrize("step", range(7))
def test_a_failure_at_any_step_puts_everything_back(
    folders: tuple[Path, Path], step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, made = folders
    before, moves, move = _texts(there), [], os.replace

    def failing(source: Path, target: Path) -> None:
        moves.append(target)
        if len(moves) == step + 1:
            raise KeyboardInterrupt
        move(source, target)

    monkeypatch.setattr(os, "replace", failing)
    with pytest.raises(KeyboardInterrupt):
        _replace(there, made)
    assert _texts(there) == before


def test_one_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    folder = _filled(tmp_path / "one", ("a.pdf", "b.pdf"), "x")
    replace_set({folder / "a.pdf": folder / "b.pdf"})
    assert _texts(folder) == {"b.pdf": "x a.pdf"}
    replace_set({folder / "b.pdf": folder / "c.pdf"})
    with (folder / "c.pdf").open("rb"), pytest.raises(StoreError, match=r"c\.pdf"):
        replace_set({_filled(folder, ("d.pdf",), "y") / "d.pdf": folder / "c.pdf"})


def test_what_cannot_be_deleted_hides_no_error(tmp_path: Path) -> None:
    opened = []

    def failing() -> None:
        with scratch.folder(tmp_path, "files") as folder:
            opened.append((folder / "open.gpkg").open("wb"))
            raise StoreError("the real one")

    with pytest.raises(StoreError, match="the real one"):
        failing()
    opened[0].close()


def test_the_emulation_refuses_what_windows_refuses(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.write_bytes(b"1")
    other.write_bytes(b"2")
    with path.open("rb"):
        for refused in (
            path.unlink,
            lambda: os.remove(path),
            lambda: path.rename(tmp_path / "c"),
            lambda: os.replace(other, path),
            lambda: tmp_path.rename(f"{tmp_path}-moved"),
        ):
            with pytest.raises(PermissionError):
                refused()
    os.replace(other, path)
    path.unlink()
    assert not list(tmp_path.iterdir())


_KILLED = """
import os, signal, sys
from pathlib import Path
from waternet_plugin.core.files import file_sets
there, step = Path(sys.argv[1]), int(sys.argv[2])
moves, move = [], os.replace
def counted(source, target):
    if len(moves) == step:
        os.kill(os.getpid(), signal.SIGKILL)
    moves.append(target)
    move(source, target)
file_sets.os.replace = counted
made = there / "made"
file_sets.replace_set({one: there / one.name for one in sorted(made.iterdir())}, [there / "t.qix"])
"""


@pytest.mark.kill
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
@pytest.mark.parametrize("step", [1, 3, 4, 5, 6])
def test_what_a_killed_run_had_moved_aside_is_put_back_by_the_next_one(
    folders: tuple[Path, Path], step: int
) -> None:
    there, made = folders
    before = {name: text for name, text in _texts(there).items() if text.startswith("old")}
    plugins = str(Path(file_sets.__file__).parents[3])
    subprocess.run(
        [sys.executable, "-c", _KILLED, str(there), str(step)], env={**os.environ, "PYTHONPATH": plugins}
    )
    assert [one.name for one in there.iterdir() if one.name.startswith(".replaced-")]
    other = _filled(there / "other", ("b.csv", "b.json"), "new")
    replace_set({path: there / path.name for path in other.iterdir()})
    found = _texts(there)
    assert before.items() <= found.items()
    assert (found["b.csv"], found["b.json"]) == ("new b.csv", "new b.json")
    assert not [one.name for one in there.iterdir() if one.name.startswith(".")]
    # The same again, whole this time.
    _filled(made, PARTS, "new")
    _replace(there, made)
    assert {name: text for name, text in _texts(there).items() if name in PARTS} == {
        name: f"new {name}" for name in PARTS
    }


def test_what_a_living_run_has_moved_aside_stays(folders: tuple[Path, Path]) -> None:
    there, made = folders
    for pid in (os.getppid(), os.getpid()):
        aside = there / f".replaced-{scratch.host_name()}-{pid}-ab12_xyz"
        _filled(aside, ("0-mine.txt",), "old")
    _replace(there, made)
    assert (aside / "0-mine.txt").exists()
    assert not (there / "mine.txt").exists()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
def test_a_pipe_is_never_replaced(tmp_path: Path) -> None:
    made = _filled(tmp_path / "made", ("a.txt",), "new") / "a.txt"
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "null").symlink_to("/dev/null")
    for place in ("a.txt", "null"):
        with pytest.raises(StoreError, match="not an ordinary file"):
            replace_set({made: tmp_path / place})
        with pytest.raises(InputError, match="not an ordinary file"):
            refuse_network_as_output(tmp_path / place)
    assert made.exists()
