"""Rows read from the file: streams, single rows, what reads badly."""
