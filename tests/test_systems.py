"""All solutions of systems from the literature: as many as published, each certified and judged apart.

Sources. Hentenryck, McAllester, Kapur: Solving polynomial systems using a branch and prune approach, SIAM J.
Numer. Anal. 34 (1997): Broyden, Moore-Cosnard, i1, Kin1, eco6, Caprasse, combustion. Moré, Garbow, Hillstrom:
Testing unconstrained optimization software, ACM Trans. Math. Software 7 (1981): Freudenstein-Roth, Brown's
almost linear and badly scaled functions, Powell's functions, Rosenbrock. Himmelblau: Applied Nonlinear
Programming (1972). Toint: trigonometric-exponential system, Math. Comput. 50 (1988). The PoSSo suite:
Solotarev, Nauheim, cyclohexane and the geometry of molecules. Chu, Li, Sauer: generalized eigenvalues, SIAM
J. Matrix Anal. Appl. 9 (1988).
"""

import pytest
from flint import arb, arb_mat, ctx, fmpq
from gmpy2 import mpq

from claimcheck.budget import Budget
from claimcheck.formula import parse_equation
from claimcheck.solver.solutions import solutions
from tests.problems import everything, make

# -- the systems ----------------------------------------------------------------------------------------


def xs(n, low, high):
    return {f"x{i}": (mpq(low), mpq(high)) for i in range(1, n + 1)}


def broyden(n):
    """Broyden's tridiagonal function."""

    def x(i):
        return f"x{i}" if 1 <= i <= n else "0"

    return [f"(3 - 2*{x(i)})*{x(i)} - {x(i - 1)} - 2*{x(i + 1)} + 1 = 0" for i in range(1, n + 1)]


def brown(n):
    """Brown's almost linear function."""
    names = [f"x{i}" for i in range(1, n + 1)]
    total = " + ".join(names)
    return [*(f"{x} + {total} = {n + 1}" for x in names[:-1]), " * ".join(names) + " = 1"]


def cosnard(n):
    """A discretised integral equation (Moré and Cosnard)."""
    h = f"1/{n + 1}"
    t = {j: f"({j}/{n + 1})" for j in range(1, n + 1)}
    cube = {j: f"(x{j} + {t[j]} + 1)^3" for j in t}
    found = []
    for k in t:
        before = " + ".join(f"{t[j]}*{cube[j]}" for j in t if j <= k)
        after = " + ".join(["0", *(f"(1 - {t[j]})*{cube[j]}" for j in t if j > k)])
        found.append(f"x{k} + {h}/2*((1 - {t[k]})*({before}) + {t[k]}*({after})) = 0")
    return found


def trigexp(n):
    """Trigonometric-exponential system 1; its solution is (1, ..., 1)."""
    middle = [
        f"-x{i - 1}*exp(x{i - 1} - x{i}) + x{i}*(4 + 3*x{i}^2) + 2*x{i + 1}"
        f" + sin(x{i} - x{i + 1})*sin(x{i} + x{i + 1}) - 8 = 0"
        for i in range(2, n)
    ]
    return [
        "3*x1^3 + 2*x2 - 5 + sin(x1 - x2)*sin(x1 + x2) = 0",
        *middle,
        f"-x{n - 1}*exp(x{n - 1} - x{n}) + 4*x{n} - 3 = 0",
    ]


