"""Workbooks (.xlsx by zipfile and expat, .xls record by record): cells as the texts they show."""
