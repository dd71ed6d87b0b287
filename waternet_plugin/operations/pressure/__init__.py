"""What a person does about pressure: zones, points, loggers, runs of the hydraulic model."""