INTERVAL_1 = [
    ("0.25428722", "0.18324757", "x4*x3*x9"),
    ("0.37842197", "0.16275449", "x1*x10*x6"),
    ("0.27162577", "0.16955071", "x1*x2*x10"),
    ("0.19807914", "0.15585316", "x7*x1*x6"),
    ("0.44166728", "0.19950920", "x7*x6*x3"),
    ("0.14654113", "0.18922793", "x8*x5*x10"),
    ("0.42937161", "0.21180484", "x2*x5*x8"),
    ("0.07056438", "0.17081208", "x1*x7*x6"),
    ("0.34504906", "0.19612740", "x10*x6*x8"),
    ("0.42651102", "0.21466544", "x4*x8*x1"),
]
ECONOMICS = [
    "(x1 + x1*x2 + x2*x3 + x3*x4 + x4*x5)*x6 = 1",
    "(x2 + x1*x3 + x2*x4 + x3*x5)*x6 = 2",
    "(x3 + x1*x4 + x2*x5)*x6 = 3",
    "(x4 + x1*x5)*x6 = 4",
    "x5*x6 = 5",
    "x1 + x2 + x3 + x4 + x5 = -1",
]
CAPRASSE = [
    "y^2*z + 2*x*y*t - 2*x - z = 0",
    "-x^3*z + 4*x*y^2*z + 4*x^2*y*t + 2*y^3*t + 4*x^2 - 10*y^2 + 4*x*z - 10*y*t + 2 = 0",
    "2*y*z*t + x*t^2 - x - 2*z = 0",
    "-x*z^3 + 4*y*z^2*t + 4*x*z*t^2 + 2*y*t^3 + 4*x*z + 4*z^2 - 10*y*t - 10*t^2 + 2 = 0",
]
COMBUSTION = [
    "x2 + 2*x6 + x9 + 2*x10 = 1e-5",
    "x3 + x8 = 3e-5",
    "x1 + x3 + 2*x5 + 2*x8 + x9 + x10 = 5e-5",
    "x4 + 2*x7 = 1e-5",
    "0.5140437e-7*x5 = x1^2",
    "0.1006932e-6*x6 = 2*x2^2",
    "0.7816278e-15*x7 = x4^2",
    "0.1496236e-6*x8 = x1*x3",
    "0.6194411e-7*x9 = x1*x2",
    "0.2089296e-14*x10 = x1*x2^2",
]
KINEMATICS = [
    "cos(x5)*sin(x6)*(sin(x2) - sin(x3) - sin(x4)) + cos(x6)*(cos(x2) + cos(x3) + cos(x4)) = 0.4077",
    "cos(x1)*sin(x5)*(cos(x2) + cos(x3) + cos(x4)) + sin(x1)*cos(x5) = 1.9115",
    "sin(x5)*(sin(x2) + sin(x3) + sin(x4)) = 1.9791",
    "cos(x1)*(3*cos(x2) + 2*cos(x3) + cos(x4)) = 4.0616",
    "sin(x1)*(3*cos(x2) + 2*cos(x3) + cos(x4)) = 1.7172",
    "3*sin(x2) + 2*sin(x3) + sin(x4) = 3.9701",
]
MOLECULE = [
    "959*y^2 + 774*z^2 + 1389*y*z + 1313*y^2*z^2 = 310",
    "755*z^2 + 917*x^2 + 1451*z*x + 269*z^2*x^2 = 365",
    "837*x^2 + 838*y^2 + 1655*x*y + 1352*x^2*y^2 = 413",
]
CYCLOHEXANE = [f"{a}^2*{b}^2 + {a}^2 - 24*{a}*{b} + {b}^2 + 13 = 0" for a, b in ("yz", "xz", "xy")]
NAUHEIM = [
    "e*g + 2*d*h = 0",
    "9*e + 4*b = 0",
    "4*c*h + 2*e*f + 3*d*g = 0",
    "7*c - 9*a + 8*f = 0",
    "4*d*f + 5*c*g + 6*h + 3*e = 0",
    "5*d + 6*c*f + 7*g - 9*b = 0",
    "9*d + 6*a - 5*b = 0",
    "9*c - 7*a + 8 = 0",
]
EIGENVALUES = [
    *(
        f"x6^2*({square}) + x6*({single}) + {rest} = 0"
        for square, single, rest in (
            (
                "-10*x1 + 2*x2 - x3 + x4 + 3*x5",
                "x1 + 2*x2 + x3 + 2*x4 + x5",
                "10*x1 + 2*x2 - x3 + 2*x4 - 2*x5",
            ),
            (
                "2*x1 - 11*x2 + 2*x3 - 2*x4 + x5",
                "2*x1 + x2 + 2*x3 + x4 + 3*x5",
                "2*x1 + 9*x2 + 3*x3 - x4 - 2*x5",
            ),
            ("-x1 + 2*x2 - 12*x3 - x4 + x5", "x1 + 2*x2 - 2*x4 - 2*x5", "3*x2 - x1 + 10*x3 + 2*x4 - x5"),
            (
                "x1 - 2*x2 - x3 - 10*x4 + 2*x5",
                "2*x1 + x2 - 2*x3 + 2*x4 + 3*x5",
                "2*x1 - x2 + 2*x3 + 12*x4 + x5",
            ),
            (
                "3*x1 + x2 + x3 + 2*x4 - 11*x5",
                "x1 + 3*x2 - 2*x3 + 3*x4 + 3*x5",
                "-2*x1 - 2*x2 - x3 + x4 + 10*x5",
            ),
        )
    ),
    "x1 + x2 + x3 + x4 + x5 = 1",
]
TURN = ("0", "6.28318530717958647692528676")


