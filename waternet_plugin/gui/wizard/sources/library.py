"""Mappings that were kept: by name, and the last one for a file with the same columns.

Each is a JSON file in the user's profile that ``adoptlayers`` takes as MAPPING as it is.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.files.file_names import allowed_name
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.schema.domains import all_domains
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output

_LAST = "last_"
# Beside the folder of mappings.
_ANSWERS = "code_answers.json"


@dataclass(frozen=True)
class SavedMapping:
    """A kept mapping: its name ('' for the last one used), table and day."""

    path: Path
    name: str
    table: str
    on: str


class Library:
    """The folder with the mappings.

    Parameters
    ----------
    folder
        Made when the first one is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _last_path(self, columns: Sequence[str]) -> Path:
        names = "\x1f".join(sorted(columns))
        return self.folder / f"{_LAST}{hashlib.sha256(names.encode('utf-8')).hexdigest()[:16]}.json"

    def last(self, columns: Sequence[str]) -> SavedMapping | None:
        """Return the mapping last used for a file with these columns."""
        return _described(self._last_path(columns), columns)

    def named(self, columns: Sequence[str]) -> list[SavedMapping]:
        """Return the mappings saved under a name that fit these columns, by name."""
        files = sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []
        found = [_described(path, columns) for path in files if not path.name.startswith(_LAST)]
        return [one for one in found if one is not None]

    def remember(self, columns: Sequence[str], table: str, mapping: Mapping) -> None:
        """Keep a mapping as the last one for these columns."""
        self._keep(self._last_path(columns), "", columns, table, mapping)

    def save(self, name: str, columns: Sequence[str], table: str, mapping: Mapping) -> Path:
        """Keep a mapping under a name and return its file.

        Raises
        ------
        InputError
            When the name is none or the disk refuses.
        """
        clean = allowed_name(name)
        if not clean or clean.startswith(_LAST):
            raise InputError(tr("A mapping needs a name. Type one."))
        return self._keep(self.folder / f"{clean}.json", clean, columns, table, mapping)

    def answers(self) -> dict[tuple[str, str], str | None]:
        """Return what codes were said to mean in earlier runs, by list of values and spelling."""
        try:
            content = parse_json(self.folder.with_name(_ANSWERS).read_text(encoding="utf-8"))
            return {
                (str(name), str(word)): None if code is None else str(code)
                for name, codes in content["codes"].items()
                for word, code in codes.items()
                if name in all_domains() and (code is None or code in all_domains()[name])
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            # None are kept yet, or another version wrote them.
            return {}

    def keep_answers(self, answers: Dictionary[tuple[str, str], str | None]) -> None:
        """Keep what codes were said to mean, for the files to come.

        Raises
        ------
        InputError
            When the disk refuses.
        """
        codes: dict[str, dict[str, str | None]] = {}
        for (name, word), code in sorted({**self.answers(), **answers}.items()):
            codes.setdefault(name, {})[word] = code
        self._write(self.folder.with_name(_ANSWERS), {"codes": codes})

    def _keep(self, path: Path, name: str, columns: Sequence[str], table: str, mapping: Mapping) -> Path:
        content = {
            "name": name,
            "table": table,
            "on": datetime.date.today().isoformat(),
            "columns": list(columns),
            "mapping": mapping.to_dict(),
        }
        self._write(path, content)
        return path

    def _write(self, path: Path, content: object) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            message = tr("The mapping can't be saved to {path}: {reason}. Choose another location.")
            raise InputError(message.format(path=path, reason=error.strerror or error)) from error


def load(path: Path) -> Mapping:
    """Return the mapping of a file, kept here or written for ``adoptlayers``.

    Raises
    ------
    InputError
        With every fault.
    """
    from waternet_plugin.core.exchange.mapping.mapping_file import parse

    return parse(path)


def export(mapping: Mapping, path: Path) -> None:
    """Write a mapping to a file that ``adoptlayers`` takes as it is.

    Raises
    ------
    WaterNetError
        When the file is a network, or the disk refuses.
    """
    refuse_network_as_output(path)
    try:
        mapping.save(path)
    except OSError as error:
        message = tr("The mapping can't be saved to {path}: {reason}. Choose another location.")
        raise InputError(message.format(path=path, reason=error.strerror or error)) from error


def _described(path: Path, columns: Sequence[str]) -> SavedMapping | None:
    """Return what a file keeps, None when it is none of ours or names columns that are not there."""
    try:
        content = parse_json(path.read_text(encoding="utf-8"))
        fields = content["mapping"].get("fields", {}).values()
        wanted = {source if isinstance(source, str) else source["from"] for source in fields}
        kept = SavedMapping(path, str(content["name"]), str(content["table"]), str(content["on"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return kept if wanted <= set(columns) else None
