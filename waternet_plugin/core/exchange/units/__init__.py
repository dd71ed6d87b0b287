"""Units that foreign values come in, and what turns them into ours."""
