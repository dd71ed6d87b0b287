"""Papers as files: one report, written as its ending says."""
