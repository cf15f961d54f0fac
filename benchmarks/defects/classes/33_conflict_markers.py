"""A half-merged file."""

from defects.project import PROMPTS, Project

WORDS = (r"conflict|merge",)
OURS, BASE, MIDDLE, THEIRS = "<" * 7, "|" * 7, "=" * 7, ">" * 7


def whole(project: Project) -> None:
    words = f"{OURS} HEAD\n- Loads run at 02:00.\n{MIDDLE}\n- Loads run at 03:00.\n{THEIRS} feature/earlier"
    project.add_to_section(project.a_task(), "specifications", words)


def with_base(project: Project) -> None:
    words = f"{OURS} ours\n- At 02:00.\n{BASE} base\n- At 01:00.\n{MIDDLE}\n- At 03:00.\n{THEIRS} theirs"
    project.add_to_section(project.a_task(), "constraints", words)


def in_front_matter(project: Project) -> None:
    task = project.a_task()
    project.set_key(task, "attempts", "2")
    project.swap(task, "attempts: 2\n", f"{OURS} HEAD\nattempts: 2\n{MIDDLE}\nattempts: 3\n{THEIRS} main\n")


def in_yaml(project: Project) -> None:
    project.add(
        f"{PROMPTS}/context/system_context.yaml", f"{OURS} HEAD\nteam: one\n{MIDDLE}\nteam: two\n{THEIRS} main\n"
    )


def end_forgotten(project: Project) -> None:
    project.add_to_section(project.a_task(), "specifications", f"- Loads run at 03:00.\n{THEIRS} feature/earlier")


def begin_forgotten(project: Project) -> None:
    project.add(f"{PROMPTS}/standards/development_patterns.md", f"\n{OURS} HEAD\n- Names are words.\n")


def without_names(project: Project) -> None:
    words = f"{OURS}\n- Loads run at 02:00.\n{MIDDLE}\n- Loads run at 03:00.\n{THEIRS}"
    project.add_to_section(project.a_task(), "specifications", words)


def variants():
    return {
        "in a task": whole,
        "with the base": with_base,
        "in front matter": in_front_matter,
        "in YAML": in_yaml,
        "only the end is left": end_forgotten,
        "only the beginning is left": begin_forgotten,
        "without names": without_names,
    }


def controls():
    def underlined(project: Project) -> None:
        project.add(project.facts.tasks[-1], f"\nA remark\n{MIDDLE}\n\n{MIDDLE}{MIDDLE}\n")

    return {"an underlined heading": underlined}
