"""The tab of the search for leaks: the nights of a year, their pipes on the map, and who found what."""
