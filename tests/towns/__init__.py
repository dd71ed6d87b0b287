"""Towns drawn by seed, their files as utilities hand them over, and a judge that reads the network alone."""
