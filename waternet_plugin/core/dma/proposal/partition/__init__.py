"""The network as a weighted graph that is cut into areas."""
