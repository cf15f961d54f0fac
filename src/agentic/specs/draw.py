"""Structure and code -> a Mermaid flowchart."""

from __future__ import annotations

from collections.abc import Iterator

from agentic.specs.built import used
from agentic.values import Structure
from agentic.values.structure import Built


def flowchart(structure: Structure, built: Built) -> str:
    """Solid arrows: declared. Dashed and red: used by the code and not declared. Layers are boxes around their modules."""
    return "\n".join(("flowchart LR", *boxes(structure), *arrows(structure, built))) + "\n"


def boxes(structure: Structure) -> Iterator[str]:
    """Modules in their layers, in the order in which the file names them."""
    layers = dict.fromkeys(module.layer for module in structure.modules)
    for number, layer in enumerate(layers):
        indent = "    " if layer else "  "
        if layer:
            yield f'  subgraph layer{number}["{harmless(layer)}"]'
        for place, module in enumerate(structure.modules):
            if module.layer == layer:
                yield f'{indent}m{place}["{harmless(module.name)}"]'
        if layer:
            yield "  end"


def arrows(structure: Structure, built: Built) -> Iterator[str]:
    """From a module to what it stands on."""
    place = {module.name: f"m{number}" for number, module in enumerate(structure.modules)}
    declared = [(module.name, name) for module in structure.modules for name in module.depends_on if name in place]
    actual = [(name, of) for name, many in used(built.uses).items() for of in many]
    undeclared = sorted({pair for pair in actual if pair not in declared})
    yield from (f"  {place[one]} --> {place[other]}" for one, other in declared)
    yield from (f"  {place[one]} -. not declared .-> {place[other]}" for one, other in undeclared)
    if undeclared:
        numbers = ",".join(str(len(declared) + number) for number in range(len(undeclared)))
        yield f"  linkStyle {numbers} stroke:red,color:red"


def harmless(words: str) -> str:
    """No word of a person ends the label it stands in, or becomes a tag."""
    named = {'"': "#quot;", "<": "#lt;", ">": "#gt;", "#": "#35;", "`": "#96;"}
    return "".join(named.get(letter, letter) for letter in " ".join(words.split()))
