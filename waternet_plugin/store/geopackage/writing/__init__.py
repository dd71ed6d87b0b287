"""One batch: rows inserted, changed, checked."""
