"""The file layer: text to nodes with positions to a claim set, with every mistake placed (layer 3)."""
