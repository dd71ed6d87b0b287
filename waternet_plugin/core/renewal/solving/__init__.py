"""Which packages in which years: rules, prices of what is scarce, and short steps to a better plan."""
