"""Many utilities rated together: as one network, or each with the others as its prior."""
