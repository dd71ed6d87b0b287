"""Reports of surveys and handovers."""
