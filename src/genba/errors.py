"""What can go wrong, by what the caller can do about it; the code says what happened, in both languages by `i18n`."""


class GenbaError(Exception):
    """Something a person has to know about: a stable code `area.fact` and the details its sentence needs."""

    def __init__(self, code: str, /, **details: object) -> None:
        """Keep details free of personal data, secrets and file contents: they reach logs and reports."""
        super().__init__(code)
        self.code = code
        self.details: dict[str, object] = details

    def __reduce__(self) -> tuple[object, ...]:
        """Cross process borders with the details intact."""
        return (_rebuild, (type(self), self.code, self.details))

    def __str__(self) -> str:
        """Show code and details for logs, which are in English."""
        details = ", ".join(f"{name}={value!r}" for name, value in self.details.items())
        return f"{self.code}({details})"


def _rebuild(kind: type[GenbaError], code: str, details: dict[str, object]) -> GenbaError:
    return kind(code, **details)


class InvalidInput(GenbaError):
    """The input cannot be used as it is; the caller can give another."""


class NotFound(GenbaError):
    """What was asked for does not exist."""


class Conflict(GenbaError):
    """The request does not fit the present state; try again later or after a change."""


class Denied(GenbaError):
    """A rule about rights, identity or secrecy says no."""


class Unavailable(GenbaError):
    """A component or a resource is missing or out of reach; install it or wait."""
