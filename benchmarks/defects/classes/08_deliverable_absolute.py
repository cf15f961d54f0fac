"""A deliverable that is named from the top of somebody's disk."""

from defects.project import Project

WORDS = (
    r"absolute",
    r"outside",
    r"from the (top|root of the disk)",
    r"drive",
    r"begins with",
    r"relative",
    r"backslash",
)


def instead(project: Project, path: str) -> None:
    task = project.a_task()
    project.sub(task, r"^([-*+]) (?:src|tests|dbt|great-expectations)/\S+$", lambda found: f"{found[1]} {path}")


def variants():
    return {
        "Unix": lambda project: instead(project, "/opt/jobs/orders.py"),
        "Windows": lambda project: instead(project, "C:\\jobs\\src\\orders.py"),
        "Windows, with slashes": lambda project: instead(project, "D:/jobs/src/orders.py"),
        "a share": lambda project: instead(project, "\\\\server\\share\\orders.py"),
        "a file address": lambda project: instead(project, "file:///opt/jobs/orders.py"),
        "in backticks, with words": lambda project: instead(project, "`/srv/etl/orders.py`: the job itself"),
    }
