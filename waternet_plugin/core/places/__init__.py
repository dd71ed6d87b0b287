"""Where the rows of files lie: coordinate systems, zones, and what decides between several readings."""
