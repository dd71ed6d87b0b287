"""The codes of what the day of a tank rests on, and of its state; nothing heavy is imported."""

MEASURED, GIVEN, NORM, DEFAULT = "measured", "given", "norm", "default"
OVERDUE, DUE, LATER, UNKNOWN = "overdue", "due", "later", "unknown"
