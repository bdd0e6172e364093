"""JSON Schemas (2020-12) of what claimcheck writes for programs, which the audit holds a report to."""
