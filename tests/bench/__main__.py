"""`make bench`: runs every benchmark of this folder, or those named, one after the other."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> None:
    found = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))
    for name in sys.argv[1:] or found:
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
