"""What the claims files on further papers must show: conflicts by members, and what tests each check.

The conflicts stand here with their arithmetic done once more by `tests.by_hand`. `checks` names, for every
check of a sheet of sourced figures, the relations of the claims file that test it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from tests.by_hand import Span, clash, printed, span

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
class Consistent:
    """A check that the sheet calls a contradiction, and what tests it here, and why there is none."""

    tests: str
    reason: str


@dataclass(frozen=True)
class Paper:
    """One claims file. ``ids`` are claims of its sheet with what they became; ``left_out`` says why not."""

    file: str
    sheet: str
    conflicts: dict[str, list[Expected]]
    """By the sheet's name for the inconsistency; those that the sheet does not have begin with `also`."""
    checks: dict[str, str | Excluded | Consistent]
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
                "hours[listed]@card hours_7b@card hours_13b@card hours_70b@card",
                "hours-rows",
                lambda: clash(3311616, 184320 + 368640 + 1720320),
            ),
            conflict(
                "carbon[listed]@card carbon_7b@card carbon_13b@card carbon_70b@card",
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
        "htot": "hours[listed]@card hours[all]@card",
        "h33m": "hours[all]@card#text",
        "c7": "carbon_7b@card",
        "c13": "carbon_13b@card carbon_13b@card#rounded",
        "c70": "carbon_70b@card",
        "ctot": "carbon[listed]@card carbon[all]@card",
        "w7": "power@card",
        "w70": "power@card",
        "h34": "hours_unlisted@paper",
        "n7": "params_7b[file]@weights",
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
        "n70": "the architecture that it follows from is not in the sheet",
    },
)

CAUSES = {
    "faulty-gpu": 148,
    "gpu-hbm3": 72,
    "software-bug": 54,
    "network": 35,
    "host-maintenance": 32,
    "gpu-sram": 19,
    "gpu-processor": 17,
    "nic": 7,
    "nccl-watchdog": 7,
    "silent-data": 6,
    "gpu-thermal": 6,
    "ssd": 3,
    "power-supply": 3,
    "server-chassis": 2,
    "io-board": 2,
    "dependency": 2,
    "cpu": 2,
    "system-memory": 2,
}
SHARES = {  # as the sheet names them
    "GPU HBM3 Memory": "gpu-hbm3",
    "Software Bug": "software-bug",
    "Network Switch/Cable": "network",
    "Host Maintenance": "host-maintenance",
    "GPU SRAM Memory": "gpu-sram",
    "GPU System Processor": "gpu-processor",
    "NIC": "nic",
    "NCCL Watchdog Timeouts": "nccl-watchdog",
    "Silent Data Corruption": "silent-data",
    "GPU Thermal Interface + Sensor": "gpu-thermal",
    "SSD": "ssd",
    "Power Supply": "power-supply",
    "Server Chassis": "server-chassis",
    "IO Expansion Board": "io-board",
    "Dependency": "dependency",
    "CPU": "cpu",
    "System Memory": "system-memory",
}
GPU_ROWS = ("faulty-gpu", "gpu-hbm3", "gpu-sram", "gpu-processor", "silent-data", "gpu-thermal")
LAYOUT = {
    "GPUs": "gpus",
    "TP": "tensor",
    "CP": "context",
    "PP": "pipeline",
    "DP": "data",
    "seq": "sequence",
    "batch_per_DP": "sequences",
    "tokens_per_batch": "batch_m",
    "TFLOPs_per_GPU": "printed",
    "BF16_MFU_pct": "share",
}
LLAMA_3_RUN = printed("3.8e25", "1e24") / (printed(2142, 1) * 16384 * 3600 * 9895 * 10**11)

