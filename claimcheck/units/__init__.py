"""Units: text to an exact factor and a dimension. The only part of the package that imports pint.

Names are looked up one at a time (the file's own, the usual ones, then pint's); products and powers are read
by a small grammar and multiplied out on exact rationals. pint is imported when a name first asks for it.
"""

from claimcheck.units._unit import (
    DATE,
    DIMENSIONLESS,
    Dimension,
    Unit,
    divide,
    format_dimension,
    from_base,
    multiply,
    power,
    to_base,
)
from claimcheck.units.table import UnitTable

__all__ = [
    "DATE",
    "DIMENSIONLESS",
    "Dimension",
    "Unit",
    "UnitTable",
    "divide",
    "format_dimension",
    "from_base",
    "multiply",
    "power",
    "to_base",
]
