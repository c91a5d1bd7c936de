"""Facts in: what is rejected with which reason and where, and what is accepted."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from assay.facts.reasons import reason_of
from assay.plan.sentences import told_in
from tests.conftest import PLAN, ROOT, assay, rows, write_csv

HEAD = "order_id,order_date,salesperson_id,customer_id,channel,agent_id,store_id,list_amount,net_amount,status,returned"
CHINESE = re.compile("[一-鿿]")
GOOD = "1,2024-03-04,s1,,direct,,,20000,18000,completed,0"


def folder(path: Path, *orders: str, head: str = HEAD) -> Path:
    """A folder of facts with one salesperson, manager, agent and store."""
    write_csv(
        path / "people.csv", "payee_id,name,role,team,from,to", "s1,甲,salesperson,T,2024-02,2024-10",
        "m1,乙,manager,T,,", "a1,丙,agent,,,", "y1,丁,store,,,",
    )  # fmt: skip
    write_csv(path / "targets.csv", "payee_id,team,month,target", "s1,,2024-03,10万")
    write_csv(path / "orders.csv", head, *orders)
    return path


def run(path: Path, *more: str) -> tuple[int, list[dict[str, str]], str]:
    """Run the plan; the status, rejected.csv, stderr."""
    out = path / "out"
    ran = assay("run", PLAN, "--facts", path, "--out", out, *more)
    rejected = rows(out / "rejected.csv") if (out / "rejected.csv").exists() else []
    assert "Traceback" not in ran.err
    return ran.status, rejected, ran.err


@pytest.mark.parametrize(
    ("bad", "column", "reason"),
    [
        ("2,2024-03-05,s1,,direct,,,0,100,,", "list_amount", "not above 0"),
        ("2,2024-03-05,s1,,direct,,,,100,,", "list_amount", "missing"),
        ("2,2024-03-05,s1,,direct,,,100,-1,,", "net_amount", "negative"),
        ("2,2024-03-05,s1,,direct,,,100,,,", "net_amount", "missing"),
        ("2,03/04/2018,s1,,direct,,,100,90,,", "order_date", "ambiguous"),
        ("2,2024-02-30,s1,,direct,,,100,90,,", "order_date", ""),
        ("2,2024-03-05,s9,,direct,,,100,90,,", "salesperson_id", "unknown payee"),
        ("2,2024-01-31,s1,,direct,,,100,90,,", "salesperson_id", "not active"),
        ("2,2024-11-01,s1,,direct,,,100,90,,", "salesperson_id", "not active"),
        ("2,2024-03-05,s1,,agent,,,100,90,,", "agent_id", "without agent_id"),
        ("2,2024-03-05,,,store,,,100,90,,", "store_id", "without store_id"),
        ("2,2024-03-05,s1,,post,,,100,90,,", "channel", "channel"),
        ("2,2024-03-05,s1,,direct,,,100000000000.01,90,,", "list_amount", "beyond"),
        ("2,2024-03-05,s1,,direct,,,NaN,90,,", "list_amount", "not an amount"),
        ("2,2024-03-05,s1,,direct,,,100.005,90,,", "list_amount", "two decimals"),
        ("2,2024-03-05,s1,,direct,,,100,90,,maybe", "returned", "write 1 or 0"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason(
    tmp_path: Path, bad: str, column: str, reason: str
) -> None:
    status, rejected, err = run(folder(tmp_path, GOOD, bad), "--lang", "en")
    assert status == 2
    assert [(r["row"], r["column"]) for r in rejected] == [("3", column)], rejected
    assert reason in rejected[0]["reason"]
    assert not CHINESE.search(rejected[0]["reason"].translate(dict.fromkeys(map(ord, "万分元"))))
    assert "orders.csv:3" in err
    status, (told,), said = run(tmp_path, "--skip-rejected")
    assert status == 0
    assert CHINESE.search(told["reason"]), "Chinese where nothing is said"
    assert not re.search("[a-z]{2,} [a-z]{2,}", told["reason"]), "and no half of the other language"
    assert told["reason"] in said


@pytest.mark.parametrize("module", ["money", "period"])
def test_every_fault_of_an_amount_or_a_day_is_known_in_chinese(module: str) -> None:
    """What the two rooms below facts say of a text that is none; what they ask of a caller is no fault of a file."""
    tree = ast.parse((ROOT / f"src/assay/{module}.py").read_text(encoding="utf-8"))
    raised = [
        n.exc for n in ast.walk(tree) if isinstance(n, ast.Raise) and isinstance(n.exc, ast.Call)
    ]
    said = [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        for call in raised
        for text in call.args
        for parts in [text.values if isinstance(text, ast.JoinedStr) else [text]]
    ]
    assert len(said) > 5
    for text in said:
        told = told_in(reason_of(ValueError(text)), "zh")
        assert CHINESE.search(told) or "rounded sum" in text, text


def test_an_id_seen_twice_rejects_all_its_rows(tmp_path: Path) -> None:
    status, rejected, _ = run(folder(tmp_path, GOOD, "7,2024-03-05,s1,,,,,9,9,,", GOOD))
    assert status == 2
    assert [r["row"] for r in rejected] == ["2", "4"]


def test_what_is_accepted(tmp_path: Path) -> None:
    """Net 0, net above list, returned and cancelled ones, every way to write dates and amounts."""
    orders = (
        '1,2026/3/5,s1,,直销,,,"1,234.50","¥1,234.5",,',
        "2,20240305,s1,,团购,,,12.3万,11万,open,",
        "3,45356,s1,,,,,100,0,,",
        "4,2024-03-05,s1,,代理,a1,,１００,120,shipped,",
        "5,2024-03-05,s1,,,,,100,90,取消,",
        "6,2024-03-05,s1,,,,,100,90,,是",
        "9,2024-03-05,zz,,agent,,,,,取消,",
        "7,2024-03-05,,,银楼,,y1,100,90,,",
        "8,2024-03-05,,,,,,100,90,,",
    )
    people = ("s1,甲,salesperson,T,,", "a1,丙,agent,,,", "y1,丁,store,,,")
    folder(tmp_path, *orders)
    write_csv(tmp_path / "people.csv", "编号,姓名,角色,团队,起,止", *people)
    status, rejected, err = run(tmp_path)
    assert (status, rejected) == (0, []), err
    found = rows(tmp_path / "out" / "credits.csv")
    assert {r["order_id"] for r in found} == {"1", "2", "3", "4", "7"}
    first = next(r for r in found if r["order_id"] == "2")
    assert (first["list_amount"], first["net_amount"], first["order_date"]) == (
        "123000.00",
        "110000.00",
        "2024-03-05",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_chinese_headers(tmp_path: Path, encoding: str) -> None:
    folder(tmp_path)
    head = "订单号,下单日期,业务员编号,客户编号,渠道,原价金额,成交金额,状态,退货,备注"
    text = f"{head}\n1,2024-03-04,s1,𠮷祥,直销,20000,18000,,,x\n"
    (tmp_path / "orders.csv").write_bytes(text.encode(encoding))
    status, rejected, err = run(tmp_path)
    assert (status, rejected) == (0, [])
    assert "备注" in err, "ignored columns are listed"


def test_xlsx_and_parquet_pay_the_same(tmp_path: Path) -> None:
    results = []
    for kind in ("csv", "xlsx", "parquet"):
        path = tmp_path / kind
        path.mkdir()
        folder(path, GOOD, "2,2024-03-09,s1,,,,,100000.10,85000.07,,")
        if kind == "xlsx":
            (path / "orders.csv").unlink()
            book = xlsxwriter.Workbook(path / "orders.xlsx")
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, HEAD.split(","))
            sheet.write_row(1, 0, [1, 45355, "s1", "", "direct", "", "", 20000.0, 18000, "", 0])
            sheet.write_row(
                2, 0, [2, "2024-03-09", "s1", "", "", "", "", 100000.10, 85000.07, "", ""]
            )
            book.close()
        if kind == "parquet":
            (path / "orders.csv").unlink()
            data = {
                "order_id": [1, 2], "order_date": ["2024-03-04", "2024-03-09"], "salesperson_id": ["s1", "s1"],
                "list_amount": [2_000_000, 10_000_010], "net_amount": [1_800_000, 8_500_007],
            }  # fmt: skip
            pq.write_table(pa.table(data), path / "orders.parquet")
        status, rejected, err = run(path)
        assert (status, rejected) == (0, []), err
        results.append((rows(path / "out" / "statements.csv"), rows(path / "out" / "credits.csv")))
    assert results[0] == results[1] == results[2]


def test_parquet_money_must_be_whole(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "orders.csv").unlink()
    data = {
        "order_id": ["1"],
        "order_date": ["2024-03-04"],
        "salesperson_id": ["s1"],
        "list_amount": [1.5],
        "net_amount": [1.0],
    }
    pq.write_table(pa.table(data), tmp_path / "orders.parquet")
    status, _, err = run(tmp_path)
    assert status == 2
    assert "int64" in err


def test_people_and_targets_are_checked(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    write_csv(
        tmp_path / "people.csv", "payee_id,name,role,team,from,to", "s1,甲,salesperson,T,,2024-05",
        "s1,甲,salesperson,T,2024-05,", "m1,乙,manager,T,,2024-03-10", "m2,丙,manager,T,2024-03-10,",
    )  # fmt: skip
    write_csv(
        tmp_path / "targets.csv", "payee_id,team,month,target", "s1,,2024-03,-5", "zz,,2024-03,5"
    )
    status, rejected, _ = run(tmp_path)
    assert status == 2
    found = {(r["file"], r["row"]) for r in rejected}
    assert {("people.csv", str(n)) for n in (2, 3, 4, 5)} <= found
    assert {("targets.csv", "2"), ("targets.csv", "3")} <= found


@pytest.mark.parametrize("head", ["order_id,order_date", "a,b\nc", ""])
def test_a_file_without_its_columns_is_refused(tmp_path: Path, head: str) -> None:
    status, _, err = run(folder(tmp_path, head=head))
    assert status == 2
    assert "orders.csv" in err


def test_a_reading_whose_facts_are_absent_is_refused_by_name(tmp_path: Path) -> None:
    folder(tmp_path, GOOD)
    for reading in (
        "agent_base=receipts",
        "month_of=delivery",
        "month_of=collection",
        "discount_of=line",
    ):
        status, _, err = run(tmp_path, "--question", reading)
        assert status == 2
        assert reading in err


def test_amounts_up_to_the_limit_pay_exactly(tmp_path: Path) -> None:
    """Beyond the whole-number types the reference computes the line, and run.json says so."""
    most = "100000000000.00"
    orders = [f"{n},2024-03-04,s1,,,,,{most},{most},," for n in range(1, 60)]
    status, _, err = run(folder(tmp_path, *orders))
    assert status == 0, err
    text = (tmp_path / "out" / "run.json").read_text(encoding="utf-8")
    assert "beyond the whole-number types" in text
    paid = {
        r["line"]: r["amount"]
        for r in rows(tmp_path / "out" / "statements.csv")
        if r["payee_id"] == "s1" and r["month"] == "2024-03"
    }
    assert paid["commission"] == f"{(59 * 10**11 - 20000) * 9 // 100}.00"


def test_the_order_of_rows_never_matters(tmp_path: Path) -> None:
    lines = [
        f"{n},2024-03-{4 + n % 3:02d},s1,,,,,{9000 + n}.37,{8000 + n * 3}.11,,"
        for n in range(1, 12)
    ]
    folder(tmp_path, *lines)
    assert run(tmp_path)[0] == 0
    first = (tmp_path / "out" / "credits.csv").read_bytes()
    folder(tmp_path, *reversed(lines))
    assert run(tmp_path)[0] == 0
    assert (tmp_path / "out" / "credits.csv").read_bytes() == first


def test_no_reason_of_the_house_says_both_languages_at_once() -> None:
    for path in (ROOT / "src/assay/facts").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search("[一-鿿] [a-z]{3,}", node.value), (path.name, node.value)
