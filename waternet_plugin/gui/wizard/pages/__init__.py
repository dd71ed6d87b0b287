"""The five steps of the wizard, each a page, and the parts they consist of."""
