"""From a rate to a class: consequence, matrix, assessment, forecast, runs compared."""
