"""Questions with values in them: written out, or planned by the server once for who asks time and again."""

from __future__ import annotations

from collections.abc import Sequence

from waternet_plugin.store.geopackage.sql import literal

# Pieces of SQL with the values between them: SQL, value, SQL, value, ..., SQL.
Pieces = Sequence[str]


def written_out(pieces: Pieces) -> str:
    """Return the SQL of a question with its values in it."""
    return "".join([literal(piece) if place % 2 else piece for place, piece in enumerate(pieces)])


class PlannedQuestions:
    """The questions that the server of one connection has planned.

    Parameters
    ----------
    session
        What the server knows the session of the connection by: behind a pool that mixes up people the plans
        of another one have other names.
    """

    def __init__(self, session: str) -> None:
        self._session = session
        self._names: dict[Pieces, str] = {}
        self._count = 0

    def statement(self, pieces: Pieces) -> str:
        """Return what asks a question, and has it planned where that was not done yet."""
        sql = tuple(pieces[::2])
        values = ", ".join(map(literal, pieces[1::2]))
        planning = ""
        if sql not in self._names:
            self._count += 1
            self._names[sql] = f"wn_{self._session}_{self._count}"
            marks = [f"${place // 2 + 1}" if place % 2 else piece for place, piece in enumerate(pieces)]
            planning = f"PREPARE {self._names[sql]} AS {''.join(marks)}; "
        # Else the first five times are planned for their values.
        planning += "SET LOCAL plan_cache_mode = force_generic_plan; "
        return f"{planning}EXECUTE {self._names[sql]}" + (f" ({values})" if values else "")

    def forget(self) -> None:
        """Have all questions planned anew."""
        self._names.clear()
