"""Which of our tables a foreign layer belongs to, and what lists of work say."""
