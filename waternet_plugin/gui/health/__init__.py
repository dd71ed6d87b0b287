"""Health in the panel: assess, see how much to renew and why, compare two runs."""
