"""The command line as people use it: exit statuses, files, the demo, the samples."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from tests.conftest import PLAN, ROOT, assay, rows
from tests.oracle import fen, read

BLOCK = """- name: own
  month: 2024-03
  payee: {role: salesperson, target: 10万元}
  orders:
    - {on: 03-05, list_price: 120000.01元, amount: 120000.01元}
"""


def test_help_names_every_command_and_so_do_both_readmes() -> None:
    ran = assay()
    assert ran.status == 0
    named = set(re.findall(r"^  ([a-z-]+) ", ran.out, re.MULTILINE))
    assert named >= {
        "demo",
        "sample",
        "run",
        "explain",
        "examples",
        "try",
        "check",
        "bench",
        "test",
    }
    for page in ("README.md", "README.zh.md"):
        told = set(re.findall(r"\./assay ([a-z-]+)", (ROOT / page).read_text(encoding="utf-8")))
        assert named - told <= {"manage", "screenshots"}, page  # of those who work on it


def test_an_unknown_command_says_which_is_near() -> None:
    ran = assay("exmples")
    assert (ran.status, "did you mean “examples”" in ran.err) == (2, True)


def test_the_launcher_works_from_elsewhere_and_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "a link"
    link.symlink_to(ROOT / "assay")
    done = subprocess.run(
        [str(link), "help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "成色" in done.stdout


def test_examples_and_check() -> None:
    assert assay("examples", PLAN).status == 0
    ran = assay("check", PLAN, "--json")
    assert ran.status == 1
    assert json.loads(ran.out)["publishable"] is False


def test_a_failing_example_ends_with_one(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        PLAN.read_text(encoding="utf-8").replace("{commission: 3220元,", "{commission: 3221元,")
    )
    ran = assay("examples", plan)
    assert ran.status == 1
    assert "expected 3,221.00元, found 3,220.00元" in ran.err


def test_try_works_out_a_block(tmp_path: Path) -> None:
    block = tmp_path / "block.yaml"
    block.write_text(BLOCK, encoding="utf-8")
    ran = assay("try", PLAN, "--example", block, "--json")
    assert ran.status == 0, ran.err
    data = json.loads(ran.out)
    assert data["lines"]["commission"] == "9000.00"
    assert data["values"]["over_target"] is True
    other = assay("try", PLAN, "--example", block, "--json", "--question", "target_is=base_quota")
    assert json.loads(other.out)["values"]["quota_target"] == "20000.00"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("role: salesperson", "role: seller", "salesperson"),
        ("03-05", "13-05", "no day"),
        ("amount", "amout", "amount"),
        ("10万元", "10万", "万"),
    ],
)
def test_a_bad_block_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    block = tmp_path / "block.yaml"
    block.write_text(BLOCK.replace(old, new), encoding="utf-8")
    ran = assay("try", PLAN, "--example", block)
    assert ran.status == 2
    assert "block.yaml:" in ran.err
    assert said in ran.err


def test_a_broken_plan_never_runs(tmp_path: Path, department: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(PLAN.read_text(encoding="utf-8").replace('"(8折, 9折)"', '"(8折, 9折]"'))
    ran = assay("run", plan, "--facts", department, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "plan.yaml:" in ran.err
    assert not (tmp_path / "out").exists()


def test_two_runs_are_equal_bytes_and_can_be_run_again_from_their_own_facts(
    tmp_path: Path, department: Path
) -> None:
    for name in ("a", "b"):
        assert assay("run", PLAN, "--facts", department, "--out", tmp_path / name).status == 0
    again = tmp_path / "again"
    assert (
        assay(
            "run", tmp_path / "a" / "plan.yaml", "--facts", tmp_path / "a" / "facts", "--out", again
        ).status
        == 0
    )
    for path in sorted((tmp_path / "a").rglob("*")):
        if path.is_file():
            assert (
                path.read_bytes()
                == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
            )
    for name in ("statements.csv", "credits.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (again / name).read_bytes()
    told = json.loads((tmp_path / "a" / "run.json").read_text(encoding="utf-8"))
    assert told["counts"]["credits"] == len(rows(tmp_path / "a" / "credits.csv"))
    assert told["counts"]["left_out"] > 0
    assert str(tmp_path) not in json.dumps(told)


def test_months_can_be_chosen(tmp_path: Path, department: Path) -> None:
    assay("run", PLAN, "--facts", department, "--out", tmp_path / "all")
    assay("run", PLAN, "--facts", department, "--out", tmp_path / "one", "--month", "2024-08")
    every = rows(tmp_path / "all" / "statements.csv")
    assert rows(tmp_path / "one" / "statements.csv") == [
        r for r in every if r["month"] == "2024-08"
    ]
    ran = assay("run", PLAN, "--facts", department, "--from", "2024-05", "--to", "2024-04")
    assert ran.status == 2


def test_credits_as_partitioned_parquet(tmp_path: Path, department: Path) -> None:
    ran = assay("run", PLAN, "--facts", department, "--out", tmp_path, "--credits", "parquet")
    assert ran.status == 0, ran.err
    assert (tmp_path / "credits" / "month=2024-08").is_dir()


def test_the_demo_does_the_main_job(tmp_path: Path) -> None:
    left = tmp_path / "demo" / "site"  # what a command of the site's, or a start cut short, leaves
    left.mkdir(parents=True)
    (left / "seal.key").write_text("x")
    ran = assay("demo", "--once", "--dir", tmp_path / "demo")
    assert ran.status == 0, ran.err
    for said in ("业务员", "销售提成:7,000.00元", "六.1.2", "statements.csv"):
        assert said in ran.out
    assert (tmp_path / "demo" / "run" / "credits.csv").is_file()


@pytest.mark.parametrize("held", ["mine.txt", "facts/people.csv", "site/assay.sqlite3"])
def test_the_demo_writes_over_nothing_of_others(tmp_path: Path, held: str) -> None:
    (tmp_path / held).parent.mkdir(exist_ok=True)
    (tmp_path / held).write_text("x")
    assert assay("demo", "--once", "--dir", tmp_path).status == 2


class TestTheSample:
    """Every case the department must contain, found in its files."""

    def test_the_same_every_time_and_never_over_other_files(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            assert assay("sample", "--seed", "1", tmp_path / name).status == 0
        for path in (tmp_path / "a").iterdir():
            assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
        assert assay("sample", "--seed", "1", tmp_path / "a").status == 2

    def test_people_and_size(self, department: Path) -> None:
        people = read(department, "people.csv")
        roles = {
            r: len({p["payee_id"] for p in people if p["role"] == r})
            for r in ("manager", "salesperson", "agent", "store")
        }
        assert roles == {"manager": 1, "salesperson": 9, "agent": 2, "store": 3}
        orders = read(department, "orders.csv")
        assert 2700 < len(orders) < 3300
        assert len({o["order_date"][:7] for o in orders}) == 24
        assert any(p["from"].endswith("-15") for p in people)

    def test_edges_of_orders(self, department: Path) -> None:
        orders = read(department, "orders.csv")
        for rate in (9, 8, 7, 6):
            for beside in (0, -1, 1):
                assert any(
                    fen(o["net_amount"]) * 10 == fen(o["list_amount"]) * rate + beside * 10
                    for o in orders
                )
        nets = {fen(o["net_amount"]) for o in orders}
        for step in (30_000_000, 50_000_000, 100_000_000):
            assert {step, step - 1} <= nets
        assert {"returned", "cancelled", "取消", "已退货"} <= {o["status"] for o in orders}
        assert 0 in nets
        assert any(fen(o["net_amount"]) > fen(o["list_amount"]) for o in orders)
        same_day = [o["order_id"] for o in orders if o["order_date"] == "2024-11-11"]
        assert {"9", "10"} <= set(same_day)

    def test_edges_of_months(self, department: Path) -> None:
        gone = ("returned", "cancelled", "取消", "已退货")
        sums: dict[tuple[str, str], list[int]] = {}
        for o in read(department, "orders.csv"):
            if (
                o["status"] in gone
                or o["returned"] in ("1", "是")
                or o["channel"] == "store"
                or not o["salesperson_id"]
            ):
                continue
            for who in (o["salesperson_id"], "KA"):
                total = sums.setdefault((who, o["order_date"][:7]), [0, 0])
                total[0] += fen(o["net_amount"])
                total[1] += fen(o["list_amount"])
        targets = {
            (t["payee_id"] or t["team"], t["month"]): fen(t["target"])
            for t in read(department, "targets.csv")
        }
        over = {k: sums[k][0] * 5 - t * 6 for k, t in targets.items() if t and k in sums}
        for people in (True, False):
            group = {k: v for k, v in over.items() if (k[0] != "KA") == people}
            assert 0 in group.values(), "exactly 120 %"
            assert 5 in group.values() or (
                not people and any(0 < v <= 5 for v in group.values())
            ), "one 分 over"
            level = [k for k, v in group.items() if v > 0 and sums[k][0] * 4 == sums[k][1] * 3]
            under = [k for k, v in group.items() if v > 0 and sums[k][0] * 4 < sums[k][1] * 3]
            assert level
            assert under
        assert any(
            Fraction(*sums[k]) < Fraction(3, 4) and sums[k][0] * 4 + 4 >= sums[k][1] * 3
            for k in over
        )
        sold = {k for k in sums if k[0].startswith("S")}
        assert sold - set(targets), "a month without target"
        assert 0 in targets.values()
        assert any(k[0] == "M01" for k in sums), "a manager who sells"

    def test_northwind_ships_and_maps(self, tmp_path: Path) -> None:
        assert assay("sample", "northwind", tmp_path / "nw").status == 0
        assert len(rows(tmp_path / "nw" / "orders.csv")) == 830
        people = rows(tmp_path / "nw" / "people.csv")
        assert [p["payee_id"] for p in people if p["role"] == "manager"] == ["2"]
        assert assay("sample", "northwind", tmp_path / "none", tmp_path / "x").status == 2

    def test_adventureworks_maps_its_targets(self, tmp_path: Path) -> None:
        source = tmp_path / "source"
        source.mkdir()
        shutil.copy(ROOT / "src" / "assay" / "samples" / "northwind" / "orders_norm.csv", source)
        (source / "monthly_targets.csv").write_text(
            "month,employee_id,employee_key,name,target_amount\n1997-01,1,277,B,500\n1997-01,1,272,S,400\n1997-01,1,5,X,300\n"
        )
        assert assay("sample", "adventureworks", source, tmp_path / "aw").status == 0
        targets = [
            (t["payee_id"], t["team"], t["target"]) for t in rows(tmp_path / "aw" / "targets.csv")
        ]
        assert targets == [("", "T1", "500"), ("5", "", "300")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_run_tells_what_is_wrong_with_a_plan_in_the_language_asked_for(
    tmp_path: Path, lang: str
) -> None:
    plan = tmp_path / "plan.yaml"
    rule = "{name: pay, for: rep, per: month, pay: 5}"
    plan.write_text(f"plan: p\neffective: 2024-01\nrules: [{rule}]\n", encoding="utf-8")
    (tmp_path / "facts").mkdir()
    ran = assay("run", plan, "--facts", tmp_path / "facts", "--out", tmp_path / "o", "--lang", lang)
    said = {"zh": "规则「pay」付的是纯数", "en": "the rule “pay” pays a bare number"}
    assert (ran.status, said[lang] in ran.err) == (2, True)
    for command in ("verify", "adjust"):
        assert "--lang" in assay(command, "--help").out
