"""Every code block and console session in README.md and docs/ runs, and prints what the page says it prints.

What a fence's info string means (the first word is the language, the rest are options):

``console``
    A session. A line ``$ command`` is run by the shell (a trailing backslash continues it on the next line);
    the lines below it are what it prints, output and errors together. A line ``...`` stands for any number of
    lines. A status other than 0 must be shown, by ``$ echo $?`` after the command.
``python``
    Run as it stands; the blocks of one page share their names. What it prints is compared with the ``output``
    or ``text`` fence that follows it, if one does.
``yaml`` (or any other) with the option ``file=NAME``
    Written to NAME before the page goes on, for the sessions below it.
``yaml`` without that option, beginning with the key ``claimcheck``
    A claims file: ``claimcheck verify`` must be able to read it.
``console no-run``
    Not run: README's two commands for a fresh clone, which ``.ci/run`` runs.

Each page has a directory of its own with a copy of ``claims/``. After an intended change of what is printed,
``CLAIMCHECK_UPDATE_DOCS=1 pytest tests/test_docs.py`` writes the new output into the pages, to be read in the
diff. A session that used ``...`` and no longer fits gets the whole output and wants its ``...`` back. The
rules in ``docs/reference/rules.md`` and on pages of their own are written likewise, from the catalogue that
`claimcheck rule` prints; keys and options in the reference, from the schema and the argument parser.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from claimcheck.files import schema
from claimcheck.files.loader import load_text
from claimcheck.judging.catalogue import catalogue
from claimcheck.judging.rules import RULES
from claimcheck.render.diff import diff_schema
from claimcheck.render.explanation.schema import explanation_schema
from claimcheck.render.json import report_schema
from claimcheck.render.text import diagnostic_text
from tests.reference import WRITTEN, subparsers, written

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    *(p for p in sorted((ROOT / "docs").rglob("*.md")) if "_build" not in p.parts),
]
UPDATE = os.environ.get("CLAIMCHECK_UPDATE_DOCS", "") not in ("", "0")
ELLIPSIS = "..."

RUN = {"console", "python"}
SHOWN = {"bibtex", "cff", "csv", "ebnf", "ini", "json", "output", "text", "toml", "yaml"}
"""Languages that are shown only. Anything else is refused, so that nothing looks runnable and is not run."""


# --- a page as blocks


@dataclass(frozen=True)
class Block:
    """One fence. ``first`` is the index of its first content line in the page, ``lines`` are unindented."""

    language: str
    options: frozenset[str]
    first: int
    lines: tuple[str, ...]
    indent: str = ""
    follows: bool = False
    """Whether nothing but blank lines stands between the block before and this one."""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)

    @property
    def file(self) -> str:
        return next((o.removeprefix("file=") for o in self.options if o.startswith("file=")), "")


FENCE = re.compile(r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^`]*)$")


def blocks(page: list[str]) -> Iterator[Block]:
    """The fences of a page, in order; MyST directives (``{name}``) are left out."""
    number, close = 0, -1
    while number < len(page):
        opening = FENCE.match(page[number])
        if not opening:
            number += 1
            continue
        indent, ticks = opening["indent"], opening["ticks"]
        end = number + 1
        while end < len(page) and not re.fullmatch(rf" *`{{{len(ticks)},}} *", page[end]):
            end += 1
        if end == len(page):
            raise ValueError(f"line {number + 1}: this fence is never closed")
        language, *options = opening["info"].split() or [""]
        if not language.startswith("{"):
            content = tuple(line.removeprefix(indent) for line in page[number + 1 : end])
            follows = close >= 0 and not "".join(page[close + 1 : number]).strip()
            yield Block(language, frozenset(options), number + 1, content, indent, follows)
        close = end
        number = end + 1


@dataclass(frozen=True)
class Command:
    """A command of a session and what it should print; ``first`` to ``last`` are the output's lines."""

    text: str
    expected: tuple[str, ...]
    first: int
    last: int


