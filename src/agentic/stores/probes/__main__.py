"""Objects and files. Stand-alone: runs in the project's interpreter, started with -I.

Its order is JSON on stdin, its answer one JSON object in the last line of stdout, progress goes to stderr. The order holds
credentials, so it is never on a disk or in the list of processes.
"""

import contextlib
import ctypes
import json
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))


def main():
    """Read the order, carry it out, answer."""
    die_with_parent()
    order = json.loads(sys.stdin.read())
    try:
        import obstore  # noqa: F401
    except ImportError as error:
        return answer({"fault": {"kind": "not installed", "message": "obstore is not installed for the project's Python", "cause": str(error), "hint": ""}})  # fmt: skip
    from store_faults import Fault, fault_of

    try:
        return answer(DO[order["do"]](order))
    except Fault as error:
        said = {"kind": error.kind, "message": error.message, "cause": error.cause, "hint": error.hint}
    except OSError as error:
        known = fault_of(error, order["place"]["where"])
        said = {"kind": known.kind if known else "disk", "message": str(error), "cause": "", "hint": ""}
    return answer({"fault": said})


def answer(body):
    """The last line."""
    print(json.dumps(body, ensure_ascii=False), flush=True)
    return 0


def tell(words):
    """Progress."""
    print(words, file=sys.stderr, flush=True)


def objects(order):
    """Everything in the container."""
    from remote import MANIFEST, Remote

    found, hidden = Remote(order["place"]).listing()
    found.pop(MANIFEST, None)
    return {"objects": [{"path": name, **one} for name, one in sorted(found.items())], "hidden": hidden}


def status(order):
    """What differs."""
    from compare import Sides
    from local import Memory
    from move import Transfer, pool_of
    from remote import Remote
    from store_faults import Stopped

    memory = Memory(order["memory"])
    with pool_of(order) as pool:
        sides = Sides(order, Remote(order["place"]), memory, pool, tell)
        if order["read"]:
            transfer = Transfer(sides, order, tell)
            for name in [name for name, state in sides.states().items() if state == "unknown"]:
                with contextlib.suppress(Stopped):
                    transfer.read(name)
    states = sides.states()
    sides.agree()
    memory.save()
    return told(sides, states) | {
        "files": [row(sides, name, state) for name, state in states.items() if state != "same"]
    }


def row(sides, name, state):
    """One name of the status."""
    return {
        "path": name, "state": state, "here": sides.files[name][0] if name in sides.files else None,
        "there": sides.objects[name]["size"] if name in sides.objects else None,
    }  # fmt: skip


def told(sides, states):
    """What an answer says of both sides as a whole."""
    counts = {}
    for state in states.values():
        counts[state] = counts.get(state, 0) + 1
    notes = [f"{name} {reason}" for name, reason in sides.aside[:20]]
    if len(sides.aside) > 20:
        notes.append(f"{len(sides.aside) - 20} more were left aside")
    if sides.hidden:
        notes.append(f"{sides.hidden} objects whose names begin with a dot are left aside")
    return {"counts": counts, "notes": notes, "asked": sides.heads}


def transfer(order):
    """There or back."""
    from compare import wanted
    from local import Memory, alone
    from move import Transfer, planned, pool_of
    from remembered import sides_of
    from remote import Remote

    direction, memory = order["do"], Memory(order["memory"])
    remote = Remote(order["place"])
    with contextlib.ExitStack() as held_open:
        if not order["dry_run"]:
            held_open.enter_context(alone(f"{order['memory']}.lock"))
            stopped = guard(order, held_open)
            if stopped:
                return stopped
        pool = held_open.enter_context(pool_of(order))
        sides = sides_of(order, remote, memory, pool, tell)
        states = sides.states()
        if sides.listed:  # Else little was learned by now, and the memory is as large as the store.
            memory.save()
        work = Transfer(sides, order, tell)
        names = wanted(states, direction, order["force"])
        if order["dry_run"]:
            return told_of(sides, states, order) | {"files": planned(names, sides, work, direction)}
        rows, fault = work.run(names, work.send if direction == "upload" else work.fetch, pool)
        sides.agree()
        memory.owed |= direction == "upload" and bool(sides.heads or any(one["did"] == "sent" for one in rows))
        memory.save()
        if fault:
            raise fault
        if direction == "upload" and sides.listed and memory.owed:
            remote.keep(memory.there)
            memory.owed = False
        memory.save()
        return told_of(sides, states, order) | {"files": rows}


def told_of(sides, states, order):
    """The same, and how the other side was looked at."""
    said = told(sides, states)
    return said | {"listed": sides.listed, "notes": [*said["notes"], *looked(sides, order)]}


def looked(sides, order):
    """What a quick upload could not see, or why it was none."""
    where = order["place"]["where"]
    if not sides.listed:
        return [
            f"{where} was not listed: what others changed, added or deleted there is seen only for files that changed here"
        ]
    return [f"{where} was listed: nothing is remembered of it yet"] if order.get("quick") else []


def guard(order, held_open):
    """A database file moves only while nobody has it open; else the answer says who has."""
    from local import held
    from store_faults import Stopped

    if not order["only"]:
        return None
    path = Path(order["folder"], order["only"])
    try:
        held_open.enter_context(held(path, to_write=order["do"] == "download"))
    except Stopped as error:
        file = {"path": order["only"], "state": "unknown", "did": "failed", "bytes": 0, "code": error.code,
                "message": error.message, "fix": error.fix}  # fmt: skip
        return {"counts": {}, "notes": [], "asked": 0, "listed": True, "files": [file]}
    return None


def die_with_parent():
    """Where the system can: a transfer whose runner was killed shall not go on in secret."""
    try:
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
    except (OSError, AttributeError):
        return


DO = {"objects": objects, "status": status, "upload": transfer, "download": transfer}

if __name__ == "__main__":
    os.environ.setdefault("RUST_BACKTRACE", "0")
    sys.exit(main())
