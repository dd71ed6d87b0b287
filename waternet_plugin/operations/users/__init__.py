"""What is asked of users and meters: what is due, who takes how much, which compounds to renovate."""
