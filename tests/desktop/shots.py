"""Take named pictures of every window of WaterNet in desktop QGIS, in English and Chinese.

``python tests/desktop/shots.py [--language en] [--pictures] [--variant dark] [PART...]`` leaves them in
``build/shots`` as ``NAME.LANGUAGE.png``, those of a variant in a folder of its name; ``--pictures`` also
writes those of the README, reduced, to ``docs/pictures``, and those that the guide shows, smaller still, to
``waternet_plugin/guide/pictures``.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from drive import DAY, ROOT, SCREEN, drive
from ground import paint
from PIL import Image

SHOTS = ROOT / "build" / "shots"
PICTURES = ROOT / "docs" / "pictures"
GUIDE = ROOT / "waternet_plugin" / "guide"
LANGUAGES = ("en", "zh_CN")
# Windows only: the map is the same everywhere.
WINDOWS = (
    *("start", "wizard", "town", "health_and_plan", "issues", "tools"),
    *("forms", "ways_out", "windows", "conflicts"),
)


@dataclass(frozen=True)
class Variant:
    """A screen, Qt's scale, QGIS's theme, and the parts of the tour that are taken there."""

    screen: str = SCREEN
    scale: int = 1
    theme: str = DAY
    parts: tuple[str, ...] = WINDOWS
    is_bare: bool = False
    script: str = "tour.py"


VARIANTS = {
    # The smallest screen that is supported.
    "plain": Variant(parts=()),
    "dark": Variant(theme="Night Mapping"),
    "double": Variant(screen="2732x1536x24", scale=2),
    # A QGIS without the packages that we need.
    "bare": Variant(is_bare=True, script="bare.py"),
}
TOUR = (
    "start_page",
    "sample_town",
    "wizard_3_codes",
    "health_why",
    "plan_list",
    "print_dialog",
    "issues_one",
    "burst",
    "dma_findings",
    "profile",
)
WIDTH, MOST_BYTES = 1024, 150_000
# Pictures of the guide travel with the plugin: small, few colours, without QGIS's own panels and toolbars.
GUIDE_WIDTH, GUIDE_COLOURS = 600, 8
# Strategy Z_FILTERED of zlib.
_FILTERED = 1
LEFT, TOP, BOTTOM = 285, 150, 30
# Pictures of the guide that show another part of the screen: left, top, right, bottom.
PARTS_OF_SCREEN = {
    "find_locator": (0, 396, 690, 768),
}
_SHOWN = re.compile(r"\]\(\.\./pictures/(\w+)\.en\.png\)")


def guide_pictures() -> list[str]:
    """Return the names of the pictures that the guide shows."""
    found = {name for file in (GUIDE / "en").glob("*.md") for name in _SHOWN.findall(file.read_text("utf-8"))}
    return sorted(found)


def fewer(picture: Image.Image, width: int, colours: int) -> Image.Image:
    """Return a picture at most ``width`` points wide in fewer colours."""
    width = min(width, picture.width)
    smaller = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    # Small areas keep their colour: thin pipes are what the pictures are about.
    return smaller.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE)


def reduce(source: Path, target: Path) -> None:
    """Write a picture in fewer points and colours, in at most ``MOST_BYTES`` bytes."""
    picture = Image.open(source).convert("RGB")
    target.parent.mkdir(parents=True, exist_ok=True)
    for colours in (256, 192, 128, 96, 64):
        fewer(picture, WIDTH, colours).save(target, optimize=True)
        if target.stat().st_size <= MOST_BYTES:
            return
    raise ValueError(f"{target.name} is larger than {MOST_BYTES} bytes")


def renew_guide(language: str) -> None:
    """Write the pictures of the guide: a dialog alone, of the whole screen the map with panel and panes."""
    for name in guide_pictures():
        file = f"{name}.{language}.png"
        alone = SHOTS / "windows" / file
        if not (SHOTS / file).is_file():
            # Of another part of the tour.
            continue
        if alone.is_file() and name not in PARTS_OF_SCREEN:
            picture = Image.open(alone).convert("RGB")
        else:
            screen = Image.open(SHOTS / file).convert("RGB")
            part = PARTS_OF_SCREEN.get(name, (LEFT, TOP, screen.width, screen.height - BOTTOM))
            picture = screen.crop(part)
        target = GUIDE / "pictures" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        smaller = fewer(picture, GUIDE_WIDTH, GUIDE_COLOURS)
        # Two points share a byte: a fifth less than a byte for each.
        smaller.save(target, compress_level=9, compress_type=_FILTERED, bits=4)


def tour(name: str, language: str, parts: list[str]) -> int:
    """Take the pictures of one variant in one language; return QGIS's exit status."""
    variant = VARIANTS[name]
    os.environ["WATERNET_PARTS"] = " ".join(parts or variant.parts)
    return drive(
        Path(__file__).with_name(variant.script),
        language,
        SHOTS if name == "plain" else SHOTS / name,
        screen=variant.screen,
        scale=variant.scale,
        theme=variant.theme,
        is_bare=variant.is_bare,
    )


def main() -> int:
    """Take the pictures; end with 1 when a tour failed."""
    parser = argparse.ArgumentParser(description="pictures of every window")
    parser.add_argument("parts", nargs="*", metavar="PART", help="parts of the tour; all without one")
    parser.add_argument("--language", choices=LANGUAGES, help="one language only")
    parser.add_argument("--variant", choices=list(VARIANTS), action="append", help="all without one")
    parser.add_argument("--pictures", action="store_true", help="write those of README and guide, too")
    wanted = parser.parse_args()
    languages = [wanted.language] if wanted.language else list(LANGUAGES)
    variants = wanted.variant or list(VARIANTS)
    failed = []
    with tempfile.TemporaryDirectory(prefix="waternet-handover-") as folder:
        handover, grounds = Path(folder) / "handover", Path(folder) / "grounds"
        grounds.mkdir()
        foreign = [sys.executable, str(ROOT / "sample_data" / "foreign.py")]
        subprocess.run([*foreign, str(handover)], check=True)
        subprocess.run([*foreign, str(handover / "second"), "--utility", "second"], check=True)
        paint(ROOT / "sample_data" / "town", grounds)
        os.environ["WATERNET_HANDOVER"], os.environ["WATERNET_GROUNDS"] = str(handover), str(grounds)
        for variant in variants:
            for language in languages:
                if tour(variant, language, wanted.parts):
                    failed.append(f"{variant} {language}")
    if wanted.pictures:
        for language in languages:
            for name in (one for one in TOUR if (SHOTS / f"{one}.{language}.png").is_file()):
                reduce(SHOTS / f"{name}.{language}.png", PICTURES / f"{name}.{language}.png")
            renew_guide(language)
    print(f"{len(list(SHOTS.rglob('*.png')))} pictures in {SHOTS.relative_to(ROOT)}")
    if failed:
        print(f"not whole: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
