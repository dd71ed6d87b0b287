"""Reports of isolation, traces, segments and models."""