def session(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    number = 0
    while number < len(block.lines):
        if not block.lines[number].startswith("$ "):
            raise ValueError(f"line {block.first + number + 1}: a session starts with `$ command`")
        text = block.lines[number][2:]
        number += 1
        while text.endswith("\\") and number < len(block.lines):
            text += "\n" + block.lines[number].removeprefix("> ")
            number += 1
        begin = number
        while number < len(block.lines) and not block.lines[number].startswith("$ "):
            number += 1
        yield Command(text, block.lines[begin:number], block.first + begin, block.first + number)


# --- what is said against what is printed


def printed_lines(text: str) -> tuple[str, ...]:
    """Lines without trailing blanks; blank lines at the end do not count."""
    return tuple(line.rstrip() for line in text.rstrip().splitlines())


def mismatch(expected: tuple[str, ...], actual: tuple[str, ...]) -> str:
    """Empty where the output fits, else what differs, for a person. Only a whole line ``...`` is special."""
    expected = printed_lines("\n".join(expected))
    if ELLIPSIS not in (line.strip() for line in expected):
        if expected == actual:
            return ""
        diff = difflib.unified_diff(expected, actual, "the page says", "it printed", lineterm="", n=4)
        return "\n".join(diff)
    chunks: list[list[str]] = [[]]
    for line in expected:
        if line.strip() == ELLIPSIS:
            chunks.append([])
        else:
            chunks[-1].append(line)
    position = 0
    for index, chunk in enumerate(chunks):
        starts = range(position, len(actual) - len(chunk) + 1)
        if index == 0:  # from the first line of the output
            starts = starts[:1]
        elif index == len(chunks) - 1:  # to its last line
            starts = starts[-1:]
        start = next((s for s in starts if list(actual[s : s + len(chunk)]) == chunk), None)
        if start is None:
            where = "at the start" if index == 0 else "at the end" if index == len(chunks) - 1 else "in order"
            missing = "\n".join(f"- {line}" for line in chunk)
            whole = "\n".join(f"  {line}" for line in actual)
            return f"these lines do not stand {where} of the output:\n{missing}\nit printed:\n{whole}"
        position = start + len(chunk)
    return ""


# --- running a page


class Page:
    """Runs one page's blocks in order, and collects what differs, with the text that would mend it.

    A failure names the line of the fence or command whose output differs.
    """

    def __init__(self, path: Path, workdir: Path, env: dict[str, str]) -> None:
        self.path = path
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.workdir = workdir
        self.env = env
        self.names: dict[str, object] = {"__name__": "__main__"}
        self.failures: list[str] = []
        self.edits: list[tuple[int, int, list[str]]] = []

    def run(self) -> None:
        printed: tuple[str, ...] | None = None
        for block in blocks(self.lines):
            if block.language not in RUN | SHOWN:
                self.fail(block.first, f"use another language than {block.language!r}: it would not be run")
            elif block.language in ("output", "text") and block.follows and printed is not None:
                self.compare(block, block.lines, printed, block.first, block.first + len(block.lines))
                printed = None
                continue
            elif block.language == "output":
                self.fail(block.first, "an output fence belongs directly after a python fence")
            printed = None
            if block.file:
                (self.workdir / block.file).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                printed = self.python(block)
            elif block.language == "console" and "no-run" not in block.options:
                self.console(block)
            elif block.language == "yaml" and re.match(r"(#.*\n|\n)*claimcheck:", block.text):
                status, output = self.shell("claimcheck verify --exit-zero -", block.text)
                if status:
                    self.fail(
                        block.first, f"verify cannot read this claims file (status {status}):\n{output}"
                    )

    def python(self, block: Block) -> tuple[str, ...]:
        # Blank lines in front make a traceback point at the line of the page.
        code = compile("\n" * block.first + block.text, str(self.path), "exec")
        stream = io.StringIO()
        with contextlib.chdir(self.workdir), contextlib.redirect_stdout(stream):
            exec(code, self.names)
        return printed_lines(stream.getvalue())

    def console(self, block: Block) -> None:
        commands = list(session(block))
        status = 0
        for index, command in enumerate(commands):
            if command.text.strip() == "echo $?":
                output, status = str(status), 0
            else:
                status, output = self.shell(command.text)
            self.compare(block, command.expected, printed_lines(output), command.first, command.last)
            shown = index + 1 < len(commands) and commands[index + 1].text.strip() == "echo $?"
            if status and not shown:
                message = f"`{command.text}` ended with status {status}; show it with `$ echo $?`"
                self.fail(
                    command.last, message, [command.last, command.last, ["$ echo $?", str(status)]], block
                )

    def shell(self, command: str, stdin: str = "") -> tuple[int, str]:
        done = subprocess.run(
            command,
            check=False,
            shell=True,
            cwd=self.workdir,
            env=self.env,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
        return done.returncode, done.stdout

    def compare(
        self, block: Block, expected: tuple[str, ...], actual: tuple[str, ...], first: int, last: int
    ) -> None:
        difference = mismatch(expected, actual)
        if difference:
            self.fail(first, difference, [first, last, list(actual)], block)

    def fail(self, line: int, message: str, edit: list | None = None, block: Block | None = None) -> None:
        self.failures.append(f"{self.path.name}:{line}: {message}")
        if edit and block:
            start, end, text = edit
            self.edits.append((start, end, [(block.indent + t).rstrip() for t in text]))

    def mended(self) -> str:
        """The page with what was printed in place of what it said."""
        lines = list(self.lines)
        for start, end, text in reversed(self.edits):
            lines[start:end] = text
        return "\n".join(lines) + "\n"


@pytest.fixture
def shell_env(tmp_path: Path) -> dict[str, str]:
    """The environment of a session: `claimcheck` is this tree's, installed or not; no colour, no cache."""
    bin_dir = tmp_path / "bin"
    bin_dir.mkdir()
    script = bin_dir / "claimcheck"
    script.write_text(
        f"#!{sys.executable}\nimport sys\n\nfrom claimcheck.cli import main\n\nsys.exit(main())\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    path = [str(bin_dir), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    # An environment that was set up before the pytest plugin was declared does not load it by itself.
    declared = any(e.value == "claimcheck.pytest_plugin" for e in entry_points(group="pytest11"))
    return {
        **({} if declared else {"PYTEST_PLUGINS": "claimcheck.pytest_plugin"}),
        "PATH": os.pathsep.join(path),
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
    }


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    """Where a page's blocks run: a directory with a copy of claims/."""
    return lay_out(tmp_path / "page")


def lay_out(directory: Path) -> Path:
    directory.mkdir()
    if (ROOT / "claims").is_dir():
        shutil.copytree(ROOT / "claims", directory / "claims")
    return directory


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_page(path: Path, workdir: Path, shell_env: dict[str, str]) -> None:
    page = Page(path, workdir, shell_env)
    page.run()
    if UPDATE and page.edits:
        path.write_text(page.mended(), encoding="utf-8")
        page = Page(path, lay_out(workdir.with_name("again")), shell_env)
        page.run()
    if page.failures:
        pytest.fail("\n\n".join(page.failures), pytrace=False)


RULES_PAGE = ROOT / "docs" / "reference" / "rules.md"
RULES_MARK = "<!-- What follows is written by tests/test_docs.py. -->\n"
RULES_SECTIONS = {
    "CC0": "Reading a file",
    "CC1": "Structure",
    "CC20": "Values",
    "CC22": "Units",
    "CC24": "Formulas",
    "CC26": "Dimensions and dates",
    "CC3": "Findings: verdicts",
    "CC4": "Findings: lesser things",
}
"""Headings by the first code of a section."""


RULE_PAGES = ROOT / "docs" / "reference" / "rules"
RULE_MARKS = (
    "<!-- What follows, up to the next mark, is written by tests/test_docs.py. -->\n",
    "<!-- The end of what is written by tests/test_docs.py. -->\n",
)


def rule_text(code: str) -> str:
    """What `claimcheck rule CODE` prints below the name, as Markdown."""
    return str(catalogue()[code]).partition("\n")[2].strip().replace("::\n", ":\n")


def rules_text() -> str:
    """The beginning of what the command prints of every code, and where to read on."""
    lines, heading = [], ""
    for code, entry in catalogue().items():
        title = next(t for start, t in reversed(RULES_SECTIONS.items()) if code >= start)
        if title != heading:
            heading = title
            lines += [f"\n## {heading}"]
        if code in RULES:
            more = f"[Example, way out, a file that it finds and one that it leaves alone](rules/{code}.md)."
            text = rule_text(code).partition("\n\n")[0] + "\n\n" + more
        else:
            text = f"{rule_text(code)} [A file with it, and one without](rules/{code}.md)."
        lines += [f"\n### {code} {entry.name}\n", text]
    return "\n".join(lines) + "\n"


def test_the_rules_page_says_what_the_command_says() -> None:
    head, mark, listed = RULES_PAGE.read_text(encoding="utf-8").partition(RULES_MARK)
    assert mark
    if UPDATE and listed != rules_text():
        RULES_PAGE.write_text(head + mark + rules_text(), encoding="utf-8")
        listed = rules_text()
    assert listed == rules_text()


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_each_codes_own_page_says_what_the_command_says_and_shows_both_files(code: str) -> None:
    path = RULE_PAGES / f"{code}.md"
    text = path.read_text(encoding="utf-8")
    head, written, rest = re.split("|".join(map(re.escape, RULE_MARKS)), text)
    assert head == f"# {code} {catalogue()[code].name}\n\n"
    expected = f"\n{rule_text(code)}\n\n"
    if UPDATE and written != expected:
        path.write_text(head + RULE_MARKS[0] + expected + RULE_MARKS[1] + rest, encoding="utf-8")
        written = expected
    assert written == expected
    finds, leaves = re.split(r"## (?:One that|What) it leaves alone", rest)
    assert re.match(r"## (?:A file that|What) it finds", finds.lstrip())
    assert code in re.split("```(?:console|text|output)", finds, maxsplit=1)[1]
    assert code not in leaves


MISTAKE = re.compile(
    r"```yaml file=fails\.yaml\n(?P<file>.*?)^```\n\n```text\n(?P<told>.*?)^```", re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("code", sorted(set(catalogue()) - set(RULES)))
def test_a_mistakes_page_shows_what_is_printed(code: str) -> None:
    """Where the page has no session: those, as on any page, are run already."""
    path = RULE_PAGES / f"{code}.md"
    text = path.read_text(encoding="utf-8")
    shown = MISTAKE.search(text)
    if shown is None:
        assert re.search("^```(?:console|python)$", text, re.MULTILINE)
        return
    printed = "".join(f"{diagnostic_text(d)}\n" for d in load_text(shown["file"], "fails.yaml")[1])
    if UPDATE and shown["told"] != printed:
        path.write_text(text[: shown.start("told")] + printed + text[shown.end("told") :], encoding="utf-8")
    assert UPDATE or shown["told"] == printed


REFERENCE = [p for p in PAGES if WRITTEN.search(p.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("path", REFERENCE, ids=lambda p: p.name)
def test_the_reference_says_what_schema_and_parser_say(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    new = WRITTEN.sub(lambda m: m["open"] + written(m["what"], m["about"]) + m["close"], text)
    if UPDATE and text != new:
        path.write_text(new, encoding="utf-8")
        text = new
    assert text == new


def test_the_reference_is_complete() -> None:
    marks = [
        (m["what"], m["about"]) for p in REFERENCE for m in WRITTEN.finditer(p.read_text(encoding="utf-8"))
    ]
    models = {name for name in schema.__all__ if name.endswith(("Entry", "File"))}
    assert {about for what, about in marks if what == "keys"} == models
    commands = subparsers()
    with_options = {name for name, (_, parser) in commands.items() if len(parser._actions) > 1}
    assert {about for what, about in marks if what == "options"} == with_options
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")
    assert all(f"\n## `claimcheck {name}" in page for name in commands)


def property_names(schema: object) -> Iterator[str]:
    """The names of all properties anywhere in a JSON Schema."""
    if isinstance(schema, dict):
        declared = schema.get("properties")
        yield from declared if isinstance(declared, dict) else ()
    for below in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from property_names(below)


@pytest.mark.parametrize("make", [report_schema, diff_schema, explanation_schema], ids=lambda f: f.__name__)
def test_the_json_page_names_every_key_there_is(make: Callable[[], object]) -> None:
    page = (ROOT / "docs" / "reference" / "report-json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL)))
    assert set(property_names(make())) - named == set()


def test_only_readmes_two_commands_are_not_run() -> None:
    unrun = [
        (path.name, command.text)
        for path in PAGES
        for block in blocks(path.read_text(encoding="utf-8").splitlines())
        if "no-run" in block.options
        for command in session(block)
    ]
    assert [name for name, _ in unrun] == ["README.md", "README.md"]
    assert unrun[0][1].endswith("claimcheck verify claims/opt175b.yaml")
    assert unrun[1][1].endswith("python -m pytest -n auto")


# --- the runner itself: a page that is wrong must fail


def run_text(text: str, workdir: Path, env: dict[str, str]) -> Page:
    path = workdir / "page.md"
    path.write_text(text, encoding="utf-8")
    page = Page(path, workdir, env)
    page.run()
    return page


@pytest.mark.parametrize(
    ("expected", "fits"),
    [
        ("a\nb\nc", True),
        ("a\nb", False),
        ("a\n...\nc", True),
        ("...\nb\n...", True),
        ("a\nb\nc\n...", True),
        ("...", True),
        ("...\nc\nb\n...", False),
        ("b\n...", False),
        ("...\nb", False),
        ("a\n...\nb\n...\nb\n...\nc", False),
        ("...\na\n...\nc\n...\nc", False),
        ("a\n... \nc", True),
        ("a...\nc", False),
    ],
)
def test_ellipsis_lines(expected: str, fits: bool) -> None:
    assert (mismatch(tuple(expected.split("\n")), ("a", "b", "c")) == "") is fits


GOOD = """\
# A page

```text
free text
```

```yaml file=greeting.txt
hello
```

```python
x = 2
print("two\\n")
print(x)
```

```output
two

2
```

- a list

  ```console
  $ cat greeting.txt
  hello
  $ printf 'a\\nb\\nc\\n' && \\
  > exit 3
  a
  ...
  c
  $ echo $?
  3
  ```

```python
print(x + 1)
```
"""


def test_a_right_page_passes(workdir: Path, shell_env: dict[str, str]) -> None:
    assert run_text(GOOD, workdir, shell_env).failures == []


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ("\n2\n```", "\n3\n```", 17),
        ("  hello\n  $", "  good day\n  $", 26),
        ("  3\n", "  4\n", 33),
        ("  $ echo $?\n  3\n", "", 32),
        ("  c\n  $", "  d\n  $", 29),
    ],
)
def test_a_wrong_page_fails_and_is_mended(
    right: str, wrong: str, line: int, workdir: Path, shell_env: dict[str, str]
) -> None:
    text = GOOD.replace(right, wrong, 1)
    assert text != GOOD
    page = run_text(text, workdir, shell_env)
    assert [f.partition(": ")[0] for f in page.failures] == [f"page.md:{line}"]
    mended = page.mended()
    assert run_text(mended, workdir, shell_env).failures == []
    assert mended.replace("  b\n", "  ...\n") == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "```bash\nrm -rf important\n```\n",
        "```\n$ true\n```\n",
        "```output\nof nothing\n```\n",
        "```python\nprint(1)\n```\n\nwords between\n\n```output\n1\n```\n",
        "```yaml\nclaimcheck: 1\nno-such-key: 1\n```\n",
    ],
)
def test_what_would_go_unchecked_is_refused(text: str, workdir: Path, shell_env: dict[str, str]) -> None:
    assert len(run_text(text, workdir, shell_env).failures) == 1


def test_a_failing_python_block_names_the_line_of_the_page(workdir: Path, shell_env: dict[str, str]) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_text("# A page\n\n```python\nx = 1\nx / 0\n```\n", workdir, shell_env)
    assert caught.traceback[-1].lineno + 1 == 5


def test_an_unclosed_fence_is_refused(workdir: Path, shell_env: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="line 2: this fence is never closed"):
        run_text("a\n```python\nx = 1\n", workdir, shell_env)
