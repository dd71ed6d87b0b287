"""What files of EPANET and SWMM have in common: encoding, plane, nodes without a place, the kept text."""
