"""What panes and sections are made of: bases, lists, options, files."""
