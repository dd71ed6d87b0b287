"""Questions to the network, asked by a click on the map: bursts, traces, long profiles."""
