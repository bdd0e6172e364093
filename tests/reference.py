"""The parts of the reference that are written from the program: keys by the schema, options by the parser.

A page holds them between ``<!-- written by tests/test_docs.py: keys ClaimEntry -->`` and ``<!-- end -->``;
what stands behind the colon is the name of a function here and its argument.
"""

from __future__ import annotations

import argparse
import re

import yaml

from claimcheck import cli
from claimcheck.files import schema

__all__ = ["WRITTEN", "written"]

WRITTEN = re.compile(
    r"(?P<open><!-- written by tests/test_docs\.py: (?P<what>\w+) ?(?P<about>\w*) -->\n)"
    r"(?P<text>.*?)(?P<close><!-- end -->\n)",
    re.DOTALL,
)


def written(what: str, about: str) -> str:
    """The text for a mark. Raises KeyError for one that is not known."""
    lines = {"keys": keys, "options": options, "commands": commands}[what](about)
    return "\n" + "".join(f"{line}\n" for line in lines) + "\n"


def keys(model: str) -> list[str]:
    """A table of the keys of one model of the claims file: what each means, if it is needed, examples."""
    rows = ["| key | meaning | example |", "|---|---|---|"]
    for name, field in getattr(schema, model).model_fields.items():
        needed = " Required." if field.is_required() else ""
        examples = "<br>".join(f"`{in_yaml(example)}`" for example in field.examples)
        rows.append(f"| `{field.alias or name}` | {field.description}{needed} | {examples} |")
    return rows


def in_yaml(example: object) -> str:
    """As it is written in a file, on one line."""
    if isinstance(example, str):
        return example
    text = yaml.safe_dump(example, default_flow_style=True, width=10**6, allow_unicode=True, sort_keys=False)
    return text.replace("...\n", "").strip()


def subparsers() -> dict[str, tuple[str, argparse.ArgumentParser]]:
    """The commands with what `claimcheck --help` says of each, and their parsers."""
    (group,) = [a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction)]
    about = {action.dest: action.help for action in group._choices_actions}
    return {name: (about[name], parser) for name, parser in group.choices.items()}


def usage(name: str, parser: argparse.ArgumentParser) -> str:
    """The command with what it must be given."""
    given = []
    for action in parser._actions:
        if not action.option_strings:
            many = "..." if action.nargs == "+" else ""
            optional = action.nargs == "?"
            given.append(f"[{action.metavar}]" if optional else f"{action.metavar}{many}")
    return " ".join(["claimcheck", name, *given])


def commands(_: str) -> list[str]:
    """The list of commands."""
    rows = [(usage(name, parser), about) for name, (about, parser) in subparsers().items()]
    width = max(len(shown) for shown, _ in rows)
    return ["```text", *(f"{shown:{width}}  {about}" for shown, about in rows), "```"]


def options(command: str) -> list[str]:
    """A table of what a command takes."""
    rows = ["| option | meaning |", "|---|---|"]
    for action in subparsers()[command][1]._actions[1:]:
        value = action.metavar or ("" if action.nargs == 0 else "F" if action.dest == "format" else "ORDER")
        many = " ..." if action.nargs == "+" else ""
        names = [f"{name} {value}{many}".strip() for name in action.option_strings] or [
            f"{value}{many.strip()}"
        ]
        meaning = action.help % {"default": f"`{action.default}`"}
        if action.choices:
            meaning = f"{', '.join(f'`{c}`' for c in action.choices)}; {meaning}"
        rows.append(f"| {', '.join(f'`{n}`' for n in names)} | {meaning} |")
    return rows
