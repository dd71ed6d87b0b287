"""Two recordings compared byte for byte; what differs may be explained by a table of reworded sentences."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}|%(n|\d)")
# Differences listed for one file; the rest is counted.
_LISTED = 5


@dataclass(frozen=True)
class _Reworded:
    """One sentence as it was and as it is."""

    pattern: re.Pattern[str]
    literal: str
    names: tuple[str, ...]
    new: str

    def applied(self, text: str) -> str:
        """Return `text` with the sentence as it is now."""
        if self.literal not in text:
            return text

        def now(found: re.Match[str]) -> str:
            values = dict(zip(self.names, found.groups()))
            return _PLACEHOLDER.sub(lambda one: values.get(one[1] or one[2] or "", one[0]), self.new)

        return self.pattern.sub(now, text)


def _reworded(old: str, new: str) -> _Reworded:
    """Return how a sentence changes; a placeholder stands for any text."""
    parts, names, end = [], [], 0
    for found in _PLACEHOLDER.finditer(old):
        parts += [re.escape(old[end : found.start()]), "(.*?)"]
        names.append(found[1] or found[2] or "")
        end = found.end()
    parts.append(re.escape(old[end:]))
    # A placeholder at the end reaches to the end of the sentence.
    closing = r"(?=$|[.,:;<\"\n])" if names and end == len(old) else ""
    literals = [re.sub(r"\\(.)", r"\1", part) for part in parts if part != "(.*?)"]
    return _Reworded(re.compile("".join(parts) + closing), max(literals, key=len), tuple(names), new)


def read_reworded(path: Path) -> list[_Reworded]:
    """Read a table of sentences, a line each: as it was, TAB, as it is; line breaks as backslash-n."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.replace("\\n", "\n") for part in line.split("\t")]
        if len(parts) < 2 or not parts[0]:
            raise ValueError(f"{path.name}:{number} is not a line of two sentences with a TAB between them")
        found.append(_reworded(parts[0], parts[1]))
    # Longer sentences first: a short one may be a part of them.
    return sorted(found, key=lambda one: -len(one.pattern.pattern))


def _explained(old: str, new: str, reworded: list[_Reworded]) -> bool:
    if old == new:
        return True
    for one in reworded:
        old = one.applied(old)
        if old == new:
            return True
    return False


def _cells(path: Path) -> list[list[str]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.reader(text.splitlines(keepends=True)))
    return [[line] for line in text.split("\n")]


def _file_differences(before: Path, after: Path, reworded: list[_Reworded]) -> list[str]:
    """Return the differences of one file that the table does not explain."""
    if before.read_bytes() == after.read_bytes():
        return []
    old_rows, new_rows = _cells(before), _cells(after)
    if len(old_rows) != len(new_rows):
        return [f"{len(old_rows)} lines became {len(new_rows)}"]
    found = []
    header = old_rows[0] if before.suffix == ".csv" else []
    for number, (old, new) in enumerate(zip(old_rows, new_rows), 1):
        if len(old) != len(new):
            found.append(f"line {number}: {len(old)} columns became {len(new)}")
            continue
        for index, (old_cell, new_cell) in enumerate(zip(old, new)):
            if not _explained(old_cell, new_cell, reworded):
                column = f" {header[index]}" if index < len(header) else ""
                found.append(f"line {number}{column}: {old_cell[:200]!r} became {new_cell[:200]!r}")
    if not found and not reworded:
        # The same cells, written in another way.
        return ["other bytes, the same cells"]
    return found


def _folders(name: str) -> list[str]:
    """Return the folders above a file, the topmost first."""
    return [str(folder) for folder in reversed(PurePosixPath(name).parents)][1:]


def compare(before: Path, after: Path, reworded: list[_Reworded] | None = None) -> list[str]:
    """Return what differs between two folders of recordings, a line each."""
    old = {path.relative_to(before).as_posix(): path for path in before.rglob("*") if path.is_file()}
    new = {path.relative_to(after).as_posix(): path for path in after.rglob("*") if path.is_file()}
    found = []
    for one, other, change in ((old, new, "is gone"), (new, old, "is new")):
        # A folder of which nothing is left is one line.
        left = {parent for name in other for parent in _folders(name)}
        alone = {
            next((folder for folder in _folders(name) if folder not in left), name)
            for name in one.keys() - other.keys()
        }
        found += [f"{name}: {change}" for name in sorted(alone)]
    for name in sorted(old.keys() & new.keys()):
        lines = _file_differences(old[name], new[name], reworded or [])
        found += [f"{name}: {line}" for line in lines[:_LISTED]]
        if len(lines) > _LISTED:
            found.append(f"{name}: and {len(lines) - _LISTED} more")
    return found
