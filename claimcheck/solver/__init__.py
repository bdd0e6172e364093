"""The solver: what can be true together, with proof (layer 3; it knows no file and no report)."""
