"""An EPANET input file is written: what the map shows, what has changed, what is new."""
