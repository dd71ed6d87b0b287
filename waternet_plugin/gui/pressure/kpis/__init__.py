"""The tab of indicators: the sheet, the rows behind each figure, targets, and projects by their money."""
