"""Run every check, or those named as arguments; exit status 1 when one finds an error."""

import sys
from pathlib import Path

from checks import CHECKS
from checks.project import Project


def main(names: list[str]) -> int:
    """Print each problem as `path:line: text` and tell whether all is well."""
    project = Project(Path(__file__).resolve().parents[1])
    errors = 0
    for name in names or list(CHECKS):
        for problem in CHECKS[name](project):
            print(f"{problem} [{name}]")
            errors += not problem.warning
    print(f"checks: {errors} errors in {len(project.python)} Python files")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
