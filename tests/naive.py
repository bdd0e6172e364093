"""Naive twins of the judging layer: a decision by z3, conflicts and repairs by trying every subset."""

from itertools import combinations

import z3

from claimcheck.budget import Budget
from claimcheck.expression import Apply, Name, Number
from claimcheck.judging.oracle import Oracle
from claimcheck.judging.premises import evidence, soft_relations
from claimcheck.solver.decision import Answer, Decision
from claimcheck.solver.problem import compile_problem
from tests.marco import Undecided


def rational(q):
    return z3.Q(int(q.numerator), int(q.denominator))


class Twin:
    """Which sets of premises can hold, by z3 over the reals; formulas of + - * / and whole powers only."""

    def __init__(self, claims):
        self.solver = z3.Solver()
        self.solver.set("timeout", 10_000)
        self.real = {}
        self.switch = {}
        for q in claims.quantities.values():
            step = q.unit.scale.lower
            x = self.real[q.name] = z3.Real(q.name)
            if q.integer:
                self.solver.add(x == z3.ToReal(z3.Int(q.name + "#")) * rational(step))
            self.solver.add(*self.within(x, q.domain))
        for c in claims.claims.values():
            self.add(c.id, self.within(self.real[c.quantity], c.interval), sure=c.certain)
        for r in claims.relations.values():
            self.defined = []
            left, right = self.term(r.equation.left), self.term(r.equation.right)
            facts = [
                *self.defined,
                {"=": left == right, "<=": left <= right, ">=": left >= right}[r.equation.op],
            ]
            self.add(r.premise, facts, sure=r.definition)

    def within(self, x, interval):
        facts = []
        if interval.lower is not None:
            end = rational(interval.lower)
            facts.append(x >= end if interval.lower_closed else x > end)
        if interval.upper is not None:
            end = rational(interval.upper)
            facts.append(x <= end if interval.upper_closed else x < end)
        return facts

    def add(self, premise, facts, sure):
        if sure:
            self.solver.add(*facts)
            self.switch[premise] = z3.BoolVal(True)
        else:
            self.switch[premise] = z3.Bool(premise)
            self.solver.add(z3.Implies(self.switch[premise], z3.And(*facts)))

    def term(self, tree):
        if isinstance(tree, Name):
            return self.real[tree.name]
        if isinstance(tree, Number):
            return rational(tree.value)
        assert isinstance(tree, Apply)
        args = [self.term(a) for a in tree.args]
        if tree.op == "div":
            self.defined.append(args[1] != 0)
            return args[0] / args[1]
        if tree.op == "pow":
            return args[0] ** args[1]
        return {"add": lambda a, b: a + b, "sub": lambda a, b: a - b, "mul": lambda a, b: a * b}[tree.op](
            *args
        )

    def holds(self, premises):
        answer = self.solver.check(*(self.switch[p] for p in premises))
        if answer == z3.unknown:
            raise Undecided
        return answer == z3.sat

    def decide(self, problem, premises, *, budget):
        """In the shape of claimcheck.solver.search.decide; a feasible answer's witness is empty."""
        from claimcheck.solver.decision import Witness

        if self.holds(premises):
            return Decision(Answer.FEASIBLE, witness=Witness({}))
        return Decision(Answer.INFEASIBLE, core=tuple(p for p in premises if p not in problem.hard))


def oracle_of(claims, seconds=60):
    return Oracle(compile_problem(claims), Budget(seconds))


def minimal_conflicts(claims, exclusive=()):
    """Every minimal set of evidence and relations that cannot hold, by trying all subsets, smallest first."""
    twin = Twin(claims)
    problem = compile_problem(claims)
    pool = [*(c.id for c in evidence(claims)), *soft_relations(problem)]
    found, holding = [], []
    for size in range(len(pool), -1, -1):
        for subset in map(frozenset, combinations(pool, size)):
            if not any(subset <= h for h in holding) and twin.holds(subset):
                holding.append(subset)
    for size in range(len(pool) + 1):
        for subset in map(frozenset, combinations(pool, size)):
            if any(len(subset.intersection(group)) > 1 for group in exclusive):
                continue
            if not any(f <= subset for f in found) and not any(subset <= h for h in holding):
                found.append(subset)
    return set(found)


def minimal_repairs(claims):
    """Every minimal set to drop so that the rest can hold, by trying all subsets, smallest first."""
    twin = Twin(claims)
    problem = compile_problem(claims)
    pool = [*(c.id for c in evidence(claims)), *soft_relations(problem)]
    found = []
    for size in range(len(pool) + 1):
        for subset in map(frozenset, combinations(pool, size)):
            if not any(f <= subset for f in found) and twin.holds([p for p in pool if p not in subset]):
                found.append(subset)
    return set(found)
