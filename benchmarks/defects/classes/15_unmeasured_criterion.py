"""A success criterion that no check of the task measures."""

import re

from defects.project import Project

WORDS = (
    r"measure|nothing (checks|judges|proves)|no check|which check|unknown check|not (checked|measured)|names? (a|the) check|check.*(not|no)\b|is no check",
)
BOX = r"^([-*+] \[ \] (?:AC-\d+: )?)(.*) \(check: (\w+)\)$"


def nothing(project: Project) -> None:
    project.sub(project.a_task(), BOX, lambda found: f"{found[1]}{found[2]}")


def by_eye(project: Project) -> None:
    project.sub(
        project.a_task(),
        BOX,
        lambda found: f"{found[0]}\n{found[0].split(' ')[0]} [ ] The code is readable and well structured",
    )


def check_not_run(project: Project) -> None:
    task = project.a_task()
    kinds = set(re.findall(r"\(check: (\w+)\)", project.text(task)))
    other = next(kind for kind in ("dbt", "expectations", "job") if kind not in kinds)
    project.sub(task, BOX, lambda found: f"{found[1]}{found[2]} (check: {other})")


def check_taken_away(project: Project) -> None:
    task = project.a_task()
    kind = re.findall(r"\(check: (\w+)\)", project.text(task))[-1]
    left = [line for line in project.text(task).splitlines() if not re.match(rf"  - {kind}\b", line)]
    text = "\n".join(left) + "\n"
    project.write(task, text.replace("checks:\n---", "checks:\n  - command: make lint\n---"))


def no_such_kind(project: Project) -> None:
    project.sub(project.a_task(), BOX, lambda found: f"{found[1]}{found[2]} (check: manual)")


def left_open(project: Project) -> None:
    project.sub(project.a_task(), BOX, lambda found: f"{found[1]}{found[2]} (check: )")


def variants():
    return {
        "no check is named": nothing,
        "one more, by eye": by_eye,
        "a check that is not run": check_not_run,
        "its check was taken away": check_taken_away,
        "no such kind": no_such_kind,
        "left open": left_open,
        "by hand": lambda project: project.sub(project.a_task(), BOX, r"\1\2 (check: by hand)"),
        "in other words": lambda project: project.sub(project.a_task(), BOX, r"\1\2 (checked by the team)"),
    }