def box(names, low, high):
    return {n: (mpq(low), mpq(high)) for n in names}


# name: (domains, equations, number of solutions)
SYSTEMS = {
    "Broyden 5": (xs(5, -1, 1), broyden(5), 1),
    "Broyden 10": (xs(10, -1, 1), broyden(10), 1),
    "Broyden 20": (xs(20, -1, 1), broyden(20), 1),
    "Brown 5": (xs(5, -2, 2), brown(5), 2),
    "Moore-Cosnard 5": (xs(5, -4, 5), cosnard(5), 1),
    "Moore-Cosnard 10": (xs(10, -4, 5), cosnard(10), 1),
    "i1": (xs(10, -2, 2), [f"x{k} = {a} + {b}*{m}" for k, (a, b, m) in enumerate(INTERVAL_1, 1)], 1),
    "Kin1": (xs(6, *TURN), KINEMATICS, 16),
    "eco6": (xs(6, -100, 100), ECONOMICS, 4),
    "Caprasse": (box("xyzt", -10, 10), CAPRASSE, 18),
    "combustion": (xs(10, 0, 10**8), COMBUSTION, 1),
    "trigexp 5": (xs(5, -3, 4), trigexp(5), 1),
    "cyclohexane": (box("xyz", -20, 20), CYCLOHEXANE, 16),
    "molecule": (box("xyz", -10, 10), MOLECULE, 4),
    "Nauheim": (box("abcdefgh", -100, 100), NAUHEIM, 4),
    "Freudenstein-Roth": (
        box("xy", -100, 100),
        ["-13 + x + ((5 - y)*y - 2)*y = 0", "-29 + x + ((y + 1)*y - 14)*y = 0"],
        1,
    ),
    "Himmelblau": (  # the places where the gradient of his function is zero
        box("xy", -5, 5),
        ["4*x^3 + 4*x*y + 2*y^2 - 42*x - 14 = 0", "4*y^3 + 2*x^2 + 4*x*y - 26*y - 22 = 0"],
        9,
    ),
    "Powell, badly scaled": (box("xy", 0, 10), ["10000*x*y = 1", "exp(-x) + exp(-y) = 1.0001"], 2),
    "Rosenbrock": (box("xy", -10, 10), ["400*x*(y - x^2) + 2*(1 - x) = 0", "200*(y - x^2) = 0"], 1),
}
SLOW = {
    "generalized eigenvalues": (xs(6, -10, 10), EIGENVALUES, 10),
    "Brown 7": (xs(7, -2, 2), brown(7), 2),
    "Broyden 40": (xs(40, -1, 1), broyden(40), 1),
}


# -- the judge: Newton's method with balls, from the formulas alone -------------------------------------


