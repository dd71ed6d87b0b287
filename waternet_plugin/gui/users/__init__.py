"""Users and meters in the window: ranks, meters due and their tree, compounds to renovate, contracts."""
