"""German words with umlauts, in texts, file names and columns; both vocabularies mixed; requirements as bold list items."""

from __future__ import annotations

from pathlib import Path
from random import Random

from defects.project import Facts
from defects.write import (
    Job,
    Need,
    Part,
    Pen,
    as_item,
    code,
    dataset,
    long_task,
    patterns,
    put_tasks,
    sections,
    structure,
    system_context,
    told,
)

TABLE = "bronze.zaehlerstaende"
NEEDS = (
    Need(
        "BR-1",
        "Zählerstände sind vollständig",
        "Every Zählerstand of the Messstellenbetreiber must be in the lakehouse or in quarantine within 48 hours.",
        (
            "given die Lieferung eines Tages, when sie geladen ist, then Zeilen in Tabelle plus Quarantäne = Zeilen der Lieferung.",
        ),
        (f"{TABLE}.zaehler_id not_null, threshold 100 %",),
    ),
    Need(
        "BR-2",
        "Ersatzwerte sind erkennbar",
        "A value that was estimated (Ersatzwert) must be marked as such.",
        (
            "given ein Ersatzwert, when der Bericht erstellt wird, then steht `geschätzt` daneben.",
            "given ein nachgelieferter Messwert, when er geladen ist, then verschwindet der Ersatzwert.",
        ),
    ),
    Need(
        "TR-1",
        "Läufe sind wiederholbar",
        "A second run over the same Lieferung must change nothing.",
        ("given eine geladene Lieferung, when sie erneut geladen wird, then bleibt jeder Snapshot derselbe.",),
    ),
    Need(
        "DR-1",
        "Zählerstände fallen nicht",
        "A Zählerstand should never be lower than the one before, unless the Zähler was changed.",
        (),
        (f"{TABLE}.stand_kwh >= 0, threshold 99,9 %",),
    ),
)
COLUMNS = (
    ("zaehler_id", "string", "no", "Nummer des Zählers, 14-stellig"),
    ("abgelesen_am", "timestamp", "no", "Zeitpunkt der Ablesung, UTC"),
    ("stand_kwh", "double", "no", "Zählerstand in kWh (größer oder gleich 0)"),
    ("ist_ersatzwert", "boolean", "no", "geschätzt statt gemessen"),
    ("straße", "string", "yes", "Straße des Zählers; leer bei Zählern auf freiem Feld"),
)
JOBS = (
    Job(
        "erfassung/zählerstände",
        "Zählerstände eines Tages übernehmen",
        ("src/erfassung/zaehlerstaende.py", "tests/erfassung/test_zaehlerstaende.py"),
        (
            ("jede Zeile der Lieferung ist in der Tabelle oder in der Quarantäne", "job"),
            ("ein zweiter Lauf ändert nichts", "job"),
        ),
        (
            "Die Lieferung ist ISO-8859-1 und wird beim Lesen nach UTF-8 gewandelt: „ä“ bleibt „ä“.",
            "Trennzeichen `;`, Dezimalkomma.",
        ),
        ("Keine Zugangsdaten im Code; das Kennwort kommt aus `LAKE_PASSWORD`.",),
        serves=("BR-1", "TR-1"),
        checks=("python", "job: src/erfassung/zaehlerstaende.py"),
        context=("Schema: context/data_context.md", "Standards: standards/development_patterns.md"),
        id="ERF-1",
        done=True,
    ),
    Job(
        "prüfung/zählerstände",
        "Zählerstände prüfen, die fallen",
        ("great-expectations/expectations/bronze_zaehlerstaende.json",),
        (("ein fallender Stand ohne Zählerwechsel wird abgelehnt", "expectations"),),
        ("Zählerwechsel stehen in der Lieferung als Satzart 7.",),
        ("Höchstens eine Warnung je Zähler und Tag.",),
        serves=("DR-1",),
        after=("erfassung/zählerstände",),
        checks=("expectations: bronze_zaehlerstaende",),
        context=("Schema: context/data_context.md",),
        id="PRÜ-1",
    ),
    Job(
        "bericht/ersatzwerte",
        "Ersatzwerte je Straße zählen",
        ("src/bericht/ersatzwerte.py", "tests/bericht/test_ersatzwerte.py"),
        (
            ("Größe und Anteil stimmen mit einer Zählung von Hand überein", "pytest"),
            ("der Code lässt sich übersetzen", "python"),
        ),
        ("Nur Straßen mit mehr als 5 Zählern werden gezeigt (Datenschutz).",),
        ("Übrige Straßen stehen als „übrige“ in einer Zeile.",),
        serves=("BR-2",),
        after=("erfassung/zählerstände", "prüfung/zählerstände"),
        checks=("python", "pytest: tests/bericht/test_ersatzwerte.py"),
        context=("Schema: context/data_context.md", "Überblick: design/übersicht.md"),
        id="BER-1",
    ),
)
PARTS = (
    Part(
        "gemeinsam",
        "Was alle brauchen: Uhren, Pfade, Protokoll.",
        "shared",
        (),
        '{least: 1, most: 400, why: "kleine Helfer, von Hand geschrieben"}',
    ),
    Part(
        "erfassung",
        "Übernimmt jede Zeile einer Lieferung oder legt sie mit Grund in Quarantäne.",
        "ingestion",
        ("gemeinsam",),
    ),
    Part("bericht", "Zählt Ersatzwerte je Straße.", "serving", ("gemeinsam", "erfassung")),
)


