"""The report as HTML: a page of its own that loads nothing, and a fragment for notebooks.

The page may run one script, its own (a content security policy names its hash), and makes no request. Without
scripts everything is there but the choosing.
"""

from claimcheck.render.html.page import conflict_fragment, fragment, render

__all__ = ["conflict_fragment", "fragment", "render"]
