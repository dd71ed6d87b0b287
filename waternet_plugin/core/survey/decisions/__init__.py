"""What a survey file leaves open (axes, CRS, heights, diameters), decided by evidence or asked."""
