"""Files that people get: names every system takes, sets put in place complete, temporary folders."""
