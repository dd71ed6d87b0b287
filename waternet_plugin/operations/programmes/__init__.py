"""Programmes of works: reports, done dates, matching of names, and what the panel says of them."""
