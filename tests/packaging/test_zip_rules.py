"""The zip keeps the rules of QGIS's plugin repository."""

from __future__ import annotations

import configparser
import json
import re
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = "waternet_plugin"
REQUIRED = "name description version qgisMinimumVersion author email about tracker repository".split()
URLS = ("homepage", "tracker", "repository")
FORBIDDEN_FOLDERS = {"__MACOSX", ".git", "__pycache__"}
SUSPICIOUS = {".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd", ".com", ".scr", ".vbs"}
# Rules of bandit that stop a plugin from being listed.
BLOCKING = (
    "B102,B103,B105,B106,B107,B111,B201,B202,B301,B302,B304,B305,B306,B307,B312,B321,B323,B401,B402,B412,"
    "B413,B501,B502,B503,B505,B506,B507,B601,B602,B604,B605,B609,B610,B611,B612,B613,B615,B701"
).split(",")
# Detectors of detect-secrets that only warn or are switched off there.
LENIENT_DETECTORS = {
    "Base64HighEntropyString",
    "HexHighEntropyString",
    "KeywordDetector",
    "IPPublicDetector",
}


@pytest.fixture(scope="module")
def entries(plugin_zip: Path) -> list[zipfile.ZipInfo]:
    """All entries of the zip."""
    with zipfile.ZipFile(plugin_zip) as archive:
        assert archive.testzip() is None
        return archive.infolist()


@pytest.fixture(scope="module")
def metadata(unzipped: Path) -> dict[str, str]:
    """The metadata, read as the site reads it (with interpolation, so a lone % is an error)."""
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((unzipped / TOP / "metadata.txt").read_text(encoding="utf-8"))
    return dict(parser.items("general"))


def test_one_top_folder_that_is_an_identifier(entries: list[zipfile.ZipInfo]) -> None:
    tops = {entry.filename.split("/")[0] for entry in entries}
    assert tops == {TOP}
    assert TOP.isidentifier()


@pytest.mark.parametrize("name", ["__init__.py", "metadata.txt", "LICENSE", "plugin.py"])
def test_holds(unzipped: Path, name: str) -> None:
    assert (unzipped / TOP / name).is_file()


@pytest.mark.parametrize("room", ["core", "store", "operations", "processing", "styles", "i18n", "icons"])
def test_holds_the_room(unzipped: Path, room: str) -> None:
    assert any((unzipped / TOP / room).iterdir())


def test_license_is_gpl_2(unzipped: Path) -> None:
    text = (unzipped / TOP / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE" in text
    assert "Version 2" in text


def test_is_small(plugin_zip: Path) -> None:
    # The repository takes 25 MB; two sample towns and the guide's pictures are most of ours.
    assert plugin_zip.stat().st_size <= 6_000_000


def test_sample_town_is_under_700_kb(entries: list[zipfile.ZipInfo]) -> None:
    packed = sum(e.compress_size for e in entries if "/sample_town" in e.filename)
    assert 0 < packed < 700_000


def test_what_the_town_is_made_of_stays_at_home(entries: list[zipfile.ZipInfo], unzipped: Path) -> None:
    assert [e.filename for e in entries if e.filename.startswith(f"{TOP}/sample_data")] == []
    with tarfile.open(unzipped / TOP / "sample_town.tar.xz") as town:
        networks = {name for name in town.getnames() if name.endswith(".gpkg")}
    assert networks == {"en/sample_town.gpkg", "zh_CN/sample_town.gpkg"}


def test_no_forbidden_names(entries: list[zipfile.ZipInfo]) -> None:
    bad = [
        entry.filename
        for entry in entries
        if ".." in entry.filename
        or ".pyc" in entry.filename
        or "\\" in entry.filename
        or entry.filename.startswith("/")
        or FORBIDDEN_FOLDERS & set(entry.filename.split("/"))
        or any(part.startswith(".") for part in entry.filename.split("/"))
        or Path(entry.filename).suffix.lower() in SUSPICIOUS
    ]
    assert bad == []


def test_nothing_executable_and_no_links(entries: list[zipfile.ZipInfo]) -> None:
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert [name for name, mode in modes.items() if mode & 0o111 or stat.S_ISLNK(mode)] == []


@pytest.mark.parametrize("key", REQUIRED)
def test_metadata_has(metadata: dict[str, str], key: str) -> None:
    assert metadata[key].strip()


def test_metadata_versions(metadata: dict[str, str]) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", metadata["version"])
    assert metadata["qgisMinimumVersion"] == "3.22"
    assert metadata["qgisMaximumVersion"] == "4.99"
    # Deprecated by QGIS: the maximum version alone lists a plugin for QGIS 4.
    assert "supportsQt6" not in metadata


def test_metadata_makes_the_provider_visible_headless(metadata: dict[str, str]) -> None:
    assert metadata["hasProcessingProvider"] == "yes"


@pytest.mark.parametrize("key", ["name", "description", "about", "tags"])
def test_metadata_is_chinese_too(metadata: dict[str, str], key: str) -> None:
    assert re.search("[\u4e00-\u9fff]", metadata[f"{key}[zh_CN]"])


@pytest.mark.parametrize("key", URLS)
def test_urls_lead_to_the_plugin(metadata: dict[str, str], key: str) -> None:
    # The one address that follows from the folder's name: no URL points to a stranger.
    assert metadata[key] == f"https://plugins.qgis.org/plugins/{TOP}/"


def test_the_mail_address_is_nobodys(metadata: dict[str, str]) -> None:
    # example.org is reserved: whoever uploads the plugin puts an address of theirs.
    assert re.fullmatch(r"[a-z]+@example\.org", metadata["email"])


def test_the_changes_of_this_version_are_told(metadata: dict[str, str]) -> None:
    version = metadata["version"]
    assert metadata["changelog"].startswith(version) and len(metadata["changelog"].splitlines()) > 4
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## {version}" in changes


def _lost_targets(folder: Path, name: str) -> list[str]:
    """Return the links of a page that lead to no file of its folder and to no heading of the page."""
    text = (folder / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)\s]+)", text)
    headings = {_anchor(line) for line in text.splitlines() if line.startswith("#")}
    local = [
        each for each in targets if not each.startswith(("https://", "#")) and not (folder / each).exists()
    ]
    return [*local, *(each for each in targets if each.startswith("#") and each[1:] not in headings)]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CHANGELOG.md"])
