"""What `import geo_data` may load."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("ezdxf", "jinja2", "matplotlib", "networkx", "openpyxl", "xlsxwriter", "geo_data.write", "geo_data.maps")
"""Programs for drawings, print maps, graphs and workbooks: seconds and 60 MB that most runs have no use for."""


def test_import_loads_nothing_that_only_some_files_need() -> None:
    code = f"import sys, geo_data, geo_data.check; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
