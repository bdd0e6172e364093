"""A JSON report against its claims file: what it states beside what its certificates show.

Proofs and witnesses are followed in :mod:`claimcheck.checker`; here their results are compared with all that
the report says, of which nothing is taken over unshown: what was not checked is told.
"""

from __future__ import annotations

from claimcheck.audit.report import Audit, audit_file, audit_report

__all__ = ["Audit", "audit_file", "audit_report"]
