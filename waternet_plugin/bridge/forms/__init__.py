"""What forms and map tips tell of a row: fields and pages, reasons, findings, history."""