def test_links_of_what_is_read_lead_somewhere(name: str) -> None:
    assert _lost_targets(ROOT, name) == []


def _anchor(heading: str) -> str:
    """Return how a heading is linked to."""
    words = re.sub(r"[^\w\s-]", "", heading.lstrip("#").strip().lower())
    return words.replace(" ", "-")


def test_icon_is_there(metadata: dict[str, str], unzipped: Path) -> None:
    assert (unzipped / TOP / metadata["icon"]).is_file()


# What bandit alone blocks: a rule that it no longer has, and models fetched by a package nobody imports.
BEYOND_THE_LINTER = {"B111", "B615"}


def test_the_linter_has_every_rule_that_blocks(repo_root: Path) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--show-settings", "waternet_plugin/plugin.py"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
    )
    on = set(re.findall(r"\(([A-Z]+\d+)\)", shown.stdout))
    # Characters that turn the direction of a text around.
    named = {"B613": "PLE2502"}
    wanted = {rule: named.get(rule, f"S{rule[1:]}") for rule in BLOCKING if rule not in BEYOND_THE_LINTER}
    assert sorted(set(wanted.values()) - on) == []
    waived = re.compile(rf"noqa:.*\b({'|'.join(wanted.values())})\b")
    sources = [
        path for room in ("waternet_plugin", "processing") for path in (repo_root / room).rglob("*.py")
    ]
    assert [path.name for path in sources if waived.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.sweep
@pytest.mark.slow
def test_bandit_finds_nothing_that_blocks(unzipped: Path) -> None:
    # Naming a rule this bandit does not have is an error, so all rules run and the list decides.
    # An ini in the home of whoever tests must not count.
    done = subprocess.run(
        [sys.executable, "-m", "bandit", "-r", ".", "-f", "json", "--quiet"],
        cwd=unzipped,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["errors"] == []
    assert report["metrics"]["_totals"]["loc"] > 0
    found = [
        f"{item['filename']}:{item['line_number']} {item['test_id']} {item['issue_text']}"
        for item in report["results"]
        if item["test_id"] in BLOCKING
    ]
    assert found == []


def test_no_bandit_waivers_for_blocking_rules(unzipped: Path) -> None:
    bare = re.compile(r"#\s*nosec\b(?!.*\bB(101|110|112|310|311|314|404|405|603|607|608)\b)")
    found = [
        f"{path.name}:{number}"
        for path in unzipped.rglob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


@pytest.mark.always
@pytest.mark.slow
def test_no_secrets(unzipped: Path) -> None:
    disabled = [word for name in sorted(LENIENT_DETECTORS) for word in ("--disable-plugin", name)]
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", "scan", "--all-files", *disabled, "."],
        cwd=unzipped,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    active = {plugin["name"] for plugin in report["plugins_used"]}
    assert {"AWSKeyDetector", "PrivateKeyDetector", "BasicAuthDetector"} <= active
    assert report["results"] == {}


def test_same_sources_give_the_same_bytes(plugin_zip: Path, repo_root: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.zip"
    subprocess.run([sys.executable, str(repo_root / "tools" / "make_zip.py"), str(again)], check=True)
    assert again.read_bytes() == plugin_zip.read_bytes()


def test_holds_every_picture_of_the_guide(unzipped: Path) -> None:
    guide = unzipped / TOP / "guide"
    named = {
        language: {
            target
            for file in (guide / language).glob("*.md")
            for target in re.findall(r"!\[[^\]]+\]\(\.\./([^)]+)\)", file.read_text(encoding="utf-8"))
        }
        for language in ("en", "zh_CN")
    }
    for language, targets in named.items():
        assert [target for target in targets if not (guide / target).is_file()] == []
        assert all(target.endswith(f".{language}.png") for target in targets)
    english, chinese = ({target.split(".")[0] for target in targets} for targets in named.values())
    assert english == chinese
    there = {path.relative_to(guide).as_posix() for path in (guide / "pictures").iterdir()}
    assert there == named["en"] | named["zh_CN"]
