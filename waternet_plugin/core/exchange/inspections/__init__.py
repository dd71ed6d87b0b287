"""Inspections of drains from other hands: files of ISYBAU and tables of crews, with their defects."""
