"""Papers that a manager signs: each kind is made from the network by one module."""
