"""Values that other data of their rows speak against: units, defaults; each a question with an answer."""
