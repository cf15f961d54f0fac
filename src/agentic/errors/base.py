"""One tree of errors: each class has a code, an exit status, and a hint that says what to do now."""

from __future__ import annotations


class AgenticError(Exception):
    """Something a person can mend. Shown as `error[CODE]: what / at / cause / fix`, never as a traceback."""

    code = "AGT900"
    exit_status = 1
    hint = "agentic explain AGT900"

    def __init__(
        self, message: str, *, path: str = "", line: int = 0, column: int = 0, cause: str = "", hint: str = "",
        instead: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.cause = cause
        self.fix = hint or self.hint
        self.instead = instead
        """What the line says, and what it was probably meant to say; None where nobody can tell."""

    @property
    def where(self) -> str:
        """`path:line:column`, as far as they are known."""
        places = [str(place) for place in (self.line, self.column) if place]
        return ":".join([self.path, *places]) if self.path else ""


def all_errors(base: type[AgenticError] = AgenticError) -> list[type[AgenticError]]:
    """The tree, flat."""
    return [base, *(found for child in base.__subclasses__() for found in all_errors(child))]
