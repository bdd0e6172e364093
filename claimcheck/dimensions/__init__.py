"""Dimensions of relations: whether both sides agree, and what is missing where they do not."""

from claimcheck.dimensions.check import check_equation, equation_problems, unit_of

__all__ = ["check_equation", "equation_problems", "unit_of"]
