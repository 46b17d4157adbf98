"""What could not be read, as findings: the rest of the workbook goes on."""

from genba.errors import InvalidInput
from genba.model.finding import Finding, Severity
from genba.model.place import Place


def finding_of(error: InvalidInput, place: Place, severity: Severity = Severity.PROBLEM) -> Finding:
    """Turn an error about a part into a finding at the place that misses it."""
    details = {key: value if isinstance(value, int | float) else str(value) for key, value in error.details.items()}
    return Finding(code=error.code, severity=severity, place=place, details=details)
