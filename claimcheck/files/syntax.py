"""What the YAML parser's complaints mean, in the words of someone who writes a claims file."""

from __future__ import annotations

__all__ = ["explain"]

_QUOTE = "put text with YAML's own characters in quotes, such as '[38, 43] %' or '> 90'"


def explain(problem: str, context: str, character: str, opened: str, at_end: bool) -> tuple[str, str]:
    """Message and hint for the parser's problem and the context in which it arose.

    ``character`` stands at the problem; ``opened`` is the place where the context began, as text; ``at_end``
    tells that nothing but blanks follows.
    """
    if "cannot start any token" in problem:
        if character == "\t":
            return "a tab cannot indent", "indent with spaces"
        return f"no value can begin with {character!r}", _QUOTE
    if "mapping values are not allowed" in problem:
        return "a ':' where no key can stand", "put text with ': ' in quotes, or check the indentation"
    if "block scalar" in context:
        return "'>' and '|' begin a block of text here", _QUOTE
    if "quoted scalar" in context:
        if "end of stream" in problem or "document indicator" in problem:
            return (
                "the quote that opens here is never closed",
                "close it; double a ' that belongs to the text",
            )
        return (
            f"in quoted text: {problem}",
            "in double quotes a backslash begins an escape; single quotes keep it",
        )
    if "flow mapping" in context or "flow sequence" in context:
        bracket, closing = ("{", "}") if "mapping" in context else ("[", "]")
        if at_end:
            return f"the {bracket!r} that opens here is never closed", f"close it with {closing!r}"
        return f"expected ',' or {closing!r}: the {bracket!r} of {opened} is still open", _QUOTE
    if "flow node" in context:
        return "a bracket is opened and never filled", "close it"
    if "could not find expected ':'" in problem:
        return "a key without its ':'", "write `key: value`, and check the indentation"
    if "block collection" in context or "sequence entries are not allowed" in problem:
        return (
            "a list and a mapping are mixed here",
            f"check the indentation below {opened or 'the line above'}",
        )
    if "did not find expected key" in problem or "block mapping" in context:
        return (
            "expected a key here",
            f"check the indentation (the mapping begins in {opened}), and put text that goes on after a "
            "closing quote in one pair of quotes",
        )
    if "YAML document" in problem or "directive" in problem or "directive" in context:
        return f"a '%' line at the top: {problem}", "remove it"
    if "document start" in problem:
        return "the file goes on after its end", "remove what is left over here"
    return f"not YAML: {problem}" + (f", {context}" if context else ""), _QUOTE