LLAMA_3 = Paper(
    "llama3-405b.yaml",
    "llama3_405b.json",
    conflicts={
        "faulty_gpu": [
            conflict(
                "causes.share[faulty-gpu]@paper causes.events[faulty-gpu]@paper",
                "share[faulty-gpu]",
                lambda: clash(printed("30.1", "0.1"), span(148) / 419 * 100),
            )
        ],
        "gpu_587": [
            conflict(
                "gpu_share@paper " + " ".join(f"causes.events[{r}]@paper" for r in GPU_ROWS),
                "gpu-share",
                lambda: clash(printed("58.7", "0.1"), span(sum(CAUSES[r] for r in GPU_ROWS)) / 419 * 100),
            )
        ],
        "row3_dp": [
            conflict(
                "layout.gpus[third]@paper layout.tensor[third]@paper layout.context[third]@paper "
                "layout.pipeline[third]@paper layout.data[third]@paper",
                "gpus[third]",
                lambda: clash(16384, 8 * 16 * 16 * 4),
            ),
            conflict(
                "layout.batch_m[third]@paper layout.data[third]@paper layout.sequence[third]@paper "
                "layout.sequences[third]@paper",
                "batch[third]",
                lambda: clash(printed(16, 1) * 2**20, 4 * 16 * 131072),
            ),
            conflict("layout.data[third]@paper layout.data[third]@paper-later", "", lambda: clash(4, 8)),
        ],
        "epoch": [
            conflict(
                "epoch_share@epoch epoch_hours@epoch epoch_gpus@epoch compute@paper",
                "epoch-share epoch-gpu-hours",
                lambda: clash(printed("0.4042", "0.0001"), LLAMA_3_RUN),
            ),
            conflict(
                "epoch_gpu_hours@card epoch_hours@epoch epoch_gpus@epoch",
                "epoch-gpu-hours",
                lambda: clash(printed("30.84e6", "1e4"), printed(2142, 1) * 16384),
            ),
        ],
    },
    checks={
        "share Faulty GPU": "share[faulty-gpu]",
        **{f"share {name}": f"share[{row}]" for name, row in SHARES.items()},
        "sum of counts": "total",
        "planned+unexpected": "unexpected",
        "GPU share from printed percents": "gpu-cells",
        "GPU share from counts": "gpu-share",
        "sum of printed percents": Excluded("cells", Fraction(100)),
        "row1 product": "gpus[first]",
        "row2 product": "gpus[second]",
        "row3 product": "gpus[third]",
        "row3 tokens": "batch[third]",
        "row3 with DP 8": "batch[third] gpus[third] layout.data[third]@paper-later",
        "MFU 430 as 3 digits": "utilization[first]",
        "MFU 400 as 3 digits": "utilization[second] three-digits",
        "MFU 380 as 3 digits": "utilization[third]",
        "MFU 400 as 2 digits": "two-digits",
        "6ND": "compute",
        "hours sum": "hours",
        "CO2 sum": "carbon-total",
        "Epoch own identity": "epoch-share",
        "Epoch chip hours against card": "epoch-gpu-hours epoch_gpu_hours@card",
        "params from Table 3": "params name-rounded",
    },
    ids={
        **{f"cause_{n:02}_n": f"causes.events[{row}]@paper" for n, row in enumerate(CAUSES)},
        **{f"cause_{n:02}_pct": f"causes.share[{row}]@paper" for n, row in enumerate(CAUSES)},
        "cause_00_pct": "causes.share[faulty-gpu]@paper faulty_cell@paper",
        **{
            f"r{n}_{name}": f"layout.{column}[{row}]@paper"
            for n, row in enumerate(("first", "second", "third"), start=1)
            for name, column in LAYOUT.items()
        },
        **{
            name: f"{name}@paper"
            for name in (
                "interruptions",
                "planned",
                "unexpected",
                "tokens",
                "layers",
                "ffn",
                "heads",
            )
        },
        "snapshot": "days[snapshot]@paper",
        "gpu_share": "gpu_share@paper gpu_cells@paper",
        "hw_share": "hardware_share@paper",
        "flops": "compute@paper",
        "params": "named_params@paper",
        "dmodel": "width@paper",
        "kv": "kv_heads@paper",
        "vocab": "vocabulary@paper",
        "mfu": "lowest_share@paper highest_share@paper",
        "r3_DP_later": "layout.data[third]@paper-later",
        "hours_8B": "models.hours[8B]@card",
        "hours_70B": "models.hours[70B]@card",
        "hours_405B": "models.hours[405B]@card epoch_gpu_hours@card",
        "hours_total": "hours_total@card",
        "co2_8B": "models.carbon[8B]@card",
        "co2_70B": "models.carbon[70B]@card",
        "co2_405B": "models.carbon[405B]@card",
        "co2_total": "carbon_total@card",
        "tdp": "power@card",
        "ep_hours": "epoch_hours@epoch",
        "ep_gpus": "epoch_gpus@epoch",
        "ep_mfu": "epoch_share@epoch",
    },
    left_out={"eff_time": "no other figure of the sheet speaks of the time that was lost"},
)

