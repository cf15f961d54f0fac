"""What several rules want to know of one library is found out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

from agentic.specs.library import Library

T = TypeVar("T")


class Once(Generic[T]):
    """A function of a library that remembers its last answer, as long as that very library lives."""

    def __init__(self, find: Callable[[Library], T]) -> None:
        self.find = find
        self.__doc__ = find.__doc__
        self.known: tuple[ref[Library], T] | None = None

    def __call__(self, library: Library) -> T:
        if self.known is None or self.known[0]() is not library:
            self.known = (ref(library), self.find(library))
        return self.known[1]
