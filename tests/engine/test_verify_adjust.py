"""verify finds any line that was touched; adjust equals paying everything again, but for its lines."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from assay.cli import main
from assay.engine import run as engine_run
from assay.facts.facts import Facts
from assay.facts.files import digest
from assay.plan.program import Program
from assay.plan.sql.query import Queries, compile_sql
from tests.conftest import ROOT, assay, rows, write_csv
from tests.engine.test_shapes_run import folder as shapes_folder

KEY_ACCOUNT = ROOT / "plans" / "key-account.yaml"
Row = dict[str, str]


def table(path: Path) -> tuple[list[str], list[Row]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        found = list(reader)
        return list(reader.fieldnames or ()), found


def save(path: Path, header: list[str], data: list[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(data)


def run(plan: Path, facts: Path, out: Path, *more: str) -> Path:
    ran = assay("run", plan, "--facts", facts, "--out", out, *more)
    assert ran.status == 0, ran.err
    return out


def by_line(*folders: Path) -> Counter[tuple[str, str, str, str]]:
    """分 by payee, role, month for which, and line, over runs and adjustments; noughts left out."""
    found: Counter[tuple[str, str, str, str]] = Counter()
    for path in folders:
        for row in rows(path / "statements.csv"):
            line = row["line"].removeprefix("adjustment:")
            month = row.get("for_month") or row["month"]
            amount = round(float(row["amount"]) * 100)
            found[(row["payee_id"], row["role"], month, line)] += amount
    return Counter({key: amount for key, amount in found.items() if amount})


@pytest.fixture(scope="session")
def sample(department: Path) -> Path:
    return department


MONTHS = ("--from", "2024-01", "--to", "2024-06")


@pytest.fixture(scope="module")
def paid(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(KEY_ACCOUNT, sample, tmp_path_factory.mktemp("paid") / "run", *MONTHS)


def test_a_run_verifies(paid: Path) -> None:
    ran = assay("verify", paid)
    assert ran.status == 0, ran.out + ran.err
    assert "all agree" in ran.out


def forge(path: Path, name: str, old: str, new: str) -> None:
    """Change a text in a file of a run and put every digest right again."""
    file = path / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    data = json.loads((path / "run.json").read_text(encoding="utf-8"))
    for listed in data["files"]:
        data["files"][listed] = digest(path / listed)
    text = json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    (path / "run.json").write_text(text, encoding="utf-8")


def test_an_amount_changed_with_every_digest_is_found(paid: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(paid, copy)
    row = next(
        r
        for r in rows(copy / "statements.csv")
        if r["line"] == "commission" and r["amount"] != "0.00"
    )
    text = ",".join(row.values())
    forge(copy, "statements.csv", text, text.replace(row["amount"], "99999.99"))
    ran = assay("verify", copy, "--json")
    assert ran.status == 1
    (found,) = json.loads(ran.out)["differences"]
    assert found["file"] == "statements.csv"
    assert found["key"] == f"{row['payee_id']} {row['role']} {row['month']} commission"
    assert found["found"] == "amount 99999.99"
    assert found["expected"] == f"amount {row['amount']}"


def test_a_credit_moved_between_orders_is_found(paid: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(paid, copy)
    row = next(
        r for r in rows(copy / "credits.csv")
        if r["line"] == "commission" and r["amount"] > "1" and "," not in r["band"]
    )  # fmt: skip
    text = ",".join(row.values())
    forge(copy, "credits.csv", text, text[: -len(row["amount"])] + "0.01")
    ran = assay("verify", copy)
    assert ran.status == 1
    assert (
        f"credits.csv: {row['payee_id']} {row['role']} {row['month']} commission {row['order_id']}"
        in ran.out
    )


def wider(text: str, header: str, cell: str) -> str:
    """A CSV with one more column in front of its last."""
    lines = text.removesuffix("\n").split("\n")
    parts = [line.rpartition(",") for line in lines]
    added = [
        f"{front},{header if not at else cell},{last}" for at, (front, _, last) in enumerate(parts)
    ]
    return "\n".join(added) + "\n"


@pytest.mark.parametrize("header", ["amount", "for_month"])
def test_a_column_that_no_run_writes_is_found(paid: Path, tmp_path: Path, header: str) -> None:
    """A second amount is what people read; for_month would be another month's pay to who adjusts."""
    copy = tmp_path / "copy"
    shutil.copytree(paid, copy)
    text = (copy / "statements.csv").read_text(encoding="utf-8")
    forge(copy, "statements.csv", text, wider(text, header, "2023-01"))
    ran = assay("verify", copy)
    assert ran.status == 1
    assert "statements.csv: columns" in ran.out
    forge(
        copy, "statements.csv", wider(text, header, "2023-01"), text.removesuffix("\n") + ",9.00\n"
    )
    ran = assay("verify", copy)
    assert ran.status == 1
    assert f"statements.csv: row {len(text.splitlines())}" in ran.out


