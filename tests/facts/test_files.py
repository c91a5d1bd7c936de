"""What the contract rejects and accepts, each through files."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.errors import UserError
from assay.facts.facts import Facts, read_facts, write_rejected
from assay.facts.schema import Wanted

HEAD = (
    "order_id,order_date,salesperson_id,customer_id,channel,agent_id,store_id,"
    "list_amount,net_amount,status,returned"
)
GOOD = "1,2024-03-05,p1,c1,direct,,,100.00,90.00,open,0"
PEOPLE = """payee_id,name,role,team,from,to
p1,𠮷田,salesperson,T,2024-01,2024-06
m1,䶮,manager,T,,
a1,礼品公司,代理商,,,
s1,银楼一,store,,,
"""
WANTED = Wanted(
    roles=(),
    holders={
        "salesperson_id": ("salesperson", "manager"),
        "agent_id": ("agent",),
        "store_id": ("store",),
    },
    extra={},
)


def read(folder: Path, *orders: str, **files: str) -> Facts:
    """Facts of a folder with these order rows and other files."""
    (folder / "orders.csv").write_text("\n".join([HEAD, *orders]) + "\n", encoding="utf-8")
    for name, text in {"people": PEOPLE, **files}.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_facts(folder, WANTED)


def rejected(facts: Facts) -> list[tuple[str, int, str]]:
    """Where something was rejected."""
    return [(found.file, found.row, found.column) for found in facts.rejected]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("2,2024-03-05,p1,c1,direct,,,,90.00,open,0", "list_amount"),
        ("2,2024-03-05,p1,c1,direct,,,0,90.00,open,0", "list_amount"),
        ("2,2024-03-05,p1,c1,direct,,,-1,90.00,open,0", "list_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,-0.01,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,NaN,90,open,0", "list_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,inf,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,1e5,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,--,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100,1.005,open,0", "net_amount"),
        ("2,2024-03-05,p1,c1,direct,,,100000000000.01,1,open,0", "list_amount"),
        ("2,03/04/2024,p1,c1,direct,,,100,90,open,0", "order_date"),
        ("2,2024-02-30,p1,c1,direct,,,100,90,open,0", "order_date"),
        ("2,,p1,c1,direct,,,100,90,open,0", "order_date"),
        (",2024-03-05,p1,c1,direct,,,100,90,open,0", "order_id"),
        ("2,2024-03-05,p9,c1,direct,,,100,90,open,0", "salesperson_id"),
        ("2,2023-12-31,p1,c1,direct,,,100,90,open,0", "salesperson_id"),
        ("2,2024-07-01,p1,c1,direct,,,100,90,open,0", "salesperson_id"),
        ("2,2024-03-05,p1,c1,agent,,,100,90,open,0", "agent_id"),
        ("2,2024-03-05,p1,c1,agent,p1,,100,90,open,0", "agent_id"),
        ("2,2024-03-05,,c1,store,,,100,90,open,0", "store_id"),
        ("2,2024-03-05,p1,c1,web,,,100,90,open,0", "channel"),
        ("2,2024-03-05,p1,c1,direct,,,100,90,open", ""),
        ("2,2024-03-05,p1,c1,direct,,,1,234.50,1,000.00,open,", ""),
    ],
)
def test_an_order_that_cannot_be_used_is_rejected(tmp_path: Path, row: str, column: str) -> None:
    facts = read(tmp_path, GOOD, row)
    assert ("orders.csv", 3, column) in rejected(facts)
    assert {found.row for found in facts.rejected} == {3}
    assert all(found.reason for found in facts.rejected)
    assert facts.number("SELECT count(*) FROM orders") == 1


@pytest.mark.parametrize(
    "row",
    [
        "2,2024-06-30,p1,c1,,,,100,0,open,0",
        "2,2024-01-01,p1,c1,团购,,,100,120,shipped,0",
        "2,20240305,m1,c1,银楼,,s1,1万,¥9999.5,open,否",
        "2,2024年3月5日,,c1,代理,a1,,１００,90,open,",
        '2,45356,p1,c1,direct,,,"1,234.50","1,000",open,0',
    ],
)
def test_an_order_that_can_be_used_is_kept(tmp_path: Path, row: str) -> None:
    facts = read(tmp_path, GOOD, row)
    assert rejected(facts) == []
    assert facts.number("SELECT count(*) FROM orders WHERE valid") == 2


@pytest.mark.parametrize(
    "tail", ["取消,0", "cancelled,", "退货,", "已退货,0", "open,1", "open,是", "x,true"]
)
def test_cancelled_and_returned_orders_are_left_out(tmp_path: Path, tail: str) -> None:
    facts = read(tmp_path, GOOD, f"2,2024-03-05,p1,c1,direct,,,100,90,{tail}")
    assert rejected(facts) == []
    assert facts.number("SELECT count(*) FROM orders WHERE valid") == 1
    assert facts.counts["left_out"] == 1


def test_an_id_seen_twice_rejects_all_its_rows(tmp_path: Path) -> None:
    facts = read(tmp_path, GOOD, GOOD, GOOD.replace("1,", "2,", 1))
    assert rejected(facts) == [("orders.csv", 2, "order_id"), ("orders.csv", 3, "order_id")]


@pytest.mark.parametrize(
    ("row", "others"),
    [
        ("p1,again,salesperson,T,2024-06,", {2, 6}),
        ("m2,two,manager,T,2024-05-01,2024-05-01", {3, 6}),
        ("x1,x,king,T,,", {6}),
        ("x1,x,agent,,2024-05,2024-04", {6}),
        ("x1,x,agent,,03/04/2024,", {6}),
    ],
)
def test_people_rejected(tmp_path: Path, row: str, others: set[int]) -> None:
    facts = read(tmp_path, people=PEOPLE + row + "\n")
    assert {found.row for found in facts.rejected if found.file == "people.csv"} == others


def test_rows_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    facts = read(tmp_path, people=PEOPLE + "p1,again,salesperson,U,2024-07-01,\n")
    assert rejected(facts) == []


def test_targets(tmp_path: Path) -> None:
    text = (
        "payee_id,team,month,target\np1,,2024-01,10\np1,,2024-02,0\np1,,2024-03,\n,T,2024-01-31,5\n"
        "p1,,2024-04,-1\np9,,2024-04,1\np1,T,2024-05,1\n,,2024-05,1\n"
        "p1,,2024-06,1\np1,,2024-06,2\np1,,2024-13,1\n"
    )
    facts = read(tmp_path, GOOD, targets=text)
    assert {found.row for found in facts.rejected} == {6, 7, 8, 9, 10, 11, 12}
    assert facts.connection.execute("SELECT * FROM targets ORDER BY amount").fetchall() == [
        (None, "T", 2024 * 12, 500),
        ("p1", None, 2024 * 12, 1000),
    ]


def test_ids_rank_by_number_then_by_code_point(tmp_path: Path) -> None:
    ids = ["9", "10", "HT-2", "HT-10", "010", "1" * 20, "a", "Z"]
    facts = read(tmp_path, *(GOOD.replace("1,", f"{name},", 1) for name in ids))
    ranked = facts.connection.execute("SELECT order_id FROM orders ORDER BY id_rank").fetchall()
    assert [name for (name,) in ranked] == ["9", "010", "10", "1" * 20, "HT-10", "HT-2", "Z", "a"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE.replace(",", delimiter), encoding=encoding)
    (tmp_path / "orders.csv").write_text(
        "订单号,下单日期,业务员编号,原价金额,成交金额\n\n1,2024/3/5,p1,100,90\n".replace(
            ",", delimiter
        ),
        encoding=encoding,
    )
    facts = read_facts(tmp_path, WANTED)
    assert rejected(facts) == []
    found = facts.connection.execute("SELECT row, order_id, net_amount, channel FROM orders")
    assert found.fetchall() == [(3, "1", 9000, "direct")]
    names = facts.connection.execute("SELECT name FROM holdings WHERE payee_id = 'p1'").fetchall()
    assert names == [("𠮷田",)]


def test_a_quote_left_open_never_swallows_rows(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"orders\.csv.*quote"):
        read(tmp_path, GOOD.replace("open", '"open'), GOOD.replace("1,", "2,", 1))


def test_two_files_no_column_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no people\.csv"):
        read_facts(tmp_path, WANTED)
    (tmp_path / "orders.csv").write_text("order_id,order_date,salesperson_id,list_amount\n")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    with pytest.raises(UserError, match=r"net_amount.*成交金额"):
        read_facts(tmp_path, WANTED)
    (tmp_path / "orders.xlsx").write_bytes(b"")
    with pytest.raises(UserError, match=r"orders\.csv and orders\.xlsx"):
        read_facts(tmp_path, WANTED)


def test_a_workbook_gives_exact_amounts_and_its_own_rows(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    book = xlsxwriter.Workbook(str(tmp_path / "orders.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["order_id", "order_date", "salesperson_id", "list_amount", "net_amount"])
    sheet.write_row(1, 0, [10248, 45356, "p1", 1234.56, 0.1 + 0.2])
    sheet.write_row(3, 0, ["x", "2024-03-05", "p1", 100, 1.005])
    book.close()
    facts = read_facts(tmp_path, WANTED)
    assert rejected(facts) == [("orders.xlsx", 4, "net_amount")]
    found = facts.connection.execute(
        "SELECT order_id, order_date::TEXT, list_amount, net_amount FROM orders"
    )
    assert found.fetchall() == [("10248", "2024-03-05", 123456, 30)]


@pytest.mark.parametrize("ids", [[1, 2, 3], ["1", "2", "3"]])
def test_parquet_in_a_folder_with_signs(tmp_path: Path, ids: list[object]) -> None:
    folder = tmp_path / "month=1 [a]*'?"
    folder.mkdir()
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    orders = {
        "order_id": ids,
        "order_date": ["2024-03-05", "2024-03-06", "2024-03-07"],
        "salesperson_id": ["p1", "", None],
        "channel": ["直销", "", None],
        "list_amount": [100, 200, 300],
        "net_amount": [90, -1, 0],
    }
    pq.write_table(pa.table(orders), folder / "orders.parquet")
    facts = read_facts(folder, WANTED)
    assert rejected(facts) == [("orders.parquet", 3, "net_amount")]
    found = facts.connection.execute(
        "SELECT order_id, salesperson_id, channel FROM orders ORDER BY row"
    )
    assert found.fetchall() == [("1", "p1", "direct"), ("3", None, "direct")]
    pq.write_table(pa.table(orders | {"net_amount": [0.9, 1.0, 0.0]}), folder / "orders.parquet")
    with pytest.raises(UserError, match=r"net_amount.*int64"):
        read_facts(folder, WANTED)


def test_rejected_csv(tmp_path: Path) -> None:
    facts = read(tmp_path, GOOD, GOOD.replace("90.00", "NaN").replace("1,", "2,", 1))
    write_rejected(tmp_path / "rejected.csv", facts.rejected)
    raw = (tmp_path / "rejected.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbffile,row,column,value,reason\norders.csv,3,net_amount,NaN,")
    assert b"\r" not in raw


def _survives(orders: bytes, ending: str = "csv") -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
        (folder / f"orders.{ending}").write_bytes(orders)
        try:
            read_facts(folder, WANTED)
        except UserError as error:
            assert "orders" in str(error)  # noqa: PT017


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["csv", "xlsx", "parquet"]))
def test_any_bytes_are_read_or_refused_in_words(orders: bytes, ending: str) -> None:
    _survives(orders, ending)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 400), st.binary(max_size=4), st.integers(0, 6))
def test_a_file_changed_anywhere_is_read_or_refused(at: int, put: bytes, cut: int) -> None:
    text = "\n".join([HEAD, *(GOOD.replace("1,", f"{n},", 1) for n in range(1, 8))]).encode()
    at = min(at, len(text))
    _survives(text[:at] + put + text[at + cut :])


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_parquet_file_is_read_or_refused(changes: list[tuple[int, int]]) -> None:
    sink = io.BytesIO()
    orders = {
        "order_id": [str(number) for number in range(9)],
        "order_date": ["2024-03-05"] * 9,
        "salesperson_id": ["p1"] * 9,
        "list_amount": [100] * 9,
        "net_amount": [90] * 9,
    }
    pq.write_table(pa.table(orders), sink)
    raw = bytearray(sink.getvalue())
    for at, byte in changes:
        raw[at % len(raw)] = byte
    _survives(bytes(raw), "parquet")
