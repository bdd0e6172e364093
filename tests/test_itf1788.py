"""The interval kernel against the ITF1788 tables (conformance tests for IEEE 1788-2015), all statements.

The tables give arguments and results as binary64 intervals. Our results are exact or nearly so; rounded
outward to binary64 they must enclose the expected interval, and nearly always be equal to it. Found in the
folder that CLAIMCHECK_ITF1788 names, or in ``../shared/itf1788`` beside the repository.
"""

import os
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import gmpy2
import pytest
from gmpy2 import mpq

from claimcheck import interval as iv
from claimcheck.interval import EMPTY, ENTIRE, Interval, interval

FOLDER = Path(os.environ.get("CLAIMCHECK_ITF1788") or Path(__file__).parents[1] / "../shared/itf1788")
FILES = sorted(FOLDER.glob("*.itl")) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason=f"no ITF1788 tables in {FOLDER}; set CLAIMCHECK_ITF1788")

# -- reading the tables -------------------------------------------------------------------------------------

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_TESTCASE = re.compile(r"testcase\s+\S+\s*\{")
_TOKEN = re.compile(r'\[[^\]]*\](?:_\w+)?|"[^"]*"(?:_\w+)?|\{[^}]*\}|[^\s\[\]{}"]+')


@dataclass(frozen=True)
class Statement:
    """One line of a table, ``operation arguments = results``, all still text."""

    operation: str
    arguments: tuple[str, ...]
    results: tuple[str, ...]
    signal: str

    def __str__(self):
        return f"{self.operation} {' '.join(self.arguments)} = {' '.join(self.results)}"


def read(text):
    """The statements of one table."""
    text = _TESTCASE.sub("", _COMMENT.sub("", text))
    for line in re.split(r";|^\s*\}\s*$", text, flags=re.MULTILINE):
        if not line.strip():
            continue
        tokens = _TOKEN.findall(line)
        at = tokens.index("=")
        results, signal = tokens[at + 1 :], ""
        if "signal" in results:
            results, signal = results[: results.index("signal")], results[-1]
        yield Statement(tokens[0], tuple(tokens[1:at]), tuple(results), signal)


STATEMENTS = [s for path in FILES for s in read(path.read_text(encoding="utf-8"))]


def number(text):
    """A rational, None for an infinity, or the text of something that is no number; literals are binary64."""
    low = text.lower()
    if low.lstrip("+-") == "infinity":
        return None
    if low == "nan":
        return "NaN"
    value = float.fromhex(low) if "0x" in low else float(low)
    return mpq(*value.as_integer_ratio())


def bare(text):
    """The interval part of ``[1.0, 2.0]_com``."""
    inside = text[1 : text.index("]")].strip()
    if inside == "empty":
        return EMPTY
    if inside == "entire":
        return ENTIRE
    ends = [number(part.strip()) for part in inside.split(",")]
    return interval(ends[0], ends[-1])


# -- what does not apply ------------------------------------------------------------------------------------

_OTHER_SUBJECTS = {
    "decorations": {"setDec", "newDec", "decorationPart", "isNaI"},
    "interval literals as text": {"b-textToInterval", "d-textToInterval"},
    "reductions of binary64 vectors": {
        *("sum_nearest", "sum_abs_nearest", "sum_sqr_nearest", "dot_nearest"),
    },
}


def reason_to_skip(s):
    """Why a statement says nothing about our kernel, or None."""
    for reason, operations in _OTHER_SUBJECTS.items():
        if s.operation in operations:
            return reason
    if any("nai]" in token for token in (*s.arguments, *s.results)):
        return "NaI, which only decorated intervals have"
    if s.signal:
        return "exceptions of constructors"
    if s.operation == "isMember" and number(s.arguments[0]) in (None, "NaN"):
        return "infinity and NaN as numbers"
    if s.operation in ("mid", "midRad") and "infinity" in s.arguments[0]:
        return "middle of a half-line (the largest binary64)"
    return None


# -- running ------------------------------------------------------------------------------------------------


def _numeric(operation):
    """A number that describes an interval; the empty interval has none, where the tables have NaN or so."""

    def describe(x):
        try:
            return operation(x)
        except ValueError:
            return "NaN"

    return describe


