"""What the print dialog and the Print section of the dock consist of."""
