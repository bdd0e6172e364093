"""Where the nodes of a directed graph go: layers from top to bottom, few crossings, short edges.

The four steps of Sugiyama, Tagawa and Toda ("Methods for visual understanding of hierarchical system
structures", IEEE Trans. SMC 11, 1981): break cycles, assign layers, order within layers by barycentres,
place. A layer is placed by least squares under the order (pool adjacent violators). Everything goes in the
order given, so the same graph has the same picture everywhere; coordinates are whole numbers.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Layout", "place"]

_ACROSS = 18
"""Least space between two nodes of a layer."""
_DOWN = 34
"""Space between two layers."""
_APART = 36
"""Space between parts that no edge joins."""
_SWEEPS = 12

Point = tuple[int, int]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """``at``: the top left corner of each node. ``routes``: for each edge the points it passes through."""

    width: int
    height: int
    at: Mapping[str, Point]
    routes: Sequence[tuple[Point, ...]]


def place(sizes: Mapping[str, Point], edges: Sequence[Pair], width: int) -> Layout:
    """Place nodes of the given sizes (width, height); parts that hang together fill rows of ``width``.

    A part wider than that has a row of its own.
    """
    at: dict[str, Point] = {}
    routes: dict[Pair, tuple[Point, ...]] = {}
    x = y = row = whole = 0
    for keys, own in _parts(sizes, edges):
        part = _part({k: sizes[k] for k in keys}, own)
        if x and x + part.width > width:
            x, y, row = 0, y + row + _APART, 0
        for key, (left, top) in part.at.items():
            at[key] = (left + x, top + y)
        for edge, route in zip(part.edges, part.routes, strict=True):
            routes[edge] = tuple((left + x, top + y) for left, top in route)
        whole = max(whole, x + part.width)
        x += part.width + _APART
        row = max(row, part.height)
    return Layout(whole, y + row, at, [routes[e] for e in edges])


def _parts(sizes: Mapping[str, Point], edges: Sequence[Pair]) -> list[tuple[list[str], list[Pair]]]:
    """The nodes that hang together with their edges, the parts in the order of their first nodes."""
    beside: dict[str, list[str]] = {k: [] for k in sizes}
    for a, b in edges:
        beside[a].append(b)
        beside[b].append(a)
    part: dict[str, int] = {}
    parts: list[tuple[list[str], list[Pair]]] = []
    for first in sizes:
        if first in part:
            continue
        part[first], stack = len(parts), [first]
        while stack:
            for other in beside[stack.pop()]:
                if other not in part:
                    part[other] = len(parts)
                    stack.append(other)
        parts.append(([], []))
    for key in sizes:
        parts[part[key]][0].append(key)
    for edge in dict.fromkeys(edges):
        parts[part[edge[0]]][1].append(edge)
    return parts


@dataclass(frozen=True, slots=True)
class _Part:
    width: int
    height: int
    at: dict[str, Point]
    edges: list[Pair]
    routes: list[tuple[Point, ...]]


def _part(sizes: Mapping[str, Point], edges: list[Pair]) -> _Part:
    level = _levels(list(sizes), edges)
    wide = {k: w for k, (w, _) in sizes.items()}
    chains: list[list[str]] = []
    links: list[Pair] = []  # between neighbouring layers, downwards
    for number, (a, b) in enumerate(edges):
        top, bottom = (a, b) if level[a] <= level[b] else (b, a)
        chain = [top]
        for between in range(level[top] + 1, level[bottom]):  # a bend in each layer that is passed
            bend = f"{number}/{between}"
            wide[bend], level[bend] = 0, between
            chain.append(bend)
        chain.append(bottom)
        links += itertools.pairwise(chain)
        chains.append(chain if top == a else chain[::-1])
    layers = _ordered(level, links)
    middle = _across(layers, wide, links)
    tops, y = [], 0
    heights = [max((sizes[k][1] for k in layer if k in sizes), default=0) for layer in layers]
    for height in heights:
        tops.append(y)
        y += height + _DOWN
    left = min(middle[k] - wide[k] / 2 for k in wide)
    at = {
        k: (
            round(middle[k] - wide[k] / 2 - left),
            tops[level[k]] + (heights[level[k]] - sizes[k][1]) // 2,
        )
        for k in sizes
    }

    def through(key: str, *, down: bool) -> list[Point]:
        x = round(middle[key] - left)
        if key in sizes:
            return [(x, at[key][1] + (sizes[key][1] if down else 0))]
        ends = [(x, tops[level[key]]), (x, tops[level[key]] + heights[level[key]])]
        return ends if down else ends[::-1]

    routes = []
    for chain in chains:
        down = level[chain[0]] <= level[chain[-1]]
        points = through(chain[0], down=down)
        for key in chain[1:-1]:
            points += through(key, down=down)
        routes.append((*points, *through(chain[-1], down=not down)))
    width = max(at[k][0] + sizes[k][0] for k in sizes)
    bends = [p[0] for route in routes for p in route]
    return _Part(max([width, *bends]), y - _DOWN, at, edges, routes)


def _levels(keys: list[str], edges: list[Pair]) -> dict[str, int]:
    """The longest way down to each node, a cycle being cut where a walk in the given order comes back."""
    after: dict[str, list[str]] = {k: [] for k in keys}
    for a, b in edges:
        after[a].append(b)
    done: list[str] = []  # every node after all that it leads to
    state = dict.fromkeys(keys, 0)
    forward: dict[str, list[str]] = {k: [] for k in keys}
    for first in keys:
        if state[first]:
            continue
        state[first] = 1
        stack = [(first, iter(after[first]))]
        while stack:
            key, rest = stack[-1]
            for other in rest:
                if state[other] == 1:  # back to where the walk came from
                    forward[other].append(key)
                    continue
                forward[key].append(other)
                if not state[other]:
                    state[other] = 1
                    stack.append((other, iter(after[other])))
                    break
            else:
                state[key] = 2
                done.append(key)
                stack.pop()
    # An edge turned round may close another cycle; the order of `done` tells which way all of them go.
    rank = {k: i for i, k in enumerate(reversed(done))}
    down = {k: [o for o in forward[k] if rank[o] > rank[k]] for k in keys}
    for key in keys:
        for other in forward[key]:
            if rank[other] < rank[key]:
                down[other].append(key)
    level = dict.fromkeys(keys, 0)
    for key in reversed(done):
        for other in down[key]:
            level[other] = max(level[other], level[key] + 1)
    entered = {o for others in down.values() for o in others}
    for key in keys:  # what nothing leads to stands just above what it leads to
        if down[key] and key not in entered:
            level[key] = min(level[o] for o in down[key]) - 1
    return level


def _ordered(level: Mapping[str, int], links: Sequence[Pair]) -> list[list[str]]:
    """The nodes of each layer from left to right, by barycentres, the order with the fewest crossings."""
    layers: list[list[str]] = [[] for _ in range(max(level.values()) + 1)]
    for key, depth in level.items():
        layers[depth].append(key)
    above, below = _beside(level, links)
    best, fewest = layers, _crossings(layers, below)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        down = sweep % 2 == 0
        layers = [list(layer) for layer in layers]
        for depth in range(len(layers)) if down else reversed(range(len(layers))):
            fixed = depth - 1 if down else depth + 1
            if not 0 <= fixed < len(layers):
                continue
            rank = {k: i for i, k in enumerate(layers[fixed])}
            own = {k: i for i, k in enumerate(layers[depth])}
            beside = above if down else below

            def centre(
                key: str, rank: dict[str, int] = rank, own: dict[str, int] = own, beside: _Beside = beside
            ) -> float:
                known = [rank[o] for o in beside[key]]
                return sum(known) / len(known) if known else own[key]

            layers[depth].sort(key=centre)
        crossings = _crossings(layers, below)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


_Beside = Mapping[str, Sequence[str]]


def _beside(keys: Mapping[str, int], links: Sequence[Pair]) -> tuple[_Beside, _Beside]:
    above: dict[str, list[str]] = {k: [] for k in keys}
    below: dict[str, list[str]] = {k: [] for k in keys}
    for a, b in links:
        below[a].append(b)
        above[b].append(a)
    return above, below


def _crossings(layers: Sequence[Sequence[str]], below: _Beside) -> int:
    count = 0
    for layer, following in itertools.pairwise(layers):
        rank = {k: i for i, k in enumerate(following)}
        ends = [e for k in layer for e in sorted(rank[o] for o in below[k])]
        seen: list[int] = []  # sorted, to count inversions
        for end in ends:
            at = bisect.bisect_right(seen, end)
            count += len(seen) - at
            seen.insert(at, end)
    return count


def _across(
    layers: Sequence[Sequence[str]], wide: Mapping[str, int], links: Sequence[Pair]
) -> dict[str, float]:
    """The middle of every node: as near to its neighbours' as the order and the widths allow."""
    above, below = _beside({k: 0 for layer in layers for k in layer}, links)
    middle: dict[str, float] = {}
    for layer in layers:
        x = 0.0
        for key in layer:
            middle[key] = x + wide[key] / 2
            x += wide[key] + _ACROSS
    for sweep in range(_SWEEPS):
        order = range(len(layers)) if sweep % 2 == 0 else reversed(range(len(layers)))
        for depth in order:
            layer = layers[depth]
            wanted = []
            for key in layer:
                near = (*above[key], *below[key])
                wanted.append(sum(middle[o] for o in near) / len(near) if near else middle[key])
            offsets, x = [], 0.0
            for i, key in enumerate(layer):
                x += (wide[layer[i - 1]] + wide[key]) / 2 + _ACROSS if i else 0
                offsets.append(x)
            found = _not_falling([w - o for w, o in zip(wanted, offsets, strict=True)])
            for key, value, offset in zip(layer, found, offsets, strict=True):
                middle[key] = value + offset
    return middle


def _not_falling(values: Sequence[float]) -> list[float]:
    """The nearest sequence, by least squares, that never falls (pool adjacent violators)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        total, count = value, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    return [total / count for total, count in pools for _ in range(count)]
