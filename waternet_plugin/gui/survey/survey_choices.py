"""What a person chose in the survey wizard, and the mapping and decisions that says it to the import."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.survey.attempt import Attempt, CheckLine

_SEVERAL = "planned_pipe"
# The fields in which a code stands that a rule does not know.
_FIELDS_OF = {
    "unknown_code": ("code", "feature", "appurtenance", "system", "function"),
    "unknown_material": ("material",),
    "unknown_burial": ("burial",),
}


def _names_of(paths: Sequence[str]) -> dict[str, str]:
    """Return what each file of some files and folders is called in the import, by its path."""
    from waternet_plugin.operations.survey.survey_files import named_files

    existing = [path for path in paths if Path(path).exists()]
    names = {path: Path(path).name for path in paths if path not in existing}
    # A folder that was emptied meanwhile has no file to name.
    with suppress(InputError):
        names.update({str(path): name for name, path in named_files(";".join(existing))})
    return names


CENSUS, AS_BUILT, RECHECK = "census", "as_built", "recheck"
# The role of a sheet that is left out, and the way of lines that the files themselves give.
IGNORED, OF_FILES = "ignore", "table"


def purposes() -> list[tuple[str, str]]:
    """Return the purposes with their names."""
    return [
        (CENSUS, tr("Census of existing pipes")),
        (AS_BUILT, tr("As-built survey before backfill")),
        (RECHECK, tr("Recheck of surveyed points")),
    ]


def ways_of_lines() -> list[tuple[str, str]]:
    """Return how lines come from the files, with their names."""
    return [
        (OF_FILES, tr("as the files list or draw them")),
        ("design", tr("along the planned pipes")),
        ("sequence", tr("points in the order of the file")),
    ]


@dataclass(frozen=True)
class ColumnsChosen:
    """What a person said of the columns of a sheet: the heading by field, and the row with the headings.

    The row is 0 where nobody said it.
    """

    fields: Mapping[str, str]
    heading_row: int = 0


@dataclass
class SurveyChoices:
    """Files, purpose, roles of sheets, answers, ticks.

    Parameters
    ----------
    prefixes
        What stands before the numbers of a file, by file.
    purpose
        '' until a person chooses one: then the planned pipes beneath suggest it.
    answers
        Decisions by file and key.
    roles
        Of sheets, by file and sheet.
    columns
        What columns hold that nobody knows, by file and sheet.
    system
        Of rows that say none, '' for none.
    ticked
        Keys of the warnings that a person has seen.
    taken
        Ids of assets whose new place or level is taken at a recheck.
    """

    paths: list[str] = field(default_factory=list)
    purpose: str = ""
    lines: str = OF_FILES
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    roles: dict[tuple[str, str], str] = field(default_factory=dict)
    columns: dict[tuple[str, str], ColumnsChosen] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    system: str = ""
    # What codes mean that no list has, by rule and code; None for points that are left out.
    meanings: dict[tuple[str, str], str | None] = field(default_factory=dict)
    valid_only: bool = False
    again: bool = False
    ticked: set[tuple[Any, ...]] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)

    def add(self, paths: Sequence[str]) -> None:
        """Add files and folders that are not there yet."""
        self.paths += [path for path in paths if path not in self.paths]

    def leave_out(self, name: str) -> None:
        """Take the file of a name away, and what was answered about it; of its folder the others stay."""
        before = _names_of(self.paths)
        paths = []
        for path in self.paths:
            inside = list(_names_of([path])) if Path(path).is_dir() else [path]
            left = [file_name for file_name in inside if before.get(file_name) != name]
            paths += [path] if len(left) == len(inside) else left
        self.paths = paths
        after = _names_of(paths)
        # A file that came with a folder was called by its place there, and alone is called otherwise.
        called = {old: after[path] for path, old in before.items() if path in after}
        self.answers = {called[file]: given for file, given in self.answers.items() if file in called}
        self.prefixes = {called[file]: text for file, text in self.prefixes.items() if file in called}
        self.roles = {
            (called[file], sheet): role for (file, sheet), role in self.roles.items() if file in called
        }
        self.columns = {
            (called[file], sheet): chosen for (file, sheet), chosen in self.columns.items() if file in called
        }
        self.ticked = {(rule, called[file], *rest) for rule, file, *rest in self.ticked if file in called}

    def name_columns(self, file: str, sheet: str, chosen: ColumnsChosen) -> None:
        """Keep what a person said of the columns of a sheet, which is not left out then."""
        self.columns[file, sheet] = chosen
        if self.roles.get((file, sheet)) == IGNORED:
            del self.roles[file, sheet]

    def answer(self, file: str, key: str, value: Any) -> None:
        """Keep an answer; None takes it back."""
        if value is None:
            self.answers.get(file, {}).pop(key, None)
        elif key == _SEVERAL:
            # One a stretch, asked one after the other.
            self.answers.setdefault(file, {}).setdefault(key, []).append(value)
        else:
            self.answers.setdefault(file, {})[key] = value

    def mapping(self) -> dict[str, Any]:
        """Return the MAPPING of the import."""
        mapping: dict[str, Any] = {}
        # Where neither column nor name says it.
        defaults: dict[str, Any] = {"defaults": {"system": self.system}} if self.system else {}
        tables = []
        for file, sheet in dict.fromkeys((*self.roles, *self.columns)):
            table: dict[str, Any] = {"file": escape(file), "sheet": escape(sheet) or "*"}
            role, chosen = self.roles.get((file, sheet)), self.columns.get((file, sheet))
            table |= {} if role is None else {"role": role}
            if chosen is not None:
                table["fields"] = dict(chosen.fields)
                table |= {"heading_row": chosen.heading_row} if chosen.heading_row else {}
            tables.append({**table, **defaults})
        tables += [{"file": "*", **defaults}] if defaults else []
        if tables:
            mapping["tables"] = tables
        if self.prefixes:
            mapping["id_prefix"] = dict(self.prefixes)
        values: dict[str, dict[str, str | None]] = {}
        for (rule, code), meaning in self.meanings.items():
            for name in _FIELDS_OF[rule]:
                values.setdefault(name, {})[code] = meaning
        if values:
            mapping["values"] = values
        return mapping

    def decisions(self) -> dict[str, Any]:
        """Return the DECISIONS of the import."""
        decisions: dict[str, Any] = {}
        answers = {file: given for file, given in self.answers.items() if given}
        if answers:
            decisions["files"] = answers
        if self.again:
            decisions["again"] = True
        if self.taken:
            decisions["take"] = sorted(self.taken)
        return decisions

    def tick(self, lines: Sequence[CheckLine], is_ticked: bool) -> None:
        """Tick warnings, or take their ticks away."""
        for line in lines:
            (self.ticked.add if is_ticked else self.ticked.discard)(line.key)
            if line.asset:
                (self.taken.add if is_ticked else self.taken.discard)(line.asset)

    def unticked(self, attempt: Attempt) -> list[CheckLine]:
        """Return the warnings that still wait for a tick; differences of a recheck may be left."""
        return [
            warning for warning in attempt.warnings if not warning.asset and warning.key not in self.ticked
        ]
