"""All fixtures, in the order of manifest.json and of the tables of README.md."""

from __future__ import annotations

from importlib import import_module

from .registry import FIXTURES

__all__ = ["FIXTURES"]

# Importing a module registers its fixtures, so the order of the modules is the order of the fixtures.
for _group in (
    "layer_kinds",
    "layer_options",
    "normalization_options",
    "graph_patterns",
    "rewrites",
    "sequential_and_nested",
    "element_types_and_storage",
):
    import_module(f".{_group}", __package__)
