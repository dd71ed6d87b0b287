"""Night flow, leak alarms and searches, water balances."""
