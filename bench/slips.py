"""`bench slips`: the pay slips of a month as its job makes them: seconds, processor, memory, size.

A month of N statements with five lines each is written into a database of its own (SQLite), locked,
and the job is run once in a process of its own. Beside it: one slip alone, the first (which reads
the fonts) and the next.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHILD = """
import json, resource, sys, time
from datetime import date
from assay.site.boot import prepare
prepare()
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from assay.furniture import jobs
from assay.incentives.actions.slips import bundle_of, make_slips
from assay.incentives.models import Line, PayMonth, Run, Statement
from assay.incentives.slips import slip
from assay.people import actions as people
from assay.period import Month
count = int(sys.argv[1])
month = Month.parse("2026-03")
place = people.open_department(code="KA", name="大客户部", start=date(2022, 1, 1))
row = PayMonth.objects.create(month=month.index)
run = Run.objects.create(pay_month=row, version=1, who="bench", plan_name="key-account",
                         plan_digest="0" * 64, folder="x", digest="0" * 64, total=0, payees=count)
row.run, row.state = run, "locked"
row.save()
made = Statement.objects.bulk_create([
    Statement(run=run, code=f"S{n:04d}", name="欧阳云岭", role="salesperson", department=place,
              total=6_543_21 + n) for n in range(count)
])
titles = ("基本工资", "电话补助", "销售提成", "单笔奖励", "补发 · 销售提成")
Line.objects.bulk_create([
    Line(statement=one, place=at, line=f"l{at}", title=title, amount=1_234_56 + at)
    for one in made for at, title in enumerate(titles)
])
first = Statement.objects.select_related("run__pay_month", "department").first()
alone = []
for _ in range(2):
    start = time.perf_counter()
    slip(first, "成色珠宝有限公司")
    alone.append(time.perf_counter() - start)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
job = make_slips(month)
claimed = jobs.claim()
start, cpu = time.perf_counter(), time.process_time()
done = jobs.run(claimed)
print(json.dumps({
    "slips": count, "state": done.state, "wall": time.perf_counter() - start,
    "cpu": time.process_time() - cpu, "first": alone[0], "next": alone[1],
    "rss_before_mb": before / 1024,
    "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "zip_mb": bundle_of(done).stat().st_size / 1e6,
}))
"""


def main() -> None:
    """Print what was measured."""
    made = argparse.ArgumentParser(prog="assay bench slips")
    made.add_argument("--slips", type=int, default=1000)
    made.add_argument("--json", action="store_true")
    args = made.parse_args()
    with tempfile.TemporaryDirectory(prefix="assay-slips-") as folder:
        env = {**os.environ, "ASSAY_DATA": folder, "PYTHONPATH": str(ROOT / "src")}
        env.pop("DATABASE_URL", None)
        told = subprocess.run(
            [sys.executable, "-c", CHILD, str(args.slips)], env=env, check=True, capture_output=True, text=True
        ).stdout  # fmt: skip
    found = json.loads(told.splitlines()[-1])
    if args.json:
        print(json.dumps(found))
        return
    print(
        f"{found['slips']} slips: {found['cpu']:.1f} s CPU, {found['wall']:.1f} s by the clock,"
        f" {found['rss_mb']:.0f} MB at most ({found['rss_before_mb']:.0f} before),"
        f" zip {found['zip_mb']:.1f} MB; one alone {found['first']:.2f} s, then {found['next']:.3f} s"
    )


if __name__ == "__main__":
    main()
