"""The fonts of plots: a Latin family, and behind it one that writes Chinese as it is written in China."""

from __future__ import annotations

import os
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from qgis.core import QgsApplication

_LATIN = (
    "Noto Sans",
    "Source Sans 3",
    "Segoe UI",
    "Helvetica Neue",
    "Liberation Sans",
    "Arial",
    "DejaVu Sans",
)
_CHINESE = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
)
# Its collection holds a face a country; matplotlib sees the first one only.
_COLLECTION, _WANTED = "Noto Sans CJK JP", "Noto Sans CJK SC"
_NAME_ID = 1


def font_folder() -> Path | None:
    """Return where faces are kept: in the profile, where nobody else puts files; None without one."""
    profile = QgsApplication.qgisSettingsDirPath()
    return Path(profile) / "waternet" / "fonts" if Path(profile).is_absolute() else None


def save_face(face: Any, target: Path) -> None:
    """Write a face to a file that is there as a complete file or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(suffix=".part", dir=target.parent)
    os.close(handle)
    try:
        face.save(part)
        os.replace(part, target)
    finally:
        Path(part).unlink(missing_ok=True)


def _add_wanted_face() -> bool:
    """Take the face for China out of the collection and give it to matplotlib; say whether it was there."""
    from fontTools.ttLib import TTCollection
    from matplotlib import font_manager

    added = False
    files = {font.fname for font in font_manager.fontManager.ttflist if font.name == _COLLECTION}
    folder = font_folder()
    for file in sorted(files):
        if folder is None or not file.lower().endswith(".ttc"):
            continue
        target = folder / f"{Path(file).stem}-SC.otf"
        try:
            if not target.exists():
                with TTCollection(file, lazy=True) as faces:
                    face = next(each for each in faces if each["name"].getDebugName(_NAME_ID) == _WANTED)
                    save_face(face, target)
            font_manager.fontManager.addfont(str(target))
        except (OSError, StopIteration):
            continue
        added = True
    return added


@lru_cache(maxsize=None)
def families() -> list[str]:
    """Return the families that are there, first choice first."""
    from matplotlib import font_manager

    names = {font.name for font in font_manager.fontManager.ttflist}
    chinese = [name for name in _CHINESE if name in names]
    if _WANTED not in names and _COLLECTION in names:
        chinese.insert(0, _WANTED if _add_wanted_face() else _COLLECTION)
    return [name for name in _LATIN if name in names][:1] + chinese[:1]
