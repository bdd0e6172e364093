"""claimcheck: checks whether published numbers can be true together."""

__version__ = "0.1.0"
