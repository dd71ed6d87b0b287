"""The tab of shut-offs: their month, which of them overlap, and what became of each."""
