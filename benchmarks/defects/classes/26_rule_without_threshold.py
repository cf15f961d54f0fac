"""A data quality rule that does not say how many rows have to keep it."""

from defects.project import Project

WORDS = (r"threshold|per cent|%",)


def instead(project: Project, words: str) -> None:
    id_, _ = project.a_rule()
    project.sub_requirement(id_, r"(Rule: .*?),? threshold:? [\d.,]+ ?%$", rf"\1{words}", 1)


def a_new_one(project: Project) -> None:
    id_, path = project.a_rule()
    table, column = project.a_column()
    text = project.requirement_text(id_)
    pad = "" if text.startswith("#") else "  "
    project.put_requirement(id_, text.rstrip("\n") + f"\n{pad}- Rule: {table}.{column} unique\n\n")
    project.concern(path)


def variants():
    return {
        "taken away": lambda project: instead(project, ""),
        "no number": lambda project: instead(project, ", threshold"),
        "a word for a number": lambda project: instead(project, ", threshold high"),
        "more than all": lambda project: instead(project, ", threshold 995 %"),
        "a new one": a_new_one,
        "less than nothing": lambda project: instead(project, ", threshold -5 %"),
        "always": lambda project: instead(project, ", always"),
    }


def controls():
    def other_spellings(project: Project) -> None:
        id_, _ = project.a_rule()
        forms = iter(("threshold: 99.5 %", "threshold 100%", "Threshold 98 %"))
        project.sub_requirement(id_, r"threshold:? [\d.,]+ ?%$", lambda found: next(forms, found[0]))

    return {"other spellings": other_spellings}