LOG_ROWS = {"a": "first", "b": "second", "c": "third", "d": "fourth"}

BLOOM = Paper(
    "bloom-176b.yaml",
    "bloom176b.json",
    conflicts={
        "3660": [
            conflict(
                f"slow.hours[{row}]@readme slow.steps[{row}]@readme",
                f"slow[{row}]",
                lambda steps=steps, hours=hours: (
                    clash(printed(hours, "0.01"), span(steps * 15) / 3600)
                    and not clash(printed(hours, "0.01"), span(steps * 15) / 3660)
                ),
            )
            for row, steps, hours in (
                ("at-16", 4805, "19.69"),
                ("at-32", 2402, "9.84"),
                ("to-384", 18146, "74.37"),
            )
        ],
        "epoch_tokens": [
            conflict(
                "tokens[one-pass]@readme#unique log.tokens[one-pass]@readme",
                "one-pass",
                lambda: clash(printed(350 * B, B), 325001773056),
            ),
            conflict(
                "tokens[one-pass]@readme#goal log.tokens[one-pass]@readme",
                "one-pass",
                lambda: clash(printed(341 * B, B), 325001773056),
            ),
        ],
        "langs": [conflict("languages@readme listed@readme", "languages", lambda: clash(46, 22 + 13 + 10))],
        "months": [
            conflict(
                "running_time[as-48]@paper gpu_hours@paper gpus@readme",
                "running-time",
                lambda: clash(
                    Span(Fraction("3.5") * Fraction(95, 100), Fraction("3.5") * Fraction(105, 100)),
                    printed(1082990, 1) / 384 / 24 / Fraction("30.4375"),
                ),
            )
        ],
        "epoch_db": [
            conflict(
                "epoch_share@epoch epoch_compute@epoch epoch_hours@epoch",
                "epoch-share",
                lambda: clash(
                    printed("0.5", "0.1"),
                    printed("3.65664e23", "1e18") / (printed(1078272, 1) * 3600 * 312 * T),
                ),
            )
        ],
    },
    checks={
        **{f"tokens {k}": f"tokens[{row}]" for k, row in LOG_ROWS.items()},
        "tokens epoch1": "tokens[one-pass]",
        "samples a->b": "first-second",
        "samples b->c": "second-third",
        "samples c->d": "third-fourth",
        "samples d->epoch1": "fourth-one-pass",
        "TFLOPs at 105.22": "rate[first]",
        "TFLOPs at 106.46": "rate[second]",
        "embedding": "embedding",
        "layer": "layer",
        "params": "params",
        "pad": "padding",
        "topology": "topology",
        "hours GBS16": "slow[at-16]",
        "hours GBS32": "slow[at-32]",
        "hours GBS384": "slow[to-384]",
        "days left": "days-left",
        "124.7 days": "days-to-go",
        "steps 430B": Consistent("steps-430", "the number has a ~, which reads as 5 % either way"),
        "ramp": "ramp",
        "warm": "warm",
        "weights decimal": "weights_giga@readme decimal rounds-nearest",
        "weights GiB, du rounds up": "binary rounds-up",
        "checkpoint decimal": "checkpoint_tera@readme decimal rounds-nearest",
        "checkpoint TiB nearest": "checkpoint_tera@readme binary rounds-nearest",
        "drop": "drop",
        "lost work": "lost",
        "eval": "eval",
        "months": "running-time",
        "Epoch identity": "epoch-share",
        "one epoch vs unique": "one-pass",
        "366B from steps": "final",
    },
    ids={
        **{
            name: f"{name}@readme"
            for name in ("layers", "hidden", "heads", "gpus", "gpus_all", "nodes", "nodes_all")
        },
        "vocab": "vocabulary[own]@readme",
        "vocab_pad": "vocabulary[padded]@script",
        "seq": "sequence@readme",
        "gbs": "batch@readme",
        "tp": "tensor@readme",
        "pp": "pipeline@readme",
        "dp": "copies@readme",
        "start": "start@readme",
        "epoch1_it": "log.step[one-pass]@readme",
        "epoch1_samples": "log.samples[one-pass]@readme",
        "epoch1_tokens": "log.tokens[one-pass]@readme",
        "switch": "switch@readme",
        "goal": "tokens[goal]@readme tokens[one-pass]@readme#goal",
        "uniq": "tokens[corpus]@readme tokens[one-pass]@readme#unique",
        "langs": "languages@readme",
        "langs_listed": "listed@readme",
        "plan_tokens": "tokens[plan]@readme",
        "plan_samples": "planned_samples@readme",
        "ramp": "ramp_samples@readme",
        "ramp_tok": "ramp_tokens@readme",
        "warm": "warm_samples@readme",
        "warm_tok": "warm_tokens@readme",
        "steps430": "steps_430@readme",
        "slow_steps": "slow.steps[at-16]@readme",
        "slow_h": "slow.hours[at-16]@readme slow.printed[at-16]@readme",
        "slow2_steps": "slow.steps[at-32]@readme",
        "slow2_h": "slow.hours[at-32]@readme slow.printed[at-32]@readme",
        "s384": "slow.steps[to-384]@readme",
        "s384_h": "slow.hours[to-384]@readme slow.printed[to-384]@readme",
        "sec_step": "slow_pace@readme",
        "ckpt": "checkpoint_tera@readme",
        "wts": "weights_giga@readme",
        "wts_calc": "weights_calc@readme",
        "ckpt_calc": "checkpoint_calc@readme",
        "emb": "embedding@readme",
        "layer": "layer_params@readme",
        "left": "days_left@readme",
        "consumed_l": "fed@readme",
        **{
            f"{name}_{k}": f"log.{column}[{row}]@chronicles"
            for k, row in LOG_ROWS.items()
            for name, column in (
                ("it", "step"),
                ("samp", "samples"),
                ("tok", "tokens"),
                ("sec", "pace"),
                ("tf", "rate"),
            )
            if k != "c" or column in ("step", "samples", "tokens")
        },
        "sps_a": "samples_a_second@chronicles",
        "its": "planned_steps@chronicles",
        "days_left": "days_to_go@chronicles",
        "lost": "lost@chronicles",
        "save": "save_every@readme",
        "eval_min": "eval_time@chronicles",
        "eval_its": "eval_steps@chronicles",
        "drop": "drop@chronicles",
        "drop_from": "rate_before@chronicles",
        "drop_to": "rate_after@chronicles",
        "last48": "last_full_step@chronicles",
        "uncomp": "conversion@chronicles",
        "uncomp2": "conversion@chronicles#timed",
        "hours": "gpu_hours@paper",
        "months": "running_time[as-48]@paper",
        "params": "params@paper",
        "tokens": "tokens[trained]@paper",
        "ep_flop": "epoch_compute@epoch",
        "ep_mfu": "epoch_share@epoch",
        "ep_ch": "epoch_hours@epoch",
    },
    left_out={
        "epoch1": "no pace holds for all days before it",
        "uniq_bytes": "no bytes of a token are printed",
        "wts_calc2": "the number of parameters that it starts from is not in the sheet",
    },
)

