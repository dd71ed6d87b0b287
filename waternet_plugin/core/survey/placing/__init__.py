"""From the numbers of a survey file to places in the network: zones, transform sets, axes."""