@pytest.fixture(scope="module")
def parted(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with its credits as Parquet."""
    out = tmp_path_factory.mktemp("parted") / "run"
    return run(KEY_ACCOUNT, sample, out, *MONTHS, "--credits", "parquet")


def test_credits_in_parts_are_read_as_they_are_shown(
    paid: Path, parted: Path, tmp_path: Path
) -> None:
    assert assay("verify", parted).status == 0
    first = min(path.relative_to(parted) for path in parted.glob("credits/*/*/*.parquet"))

    def found(copy: Path, forged: Path, to: Path) -> str:
        shutil.copytree(parted, copy)
        (copy / to).parent.mkdir(exist_ok=True)
        shutil.move(copy / forged, copy / to)
        return assay("verify", copy).out

    bucket = first.parent.name
    other = (
        first.parent.with_name("bucket=1" if bucket != "bucket=1" else "bucket=2") / "moved.parquet"
    )
    assert f"{bucket.replace('=', ' ')}" in found(tmp_path / "moved", first, other)
    hidden = first.with_name("_" + first.name)
    assert f"{hidden.relative_to('credits')}: a file" in found(tmp_path / "hidden", first, hidden)
    # An honest credits.csv beside parts that are not.
    copy = tmp_path / "beside"
    shutil.copytree(parted, copy)
    (copy / first).unlink()
    shutil.copyfile(paid / "credits.csv", copy / "credits.csv")
    forge(copy, "plan.yaml", "plan:", "plan:")
    ran = assay("verify", copy)
    assert ran.status == 1
    assert "credits.csv: file: beside" in ran.out
    assert "credits: " in ran.out


def test_another_plan_in_the_folder_is_found(paid: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(paid, copy)
    forge(copy, "plan.yaml", "agent_rate: {is: 1%", "agent_rate: {is: 2%")
    ran = assay("verify", copy)
    assert ran.status == 1
    assert "plan.yaml: digest" in ran.out
    assert " agent: amount" in ran.out


def test_what_is_no_run_is_said(tmp_path: Path) -> None:
    ran = assay("verify", tmp_path)
    assert ran.status == 2
    assert "no run.json; name a folder that `./assay run --out` wrote" in ran.err


def change(facts: Path, seed: int) -> None:
    """Some orders come late, change, move to another month or owner, are returned or vanish."""
    chance = random.Random(seed)
    header, orders = table(facts / "orders.csv")
    early = [o for o in orders if "2024-01-01" <= o["order_date"] < "2024-07-01"]
    for order in chance.sample(early, 6):
        kind = chance.randrange(5)
        if kind == 0:
            order["net_amount"] = str(round(float(order["net_amount"]) * 0.9, 2))
        elif kind == 1:
            order["status"] = "cancelled"
        elif kind == 2:
            orders.remove(order)
        elif kind == 3:
            orders.append({**order, "order_id": f"late-{order['order_id']}"})
        else:
            order["order_date"] = order["order_date"][:5] + "06" + order["order_date"][7:8] + "15"
    save(facts / "orders.csv", header, orders)
    there = {order["order_id"] for order in orders}
    for name in ("collections.csv", "order_lines.csv"):
        header, below = table(facts / name)
        save(facts / name, header, [row for row in below if row["order_id"] in there])
    header, targets = table(facts / "targets.csv")
    for target in chance.sample([t for t in targets if t["month"] < "2024-07"], 2):
        target["target"] = str(chance.choice([1, 150000, 900000]))
    save(facts / "targets.csv", header, targets)


@pytest.mark.parametrize(("seed", "engine"), [(0, "duckdb"), (1, "reference"), (2, "duckdb")])
def test_adjusting_equals_paying_again(
    sample: Path, paid: Path, tmp_path: Path, seed: int, engine: str
) -> None:
    now = tmp_path / "now"
    shutil.copytree(sample, now)
    change(now, seed)
    adjusted = assay("adjust", paid, "--facts", now, "--out", tmp_path / "adj")
    assert adjusted.status == 0, adjusted.err
    again = run(KEY_ACCOUNT, now, tmp_path / "again", *MONTHS, "--engine", engine)
    assert by_line(paid, tmp_path / "adj") == by_line(again)
    lines = rows(tmp_path / "adj" / "statements.csv")
    assert lines
    assert all(r["month"] == "2024-07" and r["line"].startswith("adjustment:") for r in lines)
    assert all(r["for_month"] < "2024-07" and r["reason"] for r in lines)
    assert assay("verify", tmp_path / "adj").status == 0
    # Nothing is left to adjust, and the adjustments of adjustments add up too.
    twice = assay("adjust", tmp_path / "adj", "--facts", now, "--out", tmp_path / "none", "--json")
    assert (twice.status, json.loads(twice.out)) == (0, [])
    back = assay("adjust", tmp_path / "adj", "--facts", sample, "--out", tmp_path / "back")
    assert back.status == 0
    assert by_line(paid, tmp_path / "adj", tmp_path / "back") == by_line(paid)


def test_a_return_says_so_and_leaves_the_paid_month_alone(
    sample: Path, paid: Path, tmp_path: Path
) -> None:
    now = tmp_path / "now"
    shutil.copytree(sample, now)
    header, orders = table(now / "orders.csv")
    order = next(
        o for o in orders
        if o["order_date"].startswith("2024-03") and o["channel"] in ("", "direct") and float(o["net_amount"]) > 60000
        and o["status"] not in ("cancelled", "returned", "取消", "退货") and o["returned"] in ("", "0")
    )  # fmt: skip
    order["status"] = "returned"
    save(now / "orders.csv", header, orders)
    before = (paid / "statements.csv").read_bytes()
    ran = assay("adjust", paid, "--facts", now, "--out", tmp_path / "adj", "--month", "2024-08")
    assert ran.status == 0, ran.err
    assert (paid / "statements.csv").read_bytes() == before
    lines = rows(tmp_path / "adj" / "statements.csv")
    assert {r["month"] for r in lines} == {"2024-08"}
    assert {r["for_month"] for r in lines} == {"2024-03"}
    assert all(f"订单 {order['order_id']} 退货或取消" in r["reason"] for r in lines)
    assert all(r["title"].startswith("补扣 · ") or float(r["amount"]) > 0 for r in lines)
    credits = rows(tmp_path / "adj" / "credits.csv")
    assert order["order_id"] in {c["order_id"] for c in credits}
    kept_out = assay(
        "run", KEY_ACCOUNT, "--facts", sample, "--out", tmp_path / "left", *MONTHS,
        "--question", "late_return=leave_out",
    )  # fmt: skip
    assert kept_out.status == 0
    ran = assay("adjust", tmp_path / "left", "--facts", now, "--out", tmp_path / "none", "--json")
    assert (ran.status, json.loads(ran.out)) == (0, [])
    # Nor is it taken back with what changes later in the same month, of the same person.
    orders.append({**order, "order_id": "990001", "status": "completed"})
    save(now / "orders.csv", header, orders)
    ran = assay("adjust", tmp_path / "none", "--facts", now, "--out", tmp_path / "then")
    assert ran.status == 0, ran.err
    order["status"] = "completed"
    save(now / "orders.csv", header, orders)
    again = run(
        KEY_ACCOUNT, now, tmp_path / "again", *MONTHS, "--question", "late_return=leave_out"
    )
    folders = [tmp_path / name for name in ("left", "none", "then")]
    assert by_line(*folders) == by_line(again)
    for folder in folders:
        ran = assay("verify", folder)
        assert ran.status == 0, ran.out
    told = json.loads((tmp_path / "then" / "run.json").read_text(encoding="utf-8"))
    assert told["returned_late"] == [order["order_id"]]


def test_shapes_that_look_back_and_up_are_adjusted_too(tmp_path: Path) -> None:
    was, now = shapes_folder(_made(tmp_path / "was")), shapes_folder(_made(tmp_path / "now"))
    write_csv(
        now / "collections.csv", "order_id,date,amount",
        "1,2024-01-20,1000.01", "2,2024-02-07,2000",
    )  # fmt: skip
    write_csv(now / "payment.csv", "contract_id,on,amount", "C1,2024-01-15,100")
    write_csv(now / "targets.csv", "payee_id,month,target", "a,2024-01,900", "a,2024-02,4000")
    months = ("--from", "2024-01", "--to", "2024-03")
    paid = run(was / "plan.yaml", was, tmp_path / "paid", *months)
    again = run(now / "plan.yaml", now, tmp_path / "again", *months)
    ran = assay("adjust", paid, "--facts", now, "--out", tmp_path / "adj")
    assert ran.status == 0, ran.err
    assert by_line(paid, tmp_path / "adj") == by_line(again)
    assert assay("verify", paid).status == assay("verify", tmp_path / "adj").status == 0
    assert all(
        r["reason"].startswith("回款 1 2024-01-20 1000.01 新到; 回款 1 2024-03-02 500.00 撤销")
        for r in rows(tmp_path / "adj" / "statements.csv")
    )


def test_another_target_is_told_in_words(tmp_path: Path) -> None:
    was, now = shapes_folder(_made(tmp_path / "was")), shapes_folder(_made(tmp_path / "now"))
    write_csv(now / "targets.csv", "payee_id,month,target", "a,2024-01,1000.50", "a,2024-02,4000")
    run(was / "plan.yaml", was, tmp_path / "paid", "--month", "2024-01")
    ran = assay("adjust", tmp_path / "paid", "--facts", now, "--out", tmp_path / "adj")
    assert ran.status == 0, ran.err
    (line,) = rows(tmp_path / "adj" / "statements.csv")
    told = (line["line"], line["amount"], line["reason"])
    assert told == ("adjustment:true_up", "-5.00", "任务额 a 2024-01 任务额 400.00→1000.50")


def _made(path: Path) -> Path:
    path.mkdir()
    return path


def test_adjustments_go_into_a_later_month_and_another_folder(
    sample: Path, paid: Path, tmp_path: Path
) -> None:
    ran = assay("adjust", paid, "--facts", sample, "--out", tmp_path, "--month", "2024-06")
    assert ran.status == 2
    assert "2024-06 has been paid already; name a later month with --month" in ran.err
    ran = assay("adjust", paid, "--facts", sample, "--out", paid)
    assert ran.status == 2
    assert "--out names the run itself" in ran.err


def test_an_engine_that_pays_a_fen_too_much_is_found(
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its run is written whole, with digests and totals; verify asks no compiled query."""

    def broken(program: Program, numbered: bool = False) -> Queries:
        queries = compile_sql(program, numbered)
        one = "SELECT * REPLACE (amount + 1 AS amount) FROM"
        return replace(
            queries,
            credits=f"{one} ({queries.credits})",
            months=f"{one} ({queries.months})",
        )

    def unasked(facts: Facts, queries: Queries, months: range) -> None:
        raise AssertionError("a compiled query was asked")

    monkeypatch.setattr(engine_run, "compile_sql", broken)
    wrong = tmp_path / "run"
    words = ["--facts", str(sample), "--out", str(wrong), "--month", "2024-03"]
    assert main(["run", str(KEY_ACCOUNT), *words]) == 0
    capsys.readouterr()
    monkeypatch.setattr(engine_run, "compile_sql", compile_sql)
    monkeypatch.setattr(engine_run, "_fast", unasked)
    assert main(["verify", str(wrong), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["differences"]
    named = ("payee_id", "role", "month", "line")
    credits = {tuple(r[c] for c in (*named, "order_id")) for r in rows(wrong / "credits.csv")}
    lines = {tuple(r[c] for c in named) for r in rows(wrong / "statements.csv")}
    touched = {key for key in lines if key[3] in ("base_wage", "phone")} | {c[:4] for c in credits}
    assert credits
    for file, keys in (("credits.csv", credits), ("statements.csv", touched)):
        assert {d["key"] for d in found if d["file"] == file} == {" ".join(key) for key in keys}


GALLERY = ROOT / "plans" / "gallery"
DRAW = GALLERY / "45-recoverable-draw-six-months.yaml"
RECEIPTS = GALLERY / "19-receipt-based-two-level-override-attribution.yaml"


def draw(path: Path, commission: str) -> Path:
    """A folder of facts for the recoverable draw: two people, an order each."""
    path.mkdir()
    write_csv(path / "people.csv", "payee_id,role", "a,salesperson", "b,salesperson")
    write_csv(
        path / "orders.csv", "order_id,order_date,salesperson_id,list_amount,net_amount,commission",
        "1,2024-01-05,a,9000,9000,3000", f"2,2024-01-06,b,9000,9000,{commission}",
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the draw, and in `adj` what a raised commission adds to it."""
    place = tmp_path_factory.mktemp("drawn")
    run(DRAW, draw(place / "was", "2500"), place / "paid")
    ran = assay("adjust", place / "paid", "--facts", draw(place / "now", "2800"), "--out", place / "adj")  # fmt: skip
    assert ran.status == 0, ran.err
    return place


def test_a_reason_speaks_the_words_of_the_plan(drawn: Path, tmp_path: Path) -> None:
    (line,) = rows(drawn / "adj" / "statements.csv")
    assert (line["amount"], line["reason"]) == ("300.00", "订单 2 佣金 2500.00→2800.00")
    was, now = tmp_path / "was", tmp_path / "now"
    for place in (was, now):
        place.mkdir()
        write_csv(place / "people.csv", "payee_id,role", "rep,salesperson")
        write_csv(
            place / "orders.csv",
            "order_id,order_date,salesperson_id,list_amount,net_amount", "1,2024-03-01,rep,1,1",
        )  # fmt: skip
    header = "on,who,receipt,amount,fee,both_develop,snapshot_missing,void"
    old, new = "2024-03-05,rep,R1,3000,0,1,0,0", "2024-03-07,rep,R2,500.50,10,1,0,0"
    write_csv(was / "payment.csv", header, old)
    write_csv(now / "payment.csv", header, old, new)
    paid = run(RECEIPTS, was, tmp_path / "paid", "--month", "2024-03")
    assert assay("adjust", paid, "--facts", now, "--out", tmp_path / "adj").status == 0
    (line,) = rows(tmp_path / "adj" / "statements.csv")
    assert line["reason"] == "回款 2024-03-07 rep R2 500.50 10.00 新到"


def told(path: Path) -> set[tuple[str, str]]:
    """The file and the key of every difference that verify finds; the digests are right."""
    ran = assay("verify", path, "--json")
    found = {(d["file"], d["key"]) for d in json.loads(ran.out)["differences"]}
    assert ran.status == (1 if found else 0)
    return found


def test_what_had_been_paid_is_no_matter_of_trust(drawn: Path, tmp_path: Path) -> None:
    """A line raised with what was paid lowered for it, and a sum of its own, digests and all."""
    assert not told(drawn / "adj")
    copy = tmp_path / "copy"
    shutil.copytree(drawn / "adj", copy)
    forge(copy, "statements.csv", "300.00,2024-01", "1300.00,2024-01")
    for who, was, new in (("b", "2500.00", "1500.00"), ("a", "3000.00", "99999.00")):
        key = f"{who},salesperson,2024-01,commission"
        forge(copy, "paid.csv", f"{key},{was}", f"{key},{new}")
    forge(copy, "run.json", '"adjustments": "300.00"', '"adjustments": "777.77"')
    assert {
        ("paid.csv", "b salesperson 2024-01 commission"),
        ("paid.csv", "a salesperson 2024-01 commission"),
        ("run.json", "totals adjustments"),
    } <= told(copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("run.json", '"statement_lines": 4', '"statement_lines": 3', "counts statement_lines"),
        ("run.json", '"orders": 2', '"orders": 9', "counts orders"),
        ("run.json", '"effective": "2024-01"', '"effective": "2023-01"', "plan effective"),
        ("run.json", '"ran_on": "reference"', '"ran_on": "duckdb"', "engine rules 2 ran_on"),
        ("query.sql", "SELECT", "SELECT  ", "text"),
    ],
)
def test_what_a_run_says_of_itself_is_worked_out_too(
    drawn: Path, tmp_path: Path, name: str, old: str, new: str, found: str
) -> None:
    assert not told(drawn / "paid")
    copy = tmp_path / "copy"
    shutil.copytree(drawn / "paid", copy)
    forge(copy, name, old, new)
    assert told(copy) == {(name, found)}
