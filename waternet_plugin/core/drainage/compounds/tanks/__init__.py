"""Septic tanks, grease traps and sediment tanks: when each is due for cleaning, and what that rests on."""
