"""What a person does to a network: one module each, which reads, computes and writes one batch.

Algorithms, panes and Python scripts call these functions. They know no QGIS: what comes from a layer is
handed in as a frame, and sentences for the user come back in the result.
"""
