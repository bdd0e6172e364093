"""Rows in files and data frames: what the sweep says, however it is written, in bounded memory."""

import csv
import io
import math
import sys
import tracemalloc

import numpy as np
import pandas
import pytest
from pyarrow import parquet

from claimcheck import cli
from claimcheck.judging.rows import sweep
from claimcheck.rowfiles import csv_texts
from tests.shipped import ROOT, checked
from tests.test_rows import grown
from tests.test_scenarios import build

CONTRADICTORY_AND_OPEN = build(
    "abcxy",
    [("a", "s", "1"), ("a", "t", "3"), ("b", "s", "exactly 2"), ("c", "s", "exactly 6"), ("x", "s", ">= 2")],
    [("c = a * b", "r", ""), ("y = c * x", "q", "")],
)
"""One of its two scenarios contradicts itself, and in the other y has no upper bound."""


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("name", ["opt175b.yaml", "pythia.yaml", "megatron-scaling.yaml"])
def test_rows_of_shipped_files_have_the_ends_of_their_reports(name):
    told = checked(name).rows()
    swept = sweep(ROOT / "claims" / name)
    rows = [
        dict(zip(made, cells, strict=True))
        for b in swept.blocks()
        for made in [swept.columns(b)]
        for cells in zip(*made.values(), strict=True)
    ]
    assert len(rows) == len(told)
    for number, (row, expected) in enumerate(zip(rows, told, strict=True)):
        assert row.pop("scenario") == number
        expected.pop("conflicts")
        tight = {n: row.pop(n) for n in list(row) if n.endswith(".tight")}
        assert list(row) == list(expected)
        for name, value in expected.items():
            quantity, _, side = name.rpartition(".")
            if side not in ("lower", "upper"):
                assert row[name] == value
            elif value is None:
                assert math.isnan(row[name])
            else:
                room = abs(value) * 1e-12 if tight[f"{quantity}.tight"] else math.inf
                sign = 1 if side == "lower" else -1
                assert -abs(value) * 1e-15 <= sign * (value - row[name]) <= room or row[name] == value


def test_csv_parquet_and_frame_hold_the_same(tmp_path):
    swept = sweep(grown(5, " * ".join))
    swept.to_csv(tmp_path / "rows.csv", 100)
    swept.to_parquet(tmp_path / "rows.parquet", 100)
    made = swept.frame(100)
    assert len(made) == 143
    assert made["y.lower"].tolist() == [x for b in swept.blocks(100) for x in b.lower[0]]
    stored = parquet.read_table(tmp_path / "rows.parquet").to_pandas()
    written = pandas.read_csv(tmp_path / "rows.csv", keep_default_na=False)
    for other in (stored, written):
        assert list(other) == list(made)
        for name in made:
            assert other[name].tolist() == made[name].tolist()
    assert isinstance(made["q0"].dtype, pandas.CategoricalDtype)


def test_nothing_possible_is_an_empty_cell_and_no_bound_is_infinite(tmp_path):
    swept = sweep(CONTRADICTORY_AND_OPEN)
    first, second = read("".join(csv_texts(swept)))
    assert (first["verdict"], first["y.lower"], first["y.upper"]) == ("contradictory", "", "")
    assert (second["verdict"], second["y.upper"], second["y.tight"]) == ("consistent", "inf", "true")
    assert float(second["y.lower"]) == pytest.approx(12)
    swept.to_parquet(tmp_path / "rows.parquet")
    stored = parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert [r["y.lower"] is None for r in stored] == [True, False]
    assert stored[1]["y.upper"] == math.inf


def test_no_rows(tmp_path):
    swept = sweep(grown(2, " * ".join))
    swept.to_csv(tmp_path / "rows.csv", 9)
    swept.to_parquet(tmp_path / "rows.parquet", 9)
    assert (tmp_path / "rows.csv").read_text() == ""
    assert parquet.read_table(tmp_path / "rows.parquet").num_rows == len(swept.frame(9)) == 0


def test_memory_does_not_grow_with_the_number_of_rows():
    peaks = []
    for n in (10, 13):
        swept = sweep(grown(n, " * ".join))
        tracemalloc.start()
        rows = sum(len(b) for b in swept.blocks(size=4096))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert rows == 3**n
    assert peaks[1] < 2 * peaks[0]


# -- the command line -------------------------------------------------------------------------------------


@pytest.fixture
def claims_file(tmp_path):
    path = tmp_path / "chain.yaml"
    stated = "".join(
        f"  - {{quantity: q{i}, value: {j + 1}.5, source: s{j}}}\n" for i in range(4) for j in range(3)
    )
    path.write_text(
        "claimcheck: 1\nsources: {s0: , s1: , s2: }\nquantities: {q0: , q1: , q2: , q3: , y: , z: }\n"
        f"claims:\n{stated}relations: {{y: y = q0 * q1 * q2 * q3, z: z = q0 + q1}}\nreport: [y]\n"
    )
    return path


def test_rows_are_written_to_standard_output_from_any_number_on(claims_file, capsys):
    assert cli.main(["rows", str(claims_file)]) == 0
    every = read(capsys.readouterr().out)
    assert [int(r["scenario"]) for r in every] == list(range(81))
    assert "z.lower" not in every[0]
    assert cli.main(["rows", str(claims_file), "--start", "30", "--top", "5"]) == 0
    assert read(capsys.readouterr().out) == every[30:35]
    assert cli.main(["rows", str(claims_file), "--given", "q1@s2", "--quantity", "z", "y"]) == 0
    some = read(capsys.readouterr().out)
    assert [r["y.lower"] for r in some] == [r["y.lower"] for r in every if r["q1"] == "q1@s2"]
    assert list(some[0])[6:8] == ["z.lower", "z.upper"]


@pytest.mark.parametrize("name", ["rows.csv", "rows.parquet", "ROWS.PARQUET"])
def test_the_end_of_the_name_says_what_is_written(claims_file, tmp_path, name, capsys):
    assert cli.main(["rows", str(claims_file), "-o", str(tmp_path / name)]) == 0
    assert capsys.readouterr() == ("", "")
    is_parquet = name.lower().endswith("parquet")
    made = parquet.read_table(tmp_path / name).to_pandas() if is_parquet else pandas.read_csv(tmp_path / name)
    assert made["y.upper"].tolist() == sweep(claims_file).frame()["y.upper"].tolist()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--quantity", "yy"], "no quantity is called 'yy' (did you mean y?)"),
        (["--given", "q1@nobody"], "CC105"),
        (["-o", "/nowhere/rows.csv"], "cannot write /nowhere/rows.csv: No such file"),
    ],
)
def test_what_cannot_be_done_is_said(claims_file, capsys, arguments, said):
    assert cli.main(["rows", str(claims_file), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_without_pyarrow_it_is_said_what_to_install(claims_file, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert cli.main(["rows", str(claims_file), "-o", str(tmp_path / "rows.parquet")]) == 2
    assert "pip install claimcheck[parquet]" in capsys.readouterr().err


def test_standard_input_is_read(claims_file, capsys, monkeypatch):
    class Stdin:
        buffer = io.BytesIO(claims_file.read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert cli.main(["rows", "-", "--top", "1"]) == 0
    (row,) = read(capsys.readouterr().out)
    assert np.isclose(float(row["y.lower"]), 1.45**4)
