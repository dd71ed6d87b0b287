"""Reports on users, meters, compounds to renovate and contracts."""
