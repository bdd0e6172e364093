"""Judging: conflicts, repairs, scenarios, verdicts and findings, and how to explain them (layer 4)."""
