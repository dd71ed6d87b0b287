"""A whole network copied between files and servers, with its log, and compared before it is there."""
