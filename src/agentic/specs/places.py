"""Where in a task spec something stands; asked only when there is something to say about it."""

from __future__ import annotations

from agentic.text import take_apart
from agentic.text.loader import Loader


def lines_of_list(text: str, key: str) -> tuple[int, ...]:
    """The line of each item of the list below `key` in the front matter; none where there is no such list."""
    import yaml

    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    tree = yaml.compose("\n".join(lines[1:end]), Loader=Loader)
    pairs = tree.value if isinstance(tree, yaml.MappingNode) else []
    found = next((node for name, node in pairs if name.value == key), None)
    # The file's own line is two more than YAML's, which begins with 0: `---` comes first.
    return tuple(item.start_mark.line + 2 for item in found.value) if isinstance(found, yaml.SequenceNode) else ()


def line_of_key(text: str, key: str) -> int:
    """The line of `key` in the front matter; 1 where it is not there."""
    return take_apart(text, "").front.lines.get(key, 1)


def line_of_item(text: str, key: str, index: int) -> int:
    """The line of one item of a list in the front matter; that of the key where the list has no such item."""
    lines = lines_of_list(text, key)
    return lines[index] if index < len(lines) else line_of_key(text, key)
