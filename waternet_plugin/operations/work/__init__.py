"""Work of crews: orders, their states, and the list of what is open."""
