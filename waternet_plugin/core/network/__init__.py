"""How the network hangs together: ends and assets made a graph, its parts, weak points and gaps."""