def dual(tree, values, slopes):
    """The value of a formula as a ball, and its gradient, by forward differentiation."""
    zero = [arb(0)] * len(slopes)
    kind = type(tree).__name__
    if kind == "Name":
        at = slopes[tree.name]
        return values[tree.name], [arb(int(i == at)) for i in range(len(slopes))]
    if kind == "Number":
        return arb(fmpq(int(tree.value.numerator), int(tree.value.denominator))), zero
    parts = [dual(a, values, slopes) for a in tree.args]
    (a, da), (b, db) = parts[0], parts[-1]

    def gradient(by_a, by_b=None):
        return [by_a * x + (by_b * y if by_b is not None else 0) for x, y in zip(da, db, strict=True)]

    match tree.op:
        case "neg":
            return -a, gradient(arb(-1))
        case "add":
            return a + b, gradient(arb(1), arb(1))
        case "sub":
            return a - b, gradient(arb(1), arb(-1))
        case "mul":
            return a * b, gradient(b, a)
        case "div":
            return a / b, gradient(1 / b, -a / b**2)
        case "pow":
            n = int(b.unique_fmpz())
            return a**n, gradient(n * a ** (n - 1))
        case "sin":
            return a.sin(), gradient(a.cos())
        case "cos":
            return a.cos(), gradient(-a.sin())
        case "exp":
            return a.exp(), gradient(a.exp())
    raise AssertionError(tree.op)


def refined(domains, equations, start):
    """A root near a point to some 90 digits, as balls, by Newton's method."""
    ctx.prec = 400
    order = {n: i for i, n in enumerate(domains)}
    trees = [parse_equation(e, names=list(domains)) for e in equations]
    here = [arb(fmpq(int(q.numerator), int(q.denominator))) for q in start]
    for _ in range(9):
        at = dict(zip(domains, here, strict=True))
        sides = [(dual(t.left, at, order), dual(t.right, at, order)) for t in trees]
        residual = arb_mat([[a - b] for (a, _), (b, _) in sides])
        slopes = arb_mat([[x - y for x, y in zip(da, db, strict=True)] for (_, da), (_, db) in sides])
        move = slopes.solve(residual)
        here = [(x - move[i, 0]).mid() for i, x in enumerate(here)]
    assert all(abs(move[i, 0]) < arb(10) ** -90 * (1 + abs(x)) for i, x in enumerate(here))
    return here


def ball(x):
    return arb(fmpq(int(x.numerator), int(x.denominator)))


def check(name, systems):
    domains, equations, expected = systems[name]
    problem = make(domains, equations)
    found = solutions(problem, everything(problem), budget=Budget(200))
    assert found.complete
    assert len(found.certified) == expected
    for solution in found.certified:
        root = refined(domains, equations, [(x.lower + x.upper) / 2 for x in solution.values()])
        for n, r in zip(domains, root, strict=True):
            x = solution[n]
            assert x.upper - x.lower <= mpq(1, 10**9) * max(abs(x.lower), 1)
            assert domains[n][0] <= x.lower
            assert x.upper <= domains[n][1]
            assert ball(x.lower) - arb(10) ** -80 < r < ball(x.upper) + arb(10) ** -80
    for i, a in enumerate(found.certified):  # no two of them meet
        for b in found.certified[:i]:
            assert any(a[n].upper < b[n].lower or b[n].upper < a[n].lower for n in domains)


@pytest.mark.parametrize("name", SYSTEMS)
def test_as_many_solutions_as_published(name):
    check(name, SYSTEMS)


@pytest.mark.stress
@pytest.mark.parametrize("name", SLOW)
def test_as_many_solutions_as_published_where_it_takes_long(name):
    check(name, SLOW)


# -- what cannot be certified, and what is none ---------------------------------------------------------


def test_multiple_root_stays_undecided():
    """Powell's singular function: its only root is fourfold, which no Newton step can prove to be there."""
    names = [f"x{i}" for i in range(1, 5)]
    problem = make(xs(4, -4, 5), ["x1 + 10*x2 = 0", "x3 - x4 = 0", "(x2 - 2*x3)^2 = 0", "(x1 - x4)^2 = 0"])
    found = solutions(problem, everything(problem), budget=Budget(30))
    assert found.certified == ()
    assert not found.complete
    assert any(all(0 in near[n] for n in names) for near in found.undecided)
    assert all(
        abs(near[n].upper) < mpq(1, 1000) > abs(near[n].lower) for near in found.undecided for n in names
    )


