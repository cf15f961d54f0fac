"""A secret in a spec. (Those here are made up, and put together only when they are planted.)"""

from defects.project import PROMPTS, Project

WORDS = (r"secret|credential|password|key|token",)
AMAZON = "AKIA" + "Q3EGRWZ7XK5M2VTB"
GITHUB = "ghp" + "_" + "a8Kd02mQz7Lr5TnYw1XcVb9JhGf3EsPo4Ui6"
CLAUDE = "sk-" + "ant-api03-" + "Zx81kQ_pLm7RtVw2Yb9Nc4Hd6Jf0Gs3AeUo5Ti-XqWvBnMk"
SLACK = "xo" + "xb-" + "281945730162-5018372946150-" + "kLmNoPqRsTuVwXyZaBcDeFgH"
DATABASE = "postgresql://loader:" + "Winter-2026-tram!" + "@db.example.org:5432/lake"
BLOCK = (
    "-----BEGIN "
    + "RSA PRIVATE"
    + " KEY-----\nMIIEow"
    + "IBAAKCAQEAx7v1Zr9Qk2Lm5Tn8\n-----END "
    + "RSA PRIVATE"
    + " KEY-----"
)


def in_task(project: Project, words: str) -> None:
    project.add_to_section(project.a_task(), "specifications", words)


BEARER = "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
AZURE = "AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50u" + "SRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
JAVA = "jdbc:postgresql://db/lake?user=loader&pass" + "word=Xk29sLmQ77"


def variants():
    return {
        "Amazon": lambda project: in_task(project, f"- Read the bucket with {AMAZON}."),
        "GitHub, in a fence": lambda project: in_task(project, f"\n```bash\nexport GITHUB_TOKEN={GITHUB}\n```"),
        "Claude, in a configuration": lambda project: project.add(
            f"{PROMPTS}/context/system_context.yaml", f"claude:\n  api_key: {CLAUDE}\n"
        ),
        "a database address": lambda project: in_task(project, f"- Source: `{DATABASE}`"),
        "a password in words": lambda project: in_task(project, "- Log in as loader, password: " + "Winter-2026-tram!"),
        "Slack, in the standards": lambda project: project.add(
            f"{PROMPTS}/standards/development_patterns.md", f"\nNotices go out with `{SLACK}`.\n"
        ),
        "a private key": lambda project: in_task(project, f"\n```\n{BLOCK}\n```"),
        "a bearer": lambda project: in_task(project, f"- Call it with `Authorization: Bearer {BEARER}`."),
        "Azure": lambda project: in_task(project, f"- `DefaultEndpointsProtocol=https;AccountName=lake;{AZURE}`"),
        "in the address of a driver": lambda project: in_task(project, f"- Source: {JAVA}"),
    }


def controls():
    def names_of_secrets(project: Project) -> None:
        in_task(
            project,
            "- The password comes from `LAKE_PASSWORD`, the token from `${GITHUB_TOKEN}`; `api_key: !env CLAUDE_KEY` is as good.",
        )

    def digest(project: Project) -> None:
        in_task(
            project, "- The sample has sha256 `" + "3f1d9c0b" * 8 + "` and the id 7c9e6679-7425-40de-944b-e07fc1f90ae7."
        )

    return {"names of secrets": names_of_secrets, "a digest": digest}
