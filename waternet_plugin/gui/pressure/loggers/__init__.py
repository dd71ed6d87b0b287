"""The tab of loggers: where the next ones belong, moved on the map with what they cover."""
