"""The four steps of the survey wizard, a page each."""