MEGATRON_ROWS = ("1.7", "3.6", "7.5", "18.4", "39.1", "76.1", "145.6", "310.1", "529.6", "1008.0")
MEGATRON_COLUMNS = {
    "params_B": "params",
    "heads": "heads",
    "hidden": "hidden",
    "layers": "layers",
    "tp": "tensor",
    "pp": "pipeline",
    "gpus": "gpus",
    "batch": "batch",
    "tflops": "rate",
    "pct_peak": "share",
    "agg_pflops": "total",
}
MEGATRON_RUNS = [
    (system, size, gpus)
    for system, size, counts in (
        ("ZeRO3", "174.6", (384, 768, 1536)),
        ("ZeRO3", "529.6", (640, 1120, 2240)),
        ("PTD", "174.6", (384, 768, 1536)),
        ("PTD", "529.6", (560, 1120, 2240)),
    )
    for gpus in counts
]
MEGATRON_TABLE_2 = {"174.6": "gpt3", "529.6": "big"}

MEGATRON = Paper(
    "megatron-scaling.yaml",
    "megatron_2104.json",
    conflicts={},
    checks={
        **{f"params {row}": f"params[{row}]" for row in MEGATRON_ROWS},
        **{f"pct {row}": f"share[{row}]" for row in MEGATRON_ROWS},
        **{f"agg {row}": f"total[{row}]" for row in MEGATRON_ROWS},
        **{
            f"days {system} {size} {gpus}": f"days-{MEGATRON_TABLE_2[size]}[{system.lower()}-{gpus}]"
            for system, size, gpus in MEGATRON_RUNS
        },
        "34 days eq. 4": "equation-4",
        "34 days eq. 3": "gpt3_time@paper equation-3",
        "84 days eq. 4": "trillion-time",
    },
    ids={
        **{
            f"t1_{row}_{name}": f"models.{column}[{row}]@paper"
            for row in MEGATRON_ROWS
            for name, column in MEGATRON_COLUMNS.items()
        },
        **{
            f"t2_{system}_{size}_{gpus}_{name}": (
                f"runs_{MEGATRON_TABLE_2[size]}.{column}[{system.lower()}-{gpus}]@paper"
            )
            for system, size, gpus in MEGATRON_RUNS
            for name, column in (("tflops", "rate"), ("days", "days"))
        },
        "vocab": "vocabulary@paper",
        "seq": "sequence@paper",
        "peak": "peak@paper",
        "ex1_days": "gpt3_time@paper",
        "ex1_tf": "gpt3_rate@paper",
        "ex1_tok": "tokens@paper",
        "ex2_days": "trillion_time@paper",
        "ex2_tok": "trillion_tokens@paper",
    },
)

