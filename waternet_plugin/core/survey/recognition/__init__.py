"""What the tables of a survey file mean: headings, roles, columns, and what the file's words declare."""
