import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from claimcheck import __version__

project = "claimcheck"
author = "The claimcheck authors"
copyright = author
release = version = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nitpicky = True
exclude_patterns = ["_build"]
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_title = "claimcheck"
html_copy_source = False
html_show_sphinx = False
