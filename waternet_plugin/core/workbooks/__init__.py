"""Workbooks (.xlsx) read by zipfile and expat: cells as the texts they show, wrong and hidden ones known."""