def test_simple_roots_are_certified_beside_double_ones():
    """Solotarev: two simple roots, and two double ones at y = -1, a = 5."""
    problem = make(
        box("abxy", -10, 10),
        [
            "3*x^2 - 2*x - a = 0",
            "x^3 - x^2 - x*a + a - 2*b - 2 = 0",
            "3*y^2 - 2*y - a = 0",
            "y^3 - y^2 - y*a - a + 2 = 0",
        ],
    )
    found = solutions(problem, everything(problem), budget=Budget(30))
    simple = [{"a": 1, "b": mpq(-11, 27), "x": mpq(-1, 3), "y": 1}, {"a": 1, "b": -1, "x": 1, "y": 1}]
    assert len(found.certified) == 2
    for root in simple:
        assert any(all(q in x[n] for n, q in root.items()) for x in found.certified)
    places = set()
    for near in found.undecided:
        assert abs(near["y"].lower + 1) < mpq(1, 10**5)
        assert abs(near["a"].lower - 5) < mpq(1, 10**4)
        places.add("left" if near["x"].lower < 0 else "right")
    assert places == {"left", "right"}


@pytest.mark.parametrize(
    ("domains", "equations"),
    [
        (box("xy", -3, 3), ["x^2 + y^2 = 1", "x + y = 2"]),
        (box("xy", -3, 3), ["x^2 + y^2 = 1", "x^2 + 4*y^2 = 1/2"]),
        (box("xy", "-100", "100"), ["exp(x) + y^2 = 1", "x = y^4 + 1/10"]),
        (box("xy", "1.01", "50"), ["x*y = 1", "x + y = 3"]),
    ],
)
def test_no_solution_is_found_where_there_is_none(domains, equations):
    problem = make(domains, equations)
    found = solutions(problem, everything(problem), budget=Budget(30))
    assert found.complete
    assert found.certified == ()


def test_function_that_is_not_defined_everywhere():
    """Newton steps across a hole of the domain would lose or invent roots."""
    problem = make(
        {"x": (mpq(-3), mpq("3.7")), "y": (mpq(-5), mpq(5))}, ["(x^2 - 1)^1.5 = 1", "y = sqrt(x + 2)"]
    )
    found = solutions(problem, everything(problem), budget=Budget(30))
    assert found.complete
    assert [round(float(x["x"].lower), 9) for x in found.certified] == [-1.414213562, 1.414213562]


def test_unbounded_domains_are_bounded_first():
    problem = make({"x": None, "y": None}, ["x^2 + y^2 = 25", "x = 2*y - 5"])
    found = solutions(problem, everything(problem), budget=Budget(30))
    assert found.complete
    assert [(x["x"].lower <= a <= x["x"].upper) for x, a in zip(found.certified, (-5, 3), strict=True)]


def test_claims_limit_where_solutions_are_looked_for():
    problem = make({"x": (-9, 9), "y": (-9, 9)}, ["x^2 + y^2 = 25", "x*y = 12"], {"x@s": (0, 9)})
    found = solutions(problem, everything(problem), budget=Budget(30))
    assert found.complete
    assert len(found.certified) == 2
    assert all(x["x"].lower > 0 for x in found.certified)


@pytest.mark.parametrize(
    "problem",
    [
        make({"x": (0, 1), "y": (0, 1)}, ["x + y = 1"]),
        make({"x": (0, 3)}, ["floor(x) = 1"]),
        make({"x": (0, 3)}, ["x >= 1"]),
        make({"x": (0, 3)}, ["x^2 = 4"], steps={"x": 1}),
    ],
)
def test_what_is_no_square_smooth_system_is_refused(problem):
    assert solutions(problem, everything(problem), budget=Budget(1)) is None


def test_budget_leaves_the_rest_undecided():
    domains, equations, _ = SYSTEMS["Caprasse"]
    problem = make(domains, equations)
    found = solutions(problem, everything(problem), budget=Budget(0))
    assert not found.complete
    assert found.certified == ()
