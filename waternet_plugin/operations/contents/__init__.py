"""What a network holds, as panes and dialogs ask for it: figures, settings, batches, open work."""
