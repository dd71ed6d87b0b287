"""Entries of the change log about pipes that may meet other zones than before."""

from __future__ import annotations

# A change of one of these may bring a pipe into a zone, or join it to one.
MEETING_FIELDS = ("dma_id", "from_node", "to_node", "status", "system")


def meeting_sql() -> str:
    """Return the condition for entries of pipes that are new or may meet other zones than before."""
    told = " OR ".join(f"instr(after, '\"{field}\"')" for field in MEETING_FIELDS)
    return f"(\"table\" = 'pipe' AND (action = 'insert' OR {told}))"
