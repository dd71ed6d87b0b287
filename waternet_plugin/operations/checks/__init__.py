"""A network checked, its issues decided and repaired."""
