"""What `make setup` leaves behind: env.sh, a qgis_process that works anywhere, a careful clean."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.fixture
def env_sh(repo_root: Path) -> Path:
    """The file that users source."""
    path = repo_root / "build" / "env.sh"
    assert path.is_file(), "run make setup"
    return path


def _sh(script: str, *words: str, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **changes}
    return subprocess.run(
        ["sh", "-euc", script, "sh", *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )


def test_qgis_process_comes_first_on_path(env_sh: Path, tmp_path: Path, repo_root: Path) -> None:
    done = _sh('. "$1"; command -v qgis_process', str(env_sh), cwd=tmp_path)
    found = Path(done.stdout.strip())
    assert found == repo_root / "build" / "bin" / "qgis_process"
    assert os.access(found, os.X_OK)


def test_sourcing_twice_changes_nothing_more(env_sh: Path, tmp_path: Path) -> None:
    done = _sh('. "$1"; a=$PATH; . "$1"; [ "$a" = "$PATH" ]', str(env_sh), cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_works_from_any_directory_as_a_child(env_sh: Path, tmp_path: Path) -> None:
    folder = tmp_path / "工作 目录"
    folder.mkdir()
    done = _sh('. "$1"; sh -c "qgis_process list"', str(env_sh), cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "WaterNet" in done.stdout


def test_survives_a_hostile_environment(env_sh: Path, tmp_path: Path) -> None:
    # Another python3 first on PATH, data folders of another installation, no UTF-8 locale.
    fake = tmp_path / "bin"
    fake.mkdir()
    (fake / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="ascii")
    (fake / "python3").chmod(0o755)
    nowhere = str(tmp_path / "nowhere")
    done = _sh(
        '. "$1"; qgis_process list',
        str(env_sh),
        cwd=tmp_path,
        PATH=f"{fake}:{os.environ['PATH']}",
        PYTHONHOME=nowhere,
        PROJ_LIB=nowhere,
        PROJ_DATA=nowhere,
        GDAL_DATA=nowhere,
        LC_ALL="C",
    )
    assert done.returncode == 0, done.stderr
    assert "WaterNet" in done.stdout


@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.UTF-8", "zh_CN.GBK"])
def test_reads_a_chinese_path_in_any_locale(env_sh: Path, tmp_path: Path, locale: str) -> None:
    source = tmp_path / "管线 数据.csv"
    source.write_text("pipe_id,diameter_mm\n甲-1,300\n乙-2,200\n", encoding="utf-8")
    target = tmp_path / "结果 表.csv"
    done = _sh(
        '. "$1"; qgis_process run native:extractbyexpression -- INPUT="$2" EXPRESSION=1 OUTPUT="$3"',
        str(env_sh),
        str(source),
        str(target),
        cwd=tmp_path,
        LC_ALL=locale,
    )
    assert done.returncode == 0, done.stderr
    assert target.read_text(encoding="utf-8").count("-") == 2


def test_packages_of_the_environment_are_there(env_sh: Path, repo_root: Path) -> None:
    wrapper = (repo_root / "build" / "bin" / "qgis_process").read_text(encoding="utf-8")
    site = next(line for line in wrapper.splitlines() if line.startswith("site="))
    assert Path(site.split("=", 1)[1].strip("'")).is_dir()


def test_plugin_is_enabled_in_the_private_profile(env_sh: Path, tmp_path: Path) -> None:
    done = _sh('. "$1"; qgis_process plugins list', str(env_sh), cwd=tmp_path)
    assert "* waternet_plugin" in done.stdout


@pytest.fixture
def small_checkout(repo_root: Path, tmp_path: Path) -> Path:
    """A folder that looks enough like the repository for `make clean`."""
    checkout = tmp_path / "check out"
    for folder in ("tools", "build/tree/proc", "waternet_plugin/i18n", "waternet_plugin/__pycache__"):
        (checkout / folder).mkdir(parents=True)
    shutil.copy(repo_root / "tools" / "clean.sh", checkout / "tools" / "clean.sh")
    (checkout / "waternet_plugin" / "plugin.py").touch()
    return checkout


def test_clean_leaves_the_sources(small_checkout: Path) -> None:
    done = _sh('sh "$1"/tools/clean.sh', str(small_checkout), cwd=small_checkout)
    assert done.returncode == 0, done.stderr
    left = sorted(p.relative_to(small_checkout).as_posix() for p in small_checkout.rglob("*") if p.is_file())
    assert left == ["tools/clean.sh", "waternet_plugin/plugin.py"]
    assert not (small_checkout / "build").exists()


def test_clean_refuses_while_something_is_mounted(small_checkout: Path) -> None:
    script = 'mount -t tmpfs none "$1/build/tree/proc" || exit 77; sh "$1/tools/clean.sh"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", script, "sh", str(small_checkout)],
        capture_output=True,
        text=True,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("needs the right to mount")
    assert done.returncode == 1
    assert "mounted" in done.stderr
    assert (small_checkout / "build" / "tree").is_dir()


def test_clean_refuses_while_a_tree_is_in_use(small_checkout: Path) -> None:
    lock = small_checkout / "build" / "tree-3.40.lock"
    done = _sh(
        'exec 9>"$1"; flock -n 9; sh "$2"/tools/clean.sh', str(lock), str(small_checkout), cwd=small_checkout
    )
    assert done.returncode == 1
    assert "in use" in done.stderr
    assert lock.exists()
