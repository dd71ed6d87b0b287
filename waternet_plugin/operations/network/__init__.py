"""The network as a graph: kept in memory, isolated, traced, cut into segments."""
