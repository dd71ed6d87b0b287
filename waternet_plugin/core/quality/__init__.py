"""Is the network true? A catalogue of checks, their findings with roots and states, grades, and repairs."""
