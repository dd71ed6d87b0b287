"""Tables and drawings by which a survey of the network is handed over, as CJJ 61 describes them."""