INTERVAL_RESULTS = {
    "pos": lambda x: x,
    "abs": iv.abs,
    "b-numsToInterval": interval,
    "cancelMinus": iv.cancel_minus,
    "cancelPlus": iv.cancel_plus,
    "convexHull": iv.hull,
    "d-numsToInterval": interval,
    "intervalPart": lambda x: x,
    "mulRevTen": iv.mul_rev,
    "pownRev": lambda c, n: iv.pown_rev(c, ENTIRE, n),
    "pownRevBin": iv.pown_rev,
    "roundTiesToAway": iv.round_ties_to_away,
    "roundTiesToEven": iv.round_ties_to_even,
    "mulRev": iv.mul_rev,
    "mulRevToPair": iv.mul_rev_to_pair,
    "powRev1": iv.pow_rev1,
    "powRev2": iv.pow_rev2,
    **{f"{name}Rev": getattr(iv, f"{name}_rev") for name in ("sqr", "abs", "sin", "cos", "tan", "cosh")},
    **{f"{name}RevBin": getattr(iv, f"{name}_rev") for name in ("sqr", "abs", "sin", "cos", "tan", "cosh")},
    **{
        name: getattr(iv, name)
        for name in (
            *(
                "add",
                "sub",
                "mul",
                "div",
                "neg",
                "recip",
                "sqr",
                "sqrt",
                "fma",
                "pown",
                "pow",
                "intersection",
            ),
            *("exp", "exp2", "exp10", "log", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan"),
            *("atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "sign", "floor", "ceil", "trunc"),
            *("min", "max"),
        )
    },
}


def _table_rad(x):
    """The radius as the tables have it: about the middle rounded to binary64."""
    return iv.rad(x) and iv.rad(x) + abs(iv.mid(x) - rounded(iv.mid(x), gmpy2.RoundToNearest))


NUMBER_RESULTS = {  # with the direction in which the tables round
    "inf": (iv.inf, gmpy2.RoundDown),
    "sup": (iv.sup, gmpy2.RoundUp),
    "mid": (iv.mid, gmpy2.RoundToNearest),
    "rad": (_table_rad, gmpy2.RoundUp),
    "wid": (iv.wid, gmpy2.RoundUp),
    "mag": (iv.mag, gmpy2.RoundUp),
    "mig": (iv.mig, gmpy2.RoundDown),
}

WORD_RESULTS = {
    "isEmpty": lambda x: x.is_empty,
    "isEntire": lambda x: x == ENTIRE,
    "isSingleton": lambda x: x.is_point,
    "isCommonInterval": lambda x: x.is_bounded and not x.is_empty,
    "isMember": lambda q, x: q in x,
    "strictLess": iv.strict_less,
    "strictPrecedes": iv.strict_precedes,
    **{name: getattr(iv, name) for name in ("equal", "subset", "interior", "disjoint", "less", "precedes")},
    "overlap": iv.overlap,
}


@cache
def _binary64(direction):
    context = gmpy2.ieee(64)
    context.round = direction
    return context


def rounded(q, direction):
    """A rational as the nearest binary64 in a direction, None where that is infinite."""
    value = gmpy2.mpfr(q, 0, _binary64(direction))
    return mpq(*value.as_integer_ratio()) if gmpy2.is_finite(value) else None


def outward(x):
    """The tightest closed binary64 interval around ``x``."""
    if x.is_empty:
        return EMPTY
    return interval(
        None if x.lower is None else rounded(x.lower, gmpy2.RoundDown),
        None if x.upper is None else rounded(x.upper, gmpy2.RoundUp),
    )


def argument(text):
    if text.startswith("["):
        return bare(text)
    value = number(text)
    return int(value) if isinstance(value, type(mpq())) and value.denominator == 1 else value


REVERSED = {
    "pownRev": lambda x, _c, n: iv.pown(x, n),
    "sinRevBin": lambda x, *_: iv.sin(x),
    "cosRevBin": lambda x, *_: iv.cos(x),
    "tanRevBin": lambda x, *_: iv.tan(x),
    "powRev2": lambda x, a, *_: iv.pow(a, x),
}


def proved_tighter(s, arguments, ours, expected):
    """Whether the table's interval is not the tightest: what it has beyond ours holds no solution.

    The forward operation shows it: over the surplus on either side its values miss the wanted ones.
    """
    if s.operation not in REVERSED or ours.is_empty or not iv.subset(ours, expected):
        return False
    wanted = arguments[1] if s.operation == "powRev2" else arguments[0]
    below = EMPTY if ours.lower is None else interval(expected.lower, ours.lower, True, False)
    above = EMPTY if ours.upper is None else interval(ours.upper, expected.upper, False, True)
    return all(iv.disjoint(REVERSED[s.operation](part, *arguments), wanted) for part in (below, above))


def run(s):
    """("equal", "wider", "proved tighter" or "wrong") of one statement that applies, against its table."""
    arguments = [argument(text) for text in s.arguments]
    if s.operation in WORD_RESULTS:
        agrees = str(WORD_RESULTS[s.operation](*arguments)).lower() == s.results[0].lower()
        return "equal" if agrees else "wrong"
    if s.operation == "midRad":
        parts = [
            Statement(op, s.arguments, (r,), "") for op, r in zip(("mid", "rad"), s.results, strict=True)
        ]
        return "equal" if all(run(part) == "equal" for part in parts) else "wrong"
    if s.operation in NUMBER_RESULTS:
        operation, direction = NUMBER_RESULTS[s.operation]
        value = _numeric(operation)(*arguments)
        if value == "NaN":  # the tables give the infinities as ends of the empty interval
            agrees = s.results[0].lower().lstrip("+-") in ("nan", "infinity")
        else:
            agrees = (value if value is None else rounded(value, direction)) == number(s.results[0])
        return "equal" if agrees else "wrong"
    result = INTERVAL_RESULTS[s.operation](*arguments)
    parts = [outward(r) for r in ((result,) if isinstance(result, Interval) else result)]
    expected = [bare(text) for text in s.results]
    if parts == expected:
        return "equal"
    if all(iv.subset(e, p) for e, p in zip(expected, parts, strict=True)):
        return "wider"
    return "proved tighter" if proved_tighter(s, arguments, parts[0], expected[0]) else "wrong"


@cache
def outcome():
    """The verdicts on every statement that applies, by operation, and the count of the others by reason."""
    verdicts, skipped = {}, Counter()
    for s in STATEMENTS:
        reason = reason_to_skip(s)
        if reason is None:
            verdicts.setdefault(s.operation, []).append((run(s), s))
        else:
            skipped[reason] += 1
    return verdicts, skipped


def with_verdict(*wanted):
    return [str(s) for found in outcome()[0].values() for verdict, s in found if verdict in wanted]


def test_every_statement_is_read_and_accounted_for():
    verdicts, skipped = outcome()
    tables = [_COMMENT.sub("", path.read_text(encoding="utf-8")) for path in FILES]
    written = sum(len(re.findall(r";\s*$", table, re.MULTILINE)) for table in tables)
    assert sum(map(len, verdicts.values())) + skipped.total() == len(STATEMENTS) == written
    assert written > 7000
    assert skipped.total() < 400


def test_every_result_encloses_the_expected_one():
    assert not with_verdict("wrong")


def test_nearly_every_result_is_the_tightest_binary64_interval(capsys):
    verdicts, skipped = outcome()
    total = Counter(verdict for found in verdicts.values() for verdict, _ in found)
    lines = [f"{'operation':18}{'statements':>11}{'sound':>9}{'tightest':>10}{'table not tightest':>20}"]
    for operation, found in [
        *sorted(verdicts.items()),
        ("all", list(chain.from_iterable(verdicts.values()))),
    ]:
        count = Counter(verdict for verdict, _ in found)
        sound, tight = 1 - count["wrong"] / len(found), count["equal"] / len(found)
        lines.append(f"{operation:18}{len(found):11}{sound:9.2%}{tight:10.2%}{count['proved tighter']:20}")
    lines += [f"not applicable: {count:4}  {reason}" for reason, count in skipped.most_common()]
    lines += [f"the table is not the tightest: {s}" for s in with_verdict("proved tighter")]
    lines += [f"wider than the table: {s}" for s in with_verdict("wider")]
    with capsys.disabled():
        print("", *lines, sep="\n")
    assert total["equal"] >= 0.99 * total.total()
    assert total["proved tighter"] <= 18  # the known ones; a growing number would hide mistakes
