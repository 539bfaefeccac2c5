"""What the README says about speed, measured here: python -m benchmarks render|latency"""

from __future__ import annotations

import sys

from benchmarks import latency, render

BENCHMARKS = {"latency": latency.main, "render": render.main}


def main(arguments: list[str]) -> int:
    """Run the benchmark that is named first with what follows."""
    if not arguments or arguments[0] not in BENCHMARKS:
        print(f"usage: python -m benchmarks {'|'.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    return BENCHMARKS[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
