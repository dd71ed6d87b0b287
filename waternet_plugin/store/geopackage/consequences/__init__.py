"""What a batch brings with it: zones to test again, ordered valves, pipes not verified, open work."""
