"""Printed values: from the text of a claim to the interval of exact rationals that it stands for."""

from claimcheck.literal.date import read_date
from claimcheck.literal.reading import Kind, PrintedNumber, Reading, print_value
from claimcheck.literal.rounding import ROUNDINGS
from claimcheck.literal.value import read_value

__all__ = ["Kind", "PrintedNumber", "ROUNDINGS", "Reading", "print_value", "read_date", "read_value"]
