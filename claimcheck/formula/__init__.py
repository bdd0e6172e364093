"""The formula language: text to expression trees and back (grammar in ``parser``, tokens in ``tokens``)."""

from claimcheck.formula.constants import MAX_EXPONENT, constant_value
from claimcheck.formula.cursor import CONSTANTS, FUNCTIONS
from claimcheck.formula.parser import parse_equation, parse_expression
from claimcheck.formula.printer import format_number, print_equation, print_expression

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "MAX_EXPONENT",
    "constant_value",
    "format_number",
    "parse_equation",
    "parse_expression",
    "print_equation",
    "print_expression",
]
