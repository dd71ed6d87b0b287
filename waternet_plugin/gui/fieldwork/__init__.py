"""Packages for crews in the field: given here, taken up when they come back."""
