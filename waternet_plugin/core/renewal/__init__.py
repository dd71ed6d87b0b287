"""What to renew, in which year, for the money there is: packages of a street, costs, the plan."""
