"""A deliverable that would lie outside of the project, or where nothing may be generated."""

from defects.project import Project

WORDS = (
    r"outside",
    r"leads out",
    r"leaves the project",
    r"above the project",
    r"not (in|inside|under|below)",
    r"home",
    r"absolute",
)


def instead(project: Project, path: str) -> None:
    task = project.a_task()
    project.sub(task, r"^([-*+]) (?:src|tests|dbt|great-expectations)/\S+$", lambda found: f"{found[1]} {path}")


def variants():
    return {
        "next door": lambda project: instead(project, "../warehouse/src/orders.py"),
        "in and out again": lambda project: instead(project, "src/../../shared/orders.py"),
        "at home": lambda project: instead(project, "~/jobs/orders.py"),
        "among the specs": lambda project: instead(project, "agent-prompts/tasks/orders.py"),
        "a folder nobody knows": lambda project: instead(project, "tmp/orders.py"),
        "in backticks": lambda project: instead(project, "`../../etc/cron.d/orders.py`"),
    }
