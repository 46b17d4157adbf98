"""What can go wrong at the edge: a code that does not change, and the details its sentence needs."""


class EdgeError(Exception):
    """Something a person has to know about; `code` names it and `details` holds no samples and no keys."""

    def __init__(self, code: str, /, **details: object) -> None:
        """Keep the code apart from its wording, which `wording` has in two languages."""
        super().__init__(code)
        self.code = code
        self.details: dict[str, object] = details

    def __str__(self) -> str:
        """Show code and details for logs."""
        return f"{self.code}({', '.join(f'{name}={value!r}' for name, value in self.details.items())})"
