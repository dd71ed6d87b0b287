"""What comes in: foreign layers as read and guessed, kept mappings, rows that ask for a decision."""
