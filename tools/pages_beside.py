"""Lay a stored picture of a page beside a page of a PDF: ``pages_beside.py OLD.png NEW.pdf PAGE OUTPUT.png``.

The stored one is the sheet as it was painted before pages were layouts; both are drawn at 72 dots an inch.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from PIL import Image

_GAP = 8


def beside(old: Path, pdf: Path, page: int, output: Path) -> None:
    """Write both pages side by side.

    Raises
    ------
    OSError
        Where one of them is not there, or pdftoppm is not installed.
    """
    command = ["pdftoppm", "-r", "72", "-f", str(page), "-l", str(page), "-png", str(pdf)]
    drawn = subprocess.run(command, capture_output=True, check=True).stdout
    pages = [Image.open(each).convert("RGB") for each in (old, io.BytesIO(drawn))]
    both = Image.new("RGB", (sum(each.width for each in pages) + _GAP, max(each.height for each in pages)))
    both.paste(pages[0], (0, 0))
    both.paste(pages[1], (pages[0].width + _GAP, 0))
    both.save(output)


if __name__ == "__main__":
    old_name, pdf_name, page_no, output_name = sys.argv[1:]
    beside(Path(old_name), Path(pdf_name), int(page_no), Path(output_name))
