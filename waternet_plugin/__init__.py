"""WaterNet: pipe-network asset management in QGIS."""


def classFactory(iface):  # noqa: N802 (QGIS looks for this name)
    """Return the plugin; ``iface`` is None when QGIS runs without a window."""
    from waternet_plugin.plugin import WaterNetPlugin

    return WaterNetPlugin(iface)