PYTHIA_ROWS = ("70M", "160M", "410M", "1B", "1.4B", "2.8B", "6.9B", "12B")

PYTHIA = Paper(
    "pythia.yaml",
    "pythia.json",
    conflicts={},
    checks={
        "tokens": "tokens",
        "checkpoints": "checkpoints",
        "v0 tokens": "first-tokens",
        "epochs": "epochs",
        **{f"nonemb {row}": f"inner[{row}]" for row in PYTHIA_ROWS},
        **{f"name {row}": f"size[{row}]" for row in PYTHIA_ROWS},
    },
    ids={
        **{
            f"{row}_{name}": f"{column}[{row}]@paper"
            for row in PYTHIA_ROWS
            for name, column in (
                ("nonemb", "models.inner"),
                ("layers", "models.layers"),
                ("dmodel", "models.width"),
                ("heads", "models.heads"),
                ("gpu_hours", "training.hours"),
            )
        },
        **{name: f"{name}@readme" for name in ("tokens", "steps", "batch")},
        "sizes": "sizes[described]@readme",
        "ckpts": "checkpoints@readme",
        "epochs_d": "epochs@readme",
        "dedup": "corpus@readme",
        "v0_batch": "first_batch@readme",
        "v0_steps": "first_steps@readme",
        "rows": "sizes[table]@readme",
    },
    left_out={
        f"{row}_gpus": "no running time is printed beside the GPUs and their hours" for row in PYTHIA_ROWS
    },
)

PAPERS = [DEEPSEEK, LLAMA_2, LLAMA_3, BLOOM, MEGATRON, PYTHIA]
