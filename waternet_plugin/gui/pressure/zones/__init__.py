"""The tab of pressure zones: what their points read, drawing them, a run of EPANET."""
