"""`python -m sync.vectors FILE…`: checks vector files; exit code 1 if anything failed or there was no case."""

import sys
from pathlib import Path

from sync.vectors import check_file


def main(paths: list[str]) -> int:
    results = [check_file(Path(path), print) for path in paths]
    passed = sum(result[0] for result in results)
    failed = sum(result[1] for result in results)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
