"""Empty one function after the other and see whether a test notices. Stand-alone: runs in the project's interpreter.

All rounds run in one process, so that a Java machine, once started, serves them all. Prints one line of JSON.
"""

import ast
import json
import os
import signal
import sys
from pathlib import Path

import pytest

SECONDS = 180
"""The longest that one round may take; a function whose absence makes the tests hang is noticed."""


def functions(tree):
    """Functions of the module and methods of its classes; those that are empty already prove nothing."""
    yield from inside(tree, "")


def inside(node, prefix):
    """Also below `if`, `try` and `with`, and in classes of classes; not functions inside functions."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{prefix}{inner.name}", inner
        elif isinstance(inner, ast.ClassDef):
            yield from inside(inner, f"{prefix}{inner.name}.")
        elif isinstance(inner, (ast.stmt, ast.ExceptHandler)):
            yield from inside(inner, prefix)


def is_worth_emptying(name, node):
    """Not what is empty already, not how a value prints itself."""
    last = name.rsplit(".", 1)[-1]
    if last.startswith("__") and last not in ("__init__", "__call__", "__enter__", "__exit__"):
        return False
    return not all(isinstance(line, ast.Pass) or says_nothing(line) for line in node.body)


def says_nothing(line):
    """A docstring, `...`, or `raise NotImplementedError`."""
    if isinstance(line, ast.Expr):
        return isinstance(line.value, ast.Constant)
    raised = getattr(line, "exc", None) if isinstance(line, ast.Raise) else None
    return getattr(raised, "id", getattr(getattr(raised, "func", None), "id", "")) == "NotImplementedError"


def emptied(text, wanted):
    """The module's code with the body of one function gone."""
    tree = ast.parse(text)
    node = dict(functions(tree))[wanted]
    node.body = [ast.Pass()]
    return ast.unparse(tree)


def forget(root):
    """Modules of the project are imported anew in each round."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name != "__main__" and Path(file).is_relative_to(root):
            del sys.modules[name]


def too_long(number, frame):
    """Ends a round as Ctrl-C would."""
    raise KeyboardInterrupt


def run_tests(tests, root):
    """pytest's exit code: 0 means that nobody noticed."""
    forget(root)
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS)
    try:
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]))
    except KeyboardInterrupt:
        return 2
    finally:
        signal.alarm(0)


def rounds(sources, tests, root):
    """One entry for each function."""
    for path in sources:
        file = root / path
        text = file.read_text(encoding="utf-8")
        for name, node in list(functions(ast.parse(text))):
            if not is_worth_emptying(name, node):
                continue
            try:
                file.write_text(emptied(text, name), encoding="utf-8")
                code = run_tests(tests, root)
            finally:
                file.write_text(text, encoding="utf-8")
            yield {"path": path, "line": node.lineno, "function": name, "noticed": code != 0, "exit": code}


def control(sources, tests, root):
    """The same code in other words: tests that fail now look at the text of the code, or at who runs them."""
    texts = {root / path: (root / path).read_text(encoding="utf-8") for path in sources}
    try:
        for file, text in texts.items():
            file.write_text(ast.unparse(ast.parse(text)), encoding="utf-8")
        return run_tests(tests, root)
    finally:
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")


def main():
    """Read the order from the command line, answer on the real stdout."""
    order = json.loads(sys.argv[1])
    root = Path.cwd().resolve()
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(root / "src"), str(root)]
    same = control(order["sources"], order["tests"], root)
    answer = list(rounds(order["sources"], order["tests"], root))
    sys.stdout.flush()
    os.write(1, ("\n" + json.dumps({"emptied": answer, "control": same}) + "\n").encode())
    # A session that a test left open would keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
