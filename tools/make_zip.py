"""Pack the plugin: ``make_zip.py build/waternet_plugin.zip``.

Two runs on the same sources give the same bytes: names are sorted, times and modes fixed. Members are
deflated by Zopfli, which saves some 120 KB and takes a minute: what it made is kept in build/deflated.
"""

from __future__ import annotations

import ast
import hashlib
import io
import sys
import tempfile
import tokenize
import zipfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from zopfli.zlib import compress

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from make_sample import is_current  # noqa: E402
from support.staging import stage  # noqa: E402

TOP = "waternet_plugin"
TRANSLATION = "i18n/waternet_zh_CN.qm"
VENDORED = "vendor"
MOMENT = (2024, 1, 1, 0, 0, 0)
KEPT = ROOT / "build" / "deflated"
# A zlib stream is the deflated bytes after a head of two bytes and before a sum of four.
ZLIB_HEAD, ZLIB_SUM = 2, 4


class Deflated:
    """What ``zipfile`` takes for a compressor: it gives bytes that are deflated already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def compress(self, content: bytes) -> bytes:
        """Return nothing: all comes with the end."""
        return b""

    def flush(self) -> bytes:
        """Return the deflated bytes."""
        return self._content


def deflated(content: bytes) -> bytes:
    """Return a file deflated, from what an earlier run kept where it is there."""
    kept = KEPT / hashlib.sha256(content).hexdigest()
    if not kept.is_file():
        made = compress(content, numiterations=2)[ZLIB_HEAD:-ZLIB_SUM]
        with tempfile.NamedTemporaryFile(dir=KEPT, delete=False) as partial:
            partial.write(made)
        Path(partial.name).replace(kept)
    return kept.read_bytes()


def packed_content(path: Path) -> bytes:
    """Return what of a file goes into the zip; whoever reads the code has the repository.

    Of hundreds of packages that hold a docstring alone it is nothing, of our other modules all but the
    comments that have a line of their own: that line is empty, so that the numbers of lines stay.
    """
    content = path.read_bytes()
    if path.suffix != ".py" or VENDORED in path.parts:
        return content
    if path.name == "__init__.py" and path.parent.name != TOP:
        body = ast.parse(content).body
        if len(body) == 1 and isinstance(body[0], ast.Expr):
            return b""
    lines = content.splitlines(keepends=True)
    for token in tokenize.tokenize(io.BytesIO(content).readline):
        if token.type == tokenize.COMMENT and token.line.lstrip().startswith("#"):
            lines[token.start[0] - 1] = b"\n"
    return b"".join(lines)


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
        KEPT.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor() as pool, zipfile.ZipFile(partial, "w") as archive:
            contents = list(pool.map(packed_content, files, chunksize=64))
            for path, content, packed in zip(files, contents, pool.map(deflated, contents, chunksize=8)):
                entry = zipfile.ZipInfo(path.relative_to(folder.parent).as_posix(), MOMENT)
                entry.external_attr = 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w") as member:
                    # zipfile has no public way to take a compressor of one's own.
                    member._compressor = Deflated(packed)
                    member.write(content)
    partial.replace(target)
    print(f"{target}: {len(files)} files, {target.stat().st_size / 1e6:.2f} MB")
    return target


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_zip.py TARGET.zip")
    pack(Path(sys.argv[1]).resolve())
