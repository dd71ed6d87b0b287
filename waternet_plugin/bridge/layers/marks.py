"""Marks on our layers and groups of a project, by which a later building finds them again."""

from __future__ import annotations

LAYER_MARK = "waternet/layer"
# The address of a layer's network on a server, which the layer's own source does not always tell.
NETWORK_MARK = "waternet/network"
GROUP_MARK = "waternet/group"
BASE_MARK = "waternet/background"
