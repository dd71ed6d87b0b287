"""The panel beside the map: the state of the network, section by section, and the panes below the map."""
