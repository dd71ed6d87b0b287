"""Take named pictures of every window of WaterNet in desktop QGIS, in English and Chinese.

``python tests/desktop/shots.py [--language en] [--pictures]`` leaves them in ``build/shots`` as
``NAME.LANGUAGE.png``; ``--pictures`` also writes those of the README, reduced, to ``docs/pictures``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from drive import ROOT, drive
from PIL import Image

SHOTS = ROOT / "build" / "shots"
PICTURES = ROOT / "docs" / "pictures"
LANGUAGES = ("en", "zh_CN")
TOUR = ("start_page", "sample_town", "wizard_3_codes", "health_why", "plan_list", "print_dialog")
WIDTH = 1024
MOST_BYTES = 150_000


def reduce(source: Path, target: Path) -> None:
    """Write a picture in fewer points and colours, in at most ``MOST_BYTES`` bytes."""
    picture = Image.open(source).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    smaller = picture.resize(size, Image.Resampling.LANCZOS)
    target.parent.mkdir(parents=True, exist_ok=True)
    for colours in (256, 192, 128, 96, 64):
        # Small areas keep their colour: thin pipes are what the pictures are about.
        fewer = smaller.quantize(colours, Image.Quantize.MAXCOVERAGE, kmeans=4, dither=Image.Dither.NONE)
        fewer.save(target, optimize=True)
        if target.stat().st_size <= MOST_BYTES:
            return
    raise ValueError(f"{target.name} is larger than {MOST_BYTES} bytes")


def main() -> int:
    """Take the pictures; end with 1 when one language failed."""
    parser = argparse.ArgumentParser(description="pictures of every window")
    parser.add_argument("--language", choices=LANGUAGES, help="one language only")
    parser.add_argument("--pictures", action="store_true", help="write those of the README, too")
    wanted = parser.parse_args()
    languages = [wanted.language] if wanted.language else list(LANGUAGES)
    failed = False
    with tempfile.TemporaryDirectory(prefix="waternet-handover-") as folder:
        subprocess.run([sys.executable, str(ROOT / "sample_data" / "foreign.py"), folder], check=True)
        os.environ["WATERNET_HANDOVER"] = folder
        for language in languages:
            status = drive(Path(__file__).with_name("tour.py"), language, SHOTS)
            failed = failed or status != 0
            if wanted.pictures and status == 0:
                for name in TOUR:
                    reduce(SHOTS / f"{name}.{language}.png", PICTURES / f"{name}.{language}.png")
    print(f"{len(list(SHOTS.glob('*.png')))} pictures in {SHOTS.relative_to(ROOT)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
