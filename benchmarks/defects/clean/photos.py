"""Only tasks, as in seed 003, without any phases: no requirements, no design, no data context; both vocabularies, hardly any front matter."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import PROMPTS, Facts
from defects.write import Job, Pen, long_task, put_tasks, short_task

JOBS = (
    Job(
        "archive/read",
        "Read the date of each photo",
        ("src/archive/read.py", "tests/archive/test_read.py"),
        (("a photo without a date gets that of its folder", "pytest"), ("the code compiles and lints", "python")),
        (
            "Dates are in EXIF tag 36867, else in the name of the folder (`<year>/<month>/`).",
            "A photo from the future is a photo with a wrong clock.",
        ),
        checks=("python", "pytest: tests/archive/test_read.py"),
        done=True,
    ),
    Job(
        "archive/index",
        "An index of all photos",
        ("src/archive/index.py", "tests/archive/test_index.py", "docs/index.md"),
        (("two photos with the same bytes are one", "pytest"), ("`photos[x]` finds a photo by its digest", "pytest")),
        ("Digest: sha256 over the pixels, as `" + "9f86d081884c7d659a2feaa0c55ad015" * 2 + "` for an empty one.",),
        after=("archive/read",),
        checks=("pytest: tests/archive/test_index.py",),
        context=("Example: examples/exif.py",),
    ),
    Job(
        "show/page",
        "A page for each year",
        ("src/show/page.py", "tests/show/test_page.py"),
        (("a year without photos has no page", "pytest"),),
        (
            "Plain HTML: `<ul>`, `<li>`, <br> for line ends, and no script.",
            "See <https://example.org/html> for what is allowed.",
        ),
        why="People want to look at a year at once.",
        after=("archive/index",),
        checks=("python", "pytest: tests/show/test_page.py"),
    ),
)


def make(root: Path, dice: Random) -> Facts:
    """A folder of photos, and three wishes."""
    pen = Pen(root)
    pen.put(
        f"{PROMPTS}/standards/development_patterns.md",
        "# How we write code\n\n- Small functions, plain names.\n- A test for each.\n",
    )
    pen.put(f"{PROMPTS}/examples/exif.py", 'TAG = 36867\n"""When a photo was taken."""\n')
    last = JOBS[-1]
    facts = put_tasks(pen, JOBS[:-1], lambda job: long_task(job, numbered=False), dice)
    pen.put(last.file, short_task(last))
    return Facts("photos", tasks=(*facts["tasks"], last.file), done=facts["done"])
