"""What the claims files on further papers must show: conflicts by members, and what tests each check.

The conflicts stand here with their arithmetic done once more by `tests.by_hand`. `checks` names, for every
check of a sheet of sourced figures, the relations of the claims file that test it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from tests.by_hand import clash, printed

K, M, B, T = 10**3, 10**6, 10**9, 10**12


@dataclass(frozen=True)
class Expected:
    """A conflict: its claims (its relations are free to be written in several ways) and why it is one."""

    claims: frozenset[str]
    by_hand: Callable[[], bool]
    relations: frozenset[str]


def conflict(claims: str, relations: str, by_hand: Callable[[], bool]) -> Expected:
    return Expected(frozenset(claims.split()), by_hand, frozenset(relations.split()))


@dataclass(frozen=True)
class Excluded:
    """A value that the derived bounds of a quantity leave out, in the quantity's unit."""

    quantity: str
    value: Fraction


@dataclass(frozen=True)
class Paper:
    """One claims file. ``ids`` are claims of its sheet with what they became; ``left_out`` says why not."""

    file: str
    sheet: str
    conflicts: dict[str, list[Expected]]
    """By the sheet's name for the inconsistency; those that the sheet does not have begin with `also`."""
    checks: dict[str, str | Excluded]
    ids: dict[str, str]
    left_out: dict[str, str] = field(default_factory=dict)
    no_numbers: dict[str, str] = field(default_factory=dict)


DEEPSEEK = Paper(
    "deepseek-v3.yaml",
    "deepseek_v3.json",
    conflicts={
        "mtp": [
            conflict(
                "mtp_params@readme mtp_unique@weights embedding@weights output_head@weights",
                "mtp",
                lambda: clash(
                    printed(14 * B, B), printed(115 * B / 10, B / 10) + 2 * printed(9 * B / 10, B / 10)
                ),
            ),
            conflict(
                "mtp_params@readme mtp_unique@weights",
                "mtp tables",
                lambda: clash(printed(14 * B, B), printed(115 * B / 10, B / 10) + 2 * 129280 * 7168),
            ),
        ],
        "epoch": [
            conflict(
                "compute@epoch active_params@readme tokens@readme",
                "operations",
                lambda: clash(
                    printed("3.4078e24", "1e20"), 6 * printed(37 * B, B) * printed("14.8e12", "1e11")
                ),
            )
        ],
    },
    checks={
        "hours": "total-hours",
        "cost total": "total-cost",
        "cost sum": "pre-cost context-cost post-cost total-cost total-hours",
        "rest": "later-hours",
        "685": "released",
        "MTP": "mtp",
        "embedding": "tables",
        "MTP with exact embeddings": "mtp tables",
        "active": "active_params@readme active_params@weights",
        "6ND with 37B": "operations",
        "180K per trillion tokens": "pace",
    },
    ids={
        "total": "total_hours@readme",
        "pre": "pre_hours@readme",
        "rest": "later_hours@readme",
        "tokens": "tokens@readme",
        "params": "main_params@readme",
        "active": "active_params@readme",
        "active_w": "active_params@weights",
        "hf": "released@readme",
        "mtp": "mtp_params@readme",
        "mtp_u": "mtp_unique@weights",
        "emb": "embedding@weights",
        "head": "output_head@weights",
        "mtp_act": "mtp_active@weights",
        "t_pre": "pre_hours@paper",
        "t_ctx": "context_hours@paper",
        "t_post": "post_hours@paper",
        "t_tot": "total_hours@paper",
        "d_pre": "pre_cost@paper",
        "d_ctx": "context_cost@paper",
        "d_post": "post_cost@paper",
        "d_tot": "total_cost@paper",
        "rate": "rate@paper",
        "vocab": "vocabulary@config",
        "dim": "width@config",
        "ep_c": "compute@epoch",
    },
    left_out={
        "nl": "nothing printed follows from the layers alone",
        "dense": "nothing printed follows from the layers alone",
        "ep_m": "the peak rate that this share is of is not printed",
        "ep_g": "no running time is printed beside the GPUs",
        "ep_usd": "in dollars of another year, by a price that is not printed",
    },
)

LLAMA_2 = Paper(
    "llama2-card.yaml",
    "llama2_card.json",
    conflicts={
        "missing_row": [
            conflict(
                "hours_rows@card hours_7b@card hours_13b@card hours_70b@card",
                "hours-rows",
                lambda: clash(3311616, 184320 + 368640 + 1720320),
            ),
            conflict(
                "carbon_rows@card carbon_7b@card carbon_13b@card carbon_70b@card",
                "carbon-rows",
                lambda: clash(
                    printed(539, "0.01"),
                    printed("31.22", "0.01") + printed("62.44", "0.02") + printed("291.42", "0.01"),
                ),
            ),
        ],
        "also the 13B row": [
            conflict(
                "carbon_13b@card#rounded hours_13b@card power@card",
                "carbon-13b",
                lambda: clash(printed("62.44", "0.01"), 368640 * 400 * printed("0.4235", 0) / M),
            )
        ],
    },
    checks={
        "hours shown": "hours-rows",
        "tCO2 shown": "carbon-rows",
        "missing hours = 34B row of the paper": "hours-total",
        "k 7B vs 70B": "carbon-7b carbon-70b",
        "k = 1.1*0.385": "intensity carbon-7b carbon-70b",
        "missing tCO2 at 350 W": "carbon-unlisted carbon-total",
        "missing tCO2 at 400 W": Excluded("power_unlisted", Fraction(400)),
        "Llama 3 hours": "hours-3",
        "Llama 3 CO2": "carbon-3",
        "Llama 3 k": "carbon-3-8b carbon-3-70b",
    },
    ids={
        "h7": "hours_7b@card",
        "h13": "hours_13b@card",
        "h70": "hours_70b@card",
        "htot": "hours_rows@card hours_total@card",
        "h33m": "hours_total@card#text",
        "c7": "carbon_7b@card",
        "c13": "carbon_13b@card carbon_13b@card#rounded",
        "c70": "carbon_70b@card",
        "ctot": "carbon_rows@card carbon_total@card",
        "w7": "power@card",
        "w70": "power@card",
        "h34": "hours_unlisted@paper",
        "l3h8": "hours_3_8b@card-3",
        "l3h70": "hours_3_70b@card-3",
        "l3tot": "hours_3@card-3",
        "l3c8": "carbon_3_8b@card-3",
        "l3c70": "carbon_3_70b@card-3",
        "l3ctot": "carbon_3@card-3",
        "l3w": "power_3@card-3",
    },
    left_out={
        "tok": "no other figure of the sheet counts tokens",
        "batch": "no number of steps is printed beside it",
        "n7": "the architecture that it follows from is not in the sheet",
        "n70": "the architecture that it follows from is not in the sheet",
    },
)

PAPERS = [DEEPSEEK, LLAMA_2]
