"""The network as a graph: ends and assets joined by id and by distance, and what lies where."""
