"""Algebra on relations: isolate, eliminate, derive, prove monotone, set as LaTeX. The only user of sympy.

sympy is imported when a form, a factor or a solution is first asked of it, not before.
"""

from claimcheck.algebra.derivative import derivative
from claimcheck.algebra.elimination import eliminate, isolate, simplify
from claimcheck.algebra.latex import latex
from claimcheck.algebra.monotonicity import monotone

__all__ = ["derivative", "eliminate", "isolate", "latex", "monotone", "simplify"]
