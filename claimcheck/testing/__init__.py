"""Hypothesis strategies for property tests of whatever is built on claimcheck.

``pip install claimcheck[testing]`` brings Hypothesis; nothing else of claimcheck imports it. The strategies
make claim sets of which something is known: a value for every quantity that satisfies everything, or a
minimal conflict that was planted. claimcheck's own tests draw from them, too.
"""

from __future__ import annotations

from claimcheck.testing.claims import (
    Consistent,
    Planted,
    claim_sets,
    consistent_claim_sets,
    planted_conflicts,
)
from claimcheck.testing.printing import printed, printed_numbers, value_texts

__all__ = [
    "Consistent",
    "Planted",
    "claim_sets",
    "consistent_claim_sets",
    "planted_conflicts",
    "printed",
    "printed_numbers",
    "value_texts",
]
