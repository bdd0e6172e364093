"""JUnit XML: a suite per file with a test case per claim and per source combination.

A claim fails where it is contradicted or disputed by a conflict that counts, a source combination where its
evidence cannot be true together; what is unknown is skipped, a file that could not be read is an error.
The schema that Jenkins holds such reports to has no line of a test case, so a failure's text begins with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from claimcheck.judging.report import Conflict, Report, Scenario, Status, Verdict
from claimcheck.judging.wording import clean
from claimcheck.render import Options
from claimcheck.render.addresses import address, place
from claimcheck.render.prose import headline

__all__ = ["render"]


def render(reports: Sequence[Report], options: Options) -> str:
    """All reports as one ``testsuites`` document; counts add up to those of the suites."""
    root = Element("testsuites", name="claimcheck")
    for report in reports:
        _suite(root, report, options.root)
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: Report, base: str) -> None:
    path = address(report.path, base)
    suite = SubElement(root, "testsuite", name=clean(path), file=clean(path))
    if report.claim_set is None:
        case = SubElement(suite, "testcase", classname=clean(path), name="file", time="0")
        found = [clean(str(d)) for d in report.diagnostics]
        error = SubElement(case, "error", message=clean(headline(report)), type="not-checked")
        error.text = "\n".join(found)
    counting = [c for c in report.conflicts if c.counts]
    for claim in report.claims:
        case = _case(suite, path, claim.id)
        clashes = [c for c in counting if claim.id in c.members]
        if clashes and claim.status in (Status.CONTRADICTED, Status.DISPUTED):
            line, column = place(report, claim.id)
            where = f"{clean(path)}:{line}:{column}: {clean(claim.id)}\n" if line else ""
            _failure(case, clashes, f"{claim.status}: in {', '.join(c.id for c in clashes)}", where)
        elif claim.status is Status.UNKNOWN:
            SubElement(case, "skipped", message="not decided in the time given")
    for scenario in report.scenarios:
        _scenario(suite, path, scenario, counting)
    cases = list(suite)
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", "0")


def _scenario(suite: Element, path: str, scenario: Scenario, counting: Sequence[Conflict]) -> None:
    chosen = ", ".join(f"{name}: {' + '.join(ids)}" for name, ids in scenario.choices.items())
    case = _case(suite, path, f"source combination {chosen or '(the only one)'}")
    if scenario.verdict is Verdict.UNKNOWN:
        SubElement(case, "skipped", message="not decided in the time given")
    elif scenario.verdict is Verdict.CONTRADICTORY:
        clashes = [c for c in counting if c.id in scenario.conflicts]
        if clashes:
            _failure(case, clashes, "the evidence cannot be true together")


def _case(suite: Element, path: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=clean(path), name=clean(name), time="0")


def _failure(case: Element, clashes: Sequence[Conflict], message: str, where: str = "") -> None:
    failure = SubElement(case, "failure", message=clean(message), type=str(clashes[0].kind))
    failure.text = where + "\n".join(f"{c.id} {c.kind}: {', '.join(map(clean, c.members))}" for c in clashes)
