"""Renderers: one module per report format."""
