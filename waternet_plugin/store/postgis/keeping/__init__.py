"""What the owner of a network on a server does to it as a whole, and what is looked at when it is opened."""
