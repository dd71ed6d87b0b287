"""How sure a guess is."""

from __future__ import annotations

# Found by name and values; found by one of them; one value for all rows that nothing in the file says;
# not found.
SURE, GUESS, ASSUMED, NONE = "sure", "guess", "assumed", "none"
