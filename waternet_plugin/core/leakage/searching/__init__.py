"""The search for leaks as a programme: stretches of pipe for a night, and the nights of a year."""
