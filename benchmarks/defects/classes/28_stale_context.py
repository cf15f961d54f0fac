"""A context file that is older than what it describes."""

from defects.project import PROMPTS, Project, Unsuitable

WORDS = (r"updated|older|stale|later|newer|changed",)
STANDARDS = f"{PROMPTS}/standards/development_patterns.md"
SYSTEM = f"{PROMPTS}/context/system_context.yaml"
DATA = f"{PROMPTS}/context/data_context.md"


def by_its_own_words(project: Project) -> None:
    project.swap(SYSTEM, project_day(project), "updated: 2026-11-09")
    if "context/system_context.yaml" not in project.text(STANDARDS):
        project.swap(STANDARDS, "---\n", "---\nrelated_files: [context/system_context.yaml]\n")
    project.set_key(STANDARDS, "updated", "2026-10-12")


def project_day(project: Project) -> str:
    return next(line for line in project.text(SYSTEM).splitlines() if line.startswith("updated:"))


def two_documents(project: Project) -> None:
    path = f"{PROMPTS}/requirements/business_requirements.md"
    if "context/data_context.md" not in project.text(path).split("\n---")[0] or "updated:" not in project.text(DATA):
        raise Unsuitable("nothing to break")
    project.set_key(path, "updated", "2026-09-01")
    project.set_key(path, "created", "2026-08-03")
    project.set_key(DATA, "created", "2026-08-03")
    project.set_key(DATA, "updated", "2026-10-30")


def by_history(project: Project) -> None:
    project.add(SYSTEM, "  retries: exponential\n")
    project.commit("2026-11-04", "retries")
    project.concern(STANDARDS)


def code_went_on(project: Project) -> None:
    module = project.a_module()
    code = project.code_of(module)
    if not project.facts.has_git:
        raise Unsuitable("nothing to break")
    project.swap(DATA, "related_files:\n", f"related_files:\n  - {code}\n")
    project.set_key(DATA, "updated", "2026-10-13")
    project.commit("2026-10-13", "described")
    project.add(code, "\n\nLIMIT = 3\n")
    project.commit("2026-11-06", "a limit")


def not_yet_committed(project: Project) -> None:
    """The neighbour says that it is newer; whether it was committed does not matter."""
    if not project.facts.has_git:
        raise Unsuitable("nothing to break")
    path = f"{PROMPTS}/requirements/business_requirements.md"
    project.set_key(DATA, "updated", "2026-11-09")
    project.concern(path)


def variants():
    return {
        "by its own words": by_its_own_words,
        "two documents": two_documents,
        "by the history": by_history,
        "code went on": code_went_on,
        "not yet committed": not_yet_committed,
    }


def controls():
    def read_again(project: Project) -> None:
        if project.facts.style == "harbour":
            raise Unsuitable("made today")
        project.swap(SYSTEM, project_day(project), "updated: 2026-11-09")
        for path in project.facts.documents:
            project.set_key(path, "updated", "2026-11-09")
        if project.facts.modules:
            project.sub(project.structure, "^updated: .*$", "updated: 2026-11-09")
        if project.facts.has_git:
            project.commit("2026-11-09", "all were read again")

    return {"read again on the same day": read_again}
