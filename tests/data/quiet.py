"""A heart that tells nobody, for readers of files that are called without their program."""


class Quiet:
    """As `heart.Heart`."""

    rows = 0

    def follow(self, file: object) -> None:
        """Whatever is read."""
