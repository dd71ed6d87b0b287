"""Marks on our layers and groups of a project, by which a later building finds them again."""

from __future__ import annotations

LAYER_MARK = "waternet/layer"
GROUP_MARK = "waternet/group"
BASE_MARK = "waternet/background"
