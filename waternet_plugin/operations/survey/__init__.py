"""Survey files brought in, verified, handed over."""
