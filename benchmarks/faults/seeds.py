"""Makes the seeds of the five projects: `python benchmarks/faults/seeds.py`; the same rows every time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

PROJECTS = Path(__file__).parent / "projects"
FIRST = date(2024, 1, 1)
GIVEN = ["Ada", "Ben", "Cleo", "Dirk", "Elif", "Femi", "Gert", "Hana", "Igor", "Jana", "Karl", "Lena", "Milo", "Nora", "Omar", "Pia"]
FAMILY = ["Adler", "Bosch", "Conti", "Dupont", "Eriks", "Fuchs", "Groot", "Hoek", "Ivers", "Janik", "Kowal", "Lind", "Moreau", "Nowak", "Otte", "Peeters"]


def main() -> None:
    shop(Random(11))
    subscriptions(Random(12))
    events(Random(13))
    ledger(Random(14))
    clinic(Random(15))


def write(path: str, header: str, rows: Iterable[Sequence[object]]) -> None:
    """One seed; the header is split at commas."""
    file = PROJECTS / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def day(offset: int) -> str:
    return (FIRST + timedelta(days=offset)).isoformat()


def shop(chance: Random) -> None:
    prices = {number: 300 + 175 * number for number in range(1, 26)}
    categories = ["kitchen", "garden", "office", "toys"]
    write(
        "shop/seeds/raw_customers.csv",
        "id,first_name,last_name,email,country,signed_up",
        (
            (n, GIVEN[n % 16], FAMILY[n * 5 % 16], f"{GIVEN[n % 16]}.{n}@example.com", ["DE", "FR", "NL", "PL"][n % 4], day(n))
            for n in range(1, 41)
        ),
    )
    write(
        "shop/seeds/raw_products.csv",
        "id,name,category,cost_cents",
        ((n, f"Article {n:02d}", categories[n % 4], prices[n] * 6 // 10) for n in prices),
    )
    orders, items, payments = [], [], []
    for number in range(1, 121):
        status = chance.choice(["placed", "paid", "shipped", "delivered", "delivered", "cancelled"])
        ordered = 40 + number * 2 + chance.randrange(2)
        orders.append((number, chance.randrange(1, 37), day(ordered), status, chance.choice(["web", "app", "store"])))
        bought = [(article, chance.randrange(1, 4)) for article in chance.sample(sorted(prices), chance.randrange(1, 4))]
        items += [(len(items) + n, number, article, many, prices[article]) for n, (article, many) in enumerate(bought, 1)]
        if status in ("paid", "shipped", "delivered"):
            total = sum(prices[article] * many for article, many in bought)
            parts = [total] if chance.random() < 0.8 else [total // 3, total - total // 3]
            for amount in parts:
                method = chance.choice(["card", "card", "transfer", "voucher"])
                payments.append((len(payments) + 1, number, method, amount, day(ordered + chance.randrange(4))))
    write("shop/seeds/raw_orders.csv", "id,customer,ordered_at,status,channel", orders)
    write("shop/seeds/raw_order_items.csv", "id,order_id,product_id,quantity,unit_price_cents", items)
    write("shop/seeds/raw_payments.csv", "id,order_id,method,amount_cents,paid_at", payments)


def subscriptions(chance: Random) -> None:
    plans = [
        (1, "Starter", "month", 19), (2, "Team", "month", 49), (3, "Business", "month", 99),
        (4, "Starter yearly", "year", 190), (5, "Team yearly", "year", 490), (6, "Business yearly", "year", 990),
    ]  # fmt: skip
    industries = ["retail", "health", "software", "energy"]
    write("subscriptions/seeds/plans.csv", "plan_id,plan_name,billing_interval,price", plans)
    accounts, changes, invoices = [], [], []
    for number in range(1, 41):
        begun = chance.randrange(300)
        accounts.append(
            (number, f"{FAMILY[number % 16]} {number}", industries[number % 4], ["DE", "FR", "US"][number % 3],
             f"{day(begun)} 09:00:00", f"{day(begun + 20)} 12:00:00")
        )  # fmt: skip
        if number % 10 == 0:
            continue
        at, steps = begun, ["started"] + ["changed"] * chance.randrange(3) + ["cancelled"] * (chance.random() < 0.3)
        plan = 1
        for step in steps:
            plan = plan if step == "cancelled" else chance.randrange(1, 7)
            changes.append((len(changes) + 1, number, plan, step, chance.randrange(1, 25), day(at)))
            at += chance.randrange(20, 80)
        for month in range(begun // 30, min(begun // 30 + 5, 12)):
            issued = month * 30 + 2 + number % 5
            status = chance.choice(["paid", "paid", "paid", "open", "overdue"])
            paid = day(issued + chance.randrange(1, 25)) if status == "paid" else ""
            invoices.append(
                (len(invoices) + 1, number, day(issued), day(issued + 14), paid, chance.randrange(20, 900) + 0.5, status)
            )
    write(
        "subscriptions/seeds/accounts.csv",
        "account_id,account_name,industry,country_code,created_at,updated_at",
        accounts,
    )
    write(
        "subscriptions/seeds/subscription_events.csv",
        "event_id,account_id,plan_id,event_type,seats,occurred_on",
        changes,
    )
    write(
        "subscriptions/seeds/invoices.csv",
        "invoice_id,account_id,issued_on,due_on,paid_on,amount,status",
        invoices,
    )


def events(chance: Random) -> None:
    kinds = ["page_view"] * 6 + ["add_to_cart"] * 2 + ["checkout", "purchase", "scroll"]
    campaigns = [(f"C{n:02d}", f"Campaign {n}", ["mail", "search", "social"][n % 3], 500 * n) for n in range(1, 9)]
    write("events/seeds/raw_campaigns.csv", "campaign_code,campaign_name,medium,budget", campaigns)
    write(
        "events/seeds/raw_users.csv",
        "user_id,device,region,registered_on",
        (
            (f"u{n:03d}", ["phone", "tablet", "desktop"][n % 3], ["north", "south", "west"][n // 2 % 3], day(n))
            for n in range(1, 36)
        ),
    )
    rows, at = [], datetime(2024, 3, 1, 8)
    for number in range(1, 281):
        at += timedelta(minutes=chance.choice([2, 3, 7, 11, 95, 240]), seconds=number % 50)
        user = f"u{chance.randrange(1, 12) * 3 - number % 3:03d}"
        campaign = chance.choice([*(row[0] for row in campaigns), "", "", "", ""])
        page = chance.choice(["/", "/offers", "/cart", "/help", "/article/7"])
        rows.append((number, user, chance.choice(kinds), page, campaign, at.isoformat(" ")))
    write("events/seeds/raw_events.csv", "event_id,user_id,event_type,page_path,campaign_code,occurred_at", rows)


ACCOUNTS = """1000,Assets,asset,|1100,Receivables,asset,1000|1200,Bank,asset,1000|1300,Equipment,asset,1000|
2000,Liabilities,liability,|2100,Payables,liability,2000|2200,Tax due,liability,2000|3000,Equity,equity,|
4000,Income,income,|4100,Services,income,4000|4200,Licences,income,4000|5000,Expenses,expense,|
5100,Wages,expense,5000|5200,Rent,expense,5000|5300,Travel,expense,5000|5400,Software,expense,5000"""


def ledger(chance: Random) -> None:
    accounts = [row.strip().split(",") for row in ACCOUNTS.split("|")]
    write("ledger/seeds/gl_accounts.csv", "account_code,account_name,account_type,parent_code", accounts)
    rates = [
        (currency, date(2024, month, 1).isoformat(), round(base + month / 200, 4))
        for currency, base in (("USD", 0.9), ("GBP", 1.15))
        for month in range(1, 13)
    ]
    write("ledger/seeds/fx_rates.csv", "currency,valid_month,rate", rates)
    entries, lines, statement = [], [], []
    for number in range(1, 91):
        currency, at = chance.choice(["EUR", "EUR", "USD", "GBP"]), number * 4
        entries.append((number, day(at), currency, f"DOC-{number:04d}", chance.choice(["ada", "ben", "cleo"])))
        debit, credit = chance.choice(
            [(1200, 4100), (1200, 4200), (1100, 4100), (5100, 1200), (5200, 1200), (5300, 2100), (5400, 2100), (1300, 1200)]
        )
        amount = chance.randrange(50, 5000) + chance.choice([0, 0.25, 0.5])
        lines.append((len(lines) + 1, number, debit, amount, ""))
        lines.append((len(lines) + 1, number, credit, "", amount))
        if 1200 in (debit, credit) and currency == "EUR":
            sign = 1 if debit == 1200 else -1
            booked = sign * amount + (1 if number % 9 == 0 else 0)
            statement.append((len(statement) + 1, day(at + 1), f"DOC-{number:04d}", booked))
    statement.append((len(statement) + 1, day(362), "DOC-9999", 12.5))
    write("ledger/seeds/journal_entries.csv", "entry_id,booked_on,currency,reference,posted_by", entries)
    write("ledger/seeds/journal_lines.csv", "line_id,entry_id,account_code,debit,credit", lines)
    write("ledger/seeds/bank_statement.csv", "statement_id,value_date,reference,amount", statement)


def clinic(chance: Random) -> None:
    chapters = [
        ("A", "Infections"), ("C", "Neoplasms"), ("E", "Metabolism"), ("F", "Mind"), ("I", "Circulation"),
        ("J", "Breathing"), ("K", "Digestion"), ("M", "Bones and muscles"), ("S", "Injuries"),
    ]  # fmt: skip
    codes = [(1, "Cardiology"), (2, "Surgery"), (3, "Paediatrics"), (4, "Neurology"), (5, "Emergency")]
    write("clinic/mappings/chapters.csv", "Letter,Chapter", chapters)
    write("clinic/mappings/specialty_codes.csv", "Specialty Code,Specialty", codes)
    write(
        "clinic/seeds/raw_staff.csv",
        "Staff ID,Name,Specialty Code",
        ((n, f"Dr {FAMILY[n]}", n % 5 + 1) for n in range(1, 15)),
    )
    write(
        "clinic/seeds/raw_patients.csv",
        "Patient ID,Sex,Birth Date,Postal Code",
        (
            (f"P{n:03d}", chance.choice("ffmmx"), f"{chance.randrange(1935, 2020)}-0{n % 9 + 1}-1{n % 9}", 10000 + 37 * n)
            for n in range(1, 51)
        ),
    )
    visits, diagnoses, free = [], [], dict.fromkeys(range(1, 51), 0)
    for number in range(1, 151):
        patient, kind = chance.randrange(1, 49), chance.choice(["inpatient", "outpatient", "emergency"])
        admitted = free[patient] + chance.randrange(1, 70)
        nights = chance.randrange(1, 9) if kind == "inpatient" else 0
        free[patient] = admitted + nights
        visits.append((number, f"P{patient:03d}", chance.randrange(1, 15), day(admitted), day(admitted + nights), kind))
        for rank in range(1, chance.randrange(2, 4)):
            letter = chance.choice([row[0] for row in chapters] + ["Z"])
            diagnoses.append((len(diagnoses) + 1, number, f"{letter}{chance.randrange(10, 99)}", rank))
    write("clinic/seeds/raw_visits.csv", "Visit ID,Patient ID,Staff ID,Admitted,Discharged,Kind", visits)
    write("clinic/seeds/raw_diagnoses.csv", "Diagnosis ID,Visit ID,Code,Rank", diagnoses)


if __name__ == "__main__":
    main()