def make(root: Path, dice: Random) -> Facts:
    """Ein Verteilnetz."""
    pen = Pen(root)
    body = {
        "Ziele": "Der Netzbetreiber möchte Zählerstände täglich und vollständig; bislang fehlen bis zu 3 % bis zum Monatsende.",
        "Anforderungen": "\n".join(
            told(NEEDS, kind, lambda need: as_item(need, bold=True)) for kind in ("BR", "TR", "DR")
        ),
        "Offene Fragen": "Q-1: Gilt ein Ersatzwert nach 30 Tagen als endgültig?\nA: Ja, laut Vertrag § 4 (Messwesen, 2026-09-02).",
    }
    related = ("context/data_context.md",)
    purpose = "Was der Netzbetreiber braucht, und woran man es erkennt"
    documents = [
        pen.page("requirements/business_requirements.md", "Anforderungen", purpose, related, sections(body)),
        pen.page(
            "context/data_context.md",
            "Datenkontext",
            "Zählerstände, Spalte für Spalte",
            (),
            sections(
                {
                    "Quellen": "- Täglich eine Datei, rund 210.000 Zeilen",
                    "Tabellen": dataset(TABLE, "Eine Zeile ist eine Ablesung.", COLUMNS),
                }
            ),
        ),
        pen.page(
            "design/übersicht.md",
            "Übersicht",
            "Wie alles zusammenhängt",
            (),
            "Lieferung → Erfassung → Prüfung → Bericht, mit Rückfragen an die Messstelle.",
        ),
        patterns(pen, "context/system_context.yaml"),
    ]
    system_context(pen, '"Verteilnetz Süd"')
    structure(pen, PARTS)
    pen.put("src/gemeinsam/uhr.py", code(dice, "Was alle brauchen", 90))
    pen.put(
        "src/erfassung/zaehlerstaende.py", code(dice, "Zählerstände übernehmen", 260, ["from gemeinsam import uhr"])
    )
    return Facts(
        "netz",
        **put_tasks(pen, JOBS, lambda job: long_task(job, colon=""), dice),
        requirements={need.id: "agent-prompts/requirements/business_requirements.md" for need in NEEDS},
        tables={TABLE: tuple(one[0] for one in COLUMNS)},
        documents=tuple(documents),
        modules=("gemeinsam", "erfassung"),
        language="German",
    )
