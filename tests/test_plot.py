"""Figures for notebooks and papers, and how results show themselves in a notebook."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import nbformat
import pytest
from nbclient import NotebookClient

import claimcheck
from claimcheck.judging.verification import check_text
from claimcheck.render.forest import forests
from claimcheck.render.plot import ForestFigure
from tests.pages import HOSTILE, hostile, many
from tests.shipped import ROOT, checked

NOTEBOOK = ROOT / "docs" / "tutorial" / "notebook.ipynb"


@pytest.fixture(scope="module")
def report():
    return checked("opt175b.yaml")


@pytest.fixture(scope="module")
def figure(report):
    return report.plot()


def saved(figure, format, **options):
    out = io.BytesIO()
    figure.savefig(out, format=format, **options)
    return out.getvalue()


def lines(ax, colour, style="-"):
    return [line for line in ax.get_lines() if line.get_color() == colour and line.get_linestyle() == style]


def test_what_is_contradicted_lies_outside_of_every_bar(figure, report):
    uptime = figure.axes[0]
    assert uptime.get_title(loc="left") == "uptime (%): share of the elapsed time spent computing"
    (mark,) = (line for line in lines(uptime, "#b3261e", "None") if line.get_marker() == "D")
    bars = [line for line in lines(uptime, "#2b6cb0") if line.get_linewidth() == 7]
    assert len(bars) == len(report.scenarios) == 4
    assert mark.get_xdata()[0] < min(line.get_xdata()[0] for line in bars)
    (through,) = lines(uptime, "#b3261e", "--")  # the line through all rows
    assert set(through.get_xdata()) == {mark.get_xdata()[0]}
    assert through.get_ydata()[1] > max(line.get_ydata()[0] for line in bars)


def test_rows_and_what_they_come_to_are_those_of_the_report(figure, report):
    for ax, plot in zip(figure.axes, forests(report), strict=True):
        labels = [tick.get_text().replace("\n", " ") for tick in ax.get_yticklabels()]
        assert labels[: len(plot.marks)] == [f"{m.text} ({m.claim.source})" for m in plot.marks]
        assert labels[len(plot.marks) : -1] == [row.label for row in plot.rows]
        assert labels[-1] == "all of them"
    told = [text.get_text() for text in figure.axes[0].texts]
    assert told[:3] == ["fits none of 4", "fits 1 of 4", "60.13 to 61.78 %"]
    assert "51.7 % (uptime, note) does not follow." in figure.get_suptitle()


def test_it_is_saved_as_png_svg_and_pdf(figure):
    picture = matplotlib.image.imread(io.BytesIO(saved(figure, "png")), format="png")
    assert picture[:, :, :3].std() > 0.05
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        root = ElementTree.fromstring(saved(figure, "svg"))
    text = "".join(root.itertext())
    assert "1024 GPU (final-update), 63 day (logbook)" in text
    assert "51.83 to 53.15 %" in text
    pdf = saved(figure, "pdf")
    assert pdf.startswith(b"%PDF")
    assert pdf.rstrip().endswith(b"%%EOF")


def test_nothing_that_is_written_lies_outside_of_the_picture(figure):
    figure.draw_without_rendering()
    whole = figure.bbox
    for text in figure.findobj(matplotlib.text.Text):
        if text.get_text().strip() and text.get_visible():
            box = text.get_window_extent()
            assert box.x0 >= whole.x0 - 2, text
            assert box.x1 <= whole.x1 + 2, text


def test_quantities_can_be_named(report):
    assert [ax.get_title(loc="left") for ax in report.plot("busy").axes] == [
        "busy (day): time the run needs without any stop"
    ]
    assert len(report.plot("elapsed", "gpus").axes) == 2
    with pytest.raises(KeyError, match="no quantity is named 'up'"):
        report.plot("up")


def test_what_cannot_be_plotted_is_said():
    with pytest.raises(ValueError, match="was not checked"):
        check_text("claimcheck: 1\nquantities: 3\n").plot()
    loose = claimcheck.ClaimSet()
    loose.source("s")
    for name in "ab":
        loose.quantity(name)
    loose.claim("a", "1", source="s")
    with pytest.raises(ValueError, match="nothing to plot"):
        claimcheck.verify(loose).plot()


@pytest.mark.parametrize("name", ["megatron-scaling.yaml", "llama2-card.yaml"])
def test_other_reports_are_drawn(name):
    assert len(saved(checked(name).plot(), "png")) > 5000


def test_dates_ends_that_are_missing_and_many_scenarios_are_drawn():
    open_ended = check_text(
        "claimcheck: 1\nsources: {s: {}}\nquantities: {a: {unit: date}, b: {unit: m}, c: {unit: m}}\n"
        "claims:\n  - {quantity: a, value: 2021-11-05, source: s}\n"
        "  - {quantity: b, value: '> 3 m', source: s}\n"
        "relations: {double: c = 2 * b}\nreport: [a, b, c]\n"
    )
    made = open_ended.plot()
    assert len(made.axes) == 3
    assert [line.get_marker() for line in made.axes[2].get_lines()].count(">") >= 1
    saved(made, "png")
    saved(many(6).plot(), "png")


def test_what_a_file_says_is_text_and_no_formula():
    said = dict.fromkeys(HOSTILE, r"$\frac{1}{0$ \input{x} <b>")
    made = hostile(said).plot()
    assert r"$\frac{1}{0$" in made.get_suptitle()
    saved(made, "png")  # a formula that is none would end this


def test_without_matplotlib_there_is_a_way_out():
    code = (
        "import sys\n"
        "sys.modules['matplotlib'] = None\n"
        "import claimcheck\n"
        "report = claimcheck.verify('claims/pythia.yaml')\n"
        "try:\n    report.plot()\nexcept ModuleNotFoundError as error:\n    print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert run.stdout.strip() == (
        'report.plot() needs matplotlib, which is not installed; pip install "claimcheck[plot]"'
    ), run.stderr


# -- in a notebook ------------------------------------------------------------------------------------------


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.said = []

    def handle_data(self, data):
        self.said.append(data)

    @classmethod
    def of(cls, page):
        reader = cls()
        reader.feed(page.partition("</style>")[2] or page)
        reader.close()
        return " ".join("".join(reader.said).split())


def test_a_conflict_shows_itself(report):
    shown = report.conflicts[0]._repr_html_()
    assert "So uptime is 51.83 to 53.15 %, but uptime@note#low says 51.65 to 51.75 %." in Text.of(shown)
    assert "logbook" in shown
    assert "63.59 to 64.31 day" in shown
    assert "<script" not in shown
    assert "_repr_html_" not in repr(report.conflicts[0])
    assert "claim_set" not in repr(report.conflicts[0])


def test_intervals_show_themselves(report):
    assert report.bounds("busy", gpus="paper")._repr_html_() == "<span>33.97 to 34.29 day</span>"
    loose = next(b for b in (checked("llama2-card.yaml").bounds("intensity_3"),) if not b.tight)
    assert "not proved to be the tightest" in loose._repr_html_()


def test_figures_show_themselves(figure):
    assert isinstance(figure, ForestFigure)
    assert figure._repr_png_().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def executed():
    """The notebook of the docs, run from the top by a fresh kernel where the claims are."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's own packages
        client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT)}})
        client.execute()
    return notebook


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    """What the code cells gave, last of each: by type."""
    return [
        c.outputs[-1].get("data", {}) if c.outputs else {} for c in notebook.cells if c.cell_type == "code"
    ]


def test_the_notebook_runs_and_shows_what_it_tells(executed):
    nbformat.validate(executed)
    found = outputs(executed)
    pages = [Text.of(data["text/html"]) for data in found if "text/html" in data]
    assert any("51.7 % (uptime, note) does not follow." in page for page in pages)
    assert any(page == "60.13 to 61.78 %" for page in pages)
    assert any("would have to be 63.59 to 64.31 day" in page for page in pages)
    assert any("image/png" in data for data in found)
    assert not [
        o for c in executed.cells if c.cell_type == "code" for o in c.outputs if o.output_type == "error"
    ]


def test_the_notebook_is_kept_without_what_it_gave():
    kept = nbformat.read(NOTEBOOK, as_version=4)
    assert all(not c.outputs and c.execution_count is None for c in code_cells(kept))
    assert "notebook.ipynb" in Path(ROOT / "docs" / "tutorial" / "notebook.md").read_text(encoding="utf-8")
