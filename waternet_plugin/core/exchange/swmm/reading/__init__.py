"""A SWMM input file is read: its text, sections and units, its elements and the rows they become."""
