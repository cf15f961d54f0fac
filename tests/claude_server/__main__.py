"""`python -m claude_server --script NAME --port N`: the scripted Claude for demos and benchmarks."""

from __future__ import annotations

import argparse

from claude_server.scripts import SCRIPTS
from claude_server.server import KEY, Server


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m claude_server", description=__doc__)
    parser.add_argument("--script", choices=sorted(SCRIPTS), default="hello")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    server = Server(SCRIPTS[chosen.script], port=chosen.port)
    print(f"ANTHROPIC_BASE_URL={server.url} ANTHROPIC_API_KEY={KEY}", flush=True)
    try:
        server.serve()
    except KeyboardInterrupt:
        print(f"{len(server.requests)} requests", flush=True)


if __name__ == "__main__":
    main()
