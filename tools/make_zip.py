"""Pack the plugin: ``make_zip.py build/waternet_plugin.zip``.

Two runs on the same sources give the same bytes: names are sorted, times and modes fixed.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from make_sample import is_current  # noqa: E402
from support.staging import stage  # noqa: E402

TRANSLATION = "i18n/waternet_zh_CN.qm"
MOMENT = (2024, 1, 1, 0, 0, 0)


def pack(target: Path) -> Path:
    """Write the zip of the plugin folder and return its path."""
    if not is_current(ROOT / "build" / "sample_town"):
        sys.exit("make_zip: the sample town is missing or of other sources, run make setup first")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".part")
    with tempfile.TemporaryDirectory() as scratch:
        folder = stage(scratch, link=False)
        if not (folder / TRANSLATION).is_file():
            sys.exit(f"make_zip: {TRANSLATION} is missing, run make setup (or make i18n) first")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in files:
                entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), MOMENT)
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, path.read_bytes())
    partial.replace(target)
    print(f"{target}: {len(files)} files, {target.stat().st_size / 1e6:.2f} MB")
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_zip.py TARGET.zip")
    pack(Path(sys.argv[1]).resolve())
