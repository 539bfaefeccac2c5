"""Speed as the README tells it, and a sheet to look at: python -m benchmarks NAME"""

from __future__ import annotations

import sys
from importlib import import_module

BENCHMARKS = ("follow", "ingest", "latency", "render", "sheet")


def main(arguments: list[str]) -> int:
    """Run the benchmark that is named first with what follows."""
    if not arguments or arguments[0] not in BENCHMARKS:
        print(f"usage: python -m benchmarks {'|'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    benchmark = import_module(f"benchmarks.{arguments[0]}")  # alone: it may start processes
    return int(benchmark.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
