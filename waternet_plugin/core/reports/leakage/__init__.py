"""Reports of night flow, leak searches and balances."""
