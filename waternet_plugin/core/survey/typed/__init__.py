"""Cells of survey files as numbers, codes and days, with the faults of each row."""
