"""The sheet of specimens, /looks: every token and component with what to do and what not to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assay.engine.effect import Rate
from assay.furniture.drawn import Step, clock
from assay.furniture.history import Told
from assay.furniture.templatetags.figures import fold, in_words, money, percent, wan
from assay.incentives.queries.drawing import strip
from assay.incentives.queries.rows import OrderRow, Said
from assay.people.gate import needs
from assay.sales.ruler import ruler

OVER = Fraction(6, 5)
ELAPSED = Fraction(733, 1000)


@dataclass(frozen=True)
class Part:
    """A component: its name in the templates, its title, what it is for, one thing to do, one not.

    tall: shown over the whole width, the two grounds one under the other.
    """

    name: str
    title: Any
    say: Any
    do: Any
    dont: Any
    tall: bool = False


PARTS = (
    Part(
        "figure", gettext_lazy("数字"), gettext_lazy("数字就是装饰，怎么算的写在下一行。"),
        gettext_lazy("大、等宽、右对齐；一页只有一个最大的。"), gettext_lazy("加图标、加底色、加趋势箭头。"),
    ),
    Part(
        "chip", gettext_lazy("条款章"), gettext_lazy("打在它担保的数字或句子旁，点开是条款。"),
        gettext_lazy("只打在定钱的地方；还没有定的用虚线的存疑章。"), gettext_lazy("一行打两个以上，或按状态上色。"),
    ),
    Part(
        "term", gettext_lazy("词"), gettext_lazy("标签上的词点开是词汇里的一条，中文和英文。"),
        gettext_lazy("用作标签时就能点开。"), gettext_lazy("在句子里到处加点线。"),
    ),
    Part(
        "ruler", gettext_lazy("折扣尺"), gettext_lazy("各档付多少，门槛在哪里，这一单在哪里。"),
        gettext_lazy("提成率直接写在档上；● 含，○ 不含。"), gettext_lazy("用图例、饼图或仪表盘。"), tall=True,
    ),
    Part(
        "waterfall", gettext_lazy("分步"), gettext_lazy("一步一行：名称、算式、条、金额、条款。"),
        gettext_lazy("还没有拿到的用虚线，写明可得多少。"), gettext_lazy("竖着画，把标签转过来。"), tall=True,
    ),
    Part(
        "thermometer", gettext_lazy("任务条"), gettext_lazy("细线是今天，粗线过了就加点。"),
        gettext_lazy("板上用万，数字直接写在条下。"), gettext_lazy("条不从零开始；同一列用两个尺度。"), tall=True,
    ),
    Part(
        "strip", gettext_lazy("色条"),
        gettext_lazy("一个月的业绩按提成率分成几段；一张提成单的开头用它，看钱出在哪一档。"),
        gettext_lazy("不计提的在最前，率高的在前，率写在段下。"),
        gettext_lazy("用来比两个人；段上只有颜色没有字。"), tall=True,
    ),
    Part(
        "clock", gettext_lazy("时限"), gettext_lazy("灰是时间，过了限是红，并写明已超时。"),
        gettext_lazy("写还剩或已超多少小时。"), gettext_lazy("只用颜色说话。"), tall=True,
    ),
    Part(
        "timeline", gettext_lazy("经过"), gettext_lazy("空心是联系，金是钱，红是麻烦。"),
        gettext_lazy("日期在左，金额在右，最近的在最上。"), gettext_lazy("给每一种事配一个图标或头像。"),
    ),
    Part(
        "log", gettext_lazy("记一笔"), gettext_lazy("两格一行记一次往来；见过、打过电话当场就记的地方用它。"),
        gettext_lazy("说了什么和下一步写在同一句里，日期自己认出来。"), gettext_lazy("换一页、弹一个窗，或多要一格。"),
    ),
    Part(
        "history", gettext_lazy("记录"), gettext_lazy("谁在什么时候把什么改成了什么；每份能改的资料末尾用它。"),
        gettext_lazy("最近的在最上，改之前和之后都写；页上已有经过的，收起来。"),
        gettext_lazy("和客户的经过混在一起；让人删改。"),
    ),
    Part(
        "verdict", gettext_lazy("判词"), gettext_lazy("颜色总跟着字。"),
        gettext_lazy("先写字，再上色。"), gettext_lazy("用红绿点代替字。"),
    ),
    Part(
        "approval", gettext_lazy("审批卡"), gettext_lazy("什么事多少钱，谁为什么，四个后果，再是动词。"),
        gettext_lazy("后果都在卡上，同意是唯一的实底。"), gettext_lazy("把后果藏到下一页；同意用绿。"), tall=True,
    ),
    Part(
        "opened", gettext_lazy("展开的一行"), gettext_lazy("左边是一句一句，右边是条款，最后一句是结果。"),
        gettext_lazy("在原处展开，上边一道金线。"), gettext_lazy("弹出窗口。"), tall=True,
    ),
    Part(
        "sides", gettext_lazy("反例"), gettext_lazy("甲乙两列，同一批货，只有不同的行是红的。"),
        gettext_lazy("最后一行是结果。"), gettext_lazy("只用文字说。"),
    ),
    Part(
        "table", gettext_lazy("表"), gettext_lazy("细线隔行，合计在一道重线下，第二行写编号。"),
        gettext_lazy("数字右对齐；元到分。"), gettext_lazy("隔行换底色，数字居中，用徽章代替字。"),
    ),
    Part(
        "list-bar", gettext_lazy("列表栏"),
        gettext_lazy("搜索、筛选、排序在左，保存和列在右；可能多过一屏的列表上面用它。"),
        gettext_lazy("筛了什么写在下面，一个一个能去掉。"),
        gettext_lazy("几行的小表也配一条；把办事的按钮放进来。"), tall=True,
    ),
    Part(
        "months", gettext_lazy("月份"), gettext_lazy("最近几个月，金额在下，金线是正在看的。"),
        gettext_lazy("从左到右，最近的在右。"), gettext_lazy("做成按钮，抢了页上唯一实底的那个。"),
    ),
    Part(
        "steps", gettext_lazy("一步一步"), gettext_lazy("办过的是玉，轮到的是金，还没有的空着。"),
        gettext_lazy("写谁在什么时候办的；缺什么写在那一步上。"), gettext_lazy("用进度条代替步骤。"),
    ),
    Part(
        "orders", gettext_lazy("一单一行"), gettext_lazy("点一行，在原处展开它怎么算的。"),
        gettext_lazy("不计的也列出来，划掉并写明原因。"), gettext_lazy("把不计的藏起来。"), tall=True,
    ),
    Part(
        "readings", gettext_lazy("读法"), gettext_lazy("一种读法一行：怎么读，去年一共多少，差多少。"),
        gettext_lazy("现用的写明现用。"), gettext_lazy("让人填一段话。"), tall=True,
    ),
    Part(
        "form", gettext_lazy("填写"), gettext_lazy("白底的才能填；哪里错了写在那一格下面，并说怎么改。"),
        gettext_lazy("一块只有一个实底按钮；按不了的写明原因。"), gettext_lazy("错了以后清空别的格。"), tall=True,
    ),
    Part(
        "paper", gettext_lazy("单据"),
        gettext_lazy("要打印、签字、盖章的一张；订单、报价单、结算单用它，屏幕上就是纸上的样子。"),
        gettext_lazy("抬头、两列资料、表、大写金额、签字栏，一张 A4。"),
        gettext_lazy("用在只看不打的页上；把按钮印出来。"), tall=True,
    ),
    Part(
        "message", gettext_lazy("消息"), gettext_lazy("做完了说一声；出了错先写字再上色。"),
        gettext_lazy("说怎么改。"), gettext_lazy("自己消失。"),
    ),
    Part(
        "empty", gettext_lazy("空着的时候"), gettext_lazy("说为什么空，下一步做什么。"),
        gettext_lazy("一句粗的，下一步一句平的；没有下一步时只写一句灰的。"), gettext_lazy("插画。"),
    ),
    Part(
        "pages", gettext_lazy("翻页"), gettext_lazy("只有上一页和下一页，第一千页和第一页一样快。"),
        gettext_lazy("没有下一页时不显示。"), gettext_lazy("列出页码。"),
    ),
    Part(
        "tabs", gettext_lazy("手机的底栏"), gettext_lazy("六个以内的词，不用图标。"),
        gettext_lazy("金线标出现在在哪里。"), gettext_lazy("放退出和设置。"),
    ),
)  # fmt: skip

SWATCHES = (
    ("paper", gettext_lazy("底"), ""), ("sheet", gettext_lazy("展开的纸"), ""),
    ("field", gettext_lazy("可填"), ""), ("stone", gettext_lazy("试金石"), "12.3 / 16.6"),
    ("ink", gettext_lazy("墨"), "14.1 / 14.2"), ("ink-2", gettext_lazy("次墨"), "6.9 / 8.5"),
    ("ink-3", gettext_lazy("淡墨，文字下限"), "5.0 / 5.9"), ("edge", gettext_lazy("边"), "3.4 / 4.1"),
    ("line", gettext_lazy("细线"), ""), ("line-2", gettext_lazy("章节线"), ""),
    ("gold", gettext_lazy("金，只作痕"), "3.3 / 7.1"), ("gold-ink", gettext_lazy("金墨，可读"), "6.4 / 9.3"),
    ("gold-wash", gettext_lazy("荧光"), ""), ("iron", gettext_lazy("铁灰，时间"), "4.9 / 5.1"),
    ("fine-1", "8%", ""), ("fine-2", "4%", ""), ("fine-3", "2%", ""), ("fine-4", "1.5%", ""),
    ("dross", gettext_lazy("不付"), ""), ("red", gettext_lazy("朱"), "6.4 / 6.9"),
    ("red-wash", gettext_lazy("错的一格"), ""), ("jade", gettext_lazy("玉"), "6.4 / 8.2"),
)  # fmt: skip


@needs("self")
def looks(request: HttpRequest) -> HttpResponse:
    """Tokens, type and components; the figures are made up and add up."""
    sizes = (
        ("72", "t7", "3,428.50", _("收银台余额")), ("40", "t6", "¥23,598.30", _("一页只有一个")),
        ("26", "t5", _("大客户部薪酬方案"), _("页名")), ("20", "t4", "110.35%", _("章内数字")),
        ("16", "t3", _("超过任务额的 20%"), _("原文")), ("14", "t2", _("本月前 20,000.00 不计提成"), _("正文、表格")),
        ("13", "t1", _("基本任务"), _("表头、说明")), ("12", "t0", "HT-20261105-001", _("编号、轴，下限")),
    )  # fmt: skip
    given = {"parts": PARTS, "swatches": SWATCHES, "sizes": sizes, "samples": _samples()}
    return render(request, "desk/looks.html", given)


def _samples() -> dict[str, Any]:
    """One salesperson's month: 441,400 sold against 400,000, 21,698.30 of commission."""
    rates = [Rate(Fraction(part, 1000)) for part in (80, 40, 20, 15, 0)]
    edges = [(Fraction(9 - n, 10), not n, rates[n], rates[n + 1]) for n in range(len(rates) - 1)]
    fen = 100
    return {
        "sales": wan(44_140_000), "goal": f"{_('任务')} {wan(40_000_000)}",
        "average": fold(Fraction(804, 1000)), "after": fold(Fraction(791, 1000)),
        "asked": fold(Fraction(7, 10)), "nine": fold(Fraction(9, 10)), "eight": fold(Fraction(85, 100)),
        "left": fold(Fraction(76, 100)), "right": fold(Fraction(74, 100)),
        "trend": (212, 188, 240, 305, 270, 331, 296, 352, 318, 377, 402, 441),
        "customer": _("一家设计院"), "other": _("一家茶业"), "who": _("周某"), "capital": in_words(3_420_000),
        "ruler": ruler(edges, Fraction(82, 100)), "elapsed": ELAPSED, "over": OVER,
        "steps": [
            Step(_("基本任务"), 0, "441,400 − 20,000 = 421,400", "fd", "六.3"),
            Step(_("9折以上"), 2_230_40, "27,880.00 × 8%", "f1", "六.1.1"),
            Step(_("8折至9折"), 3_264_00, "81,600.00 × 4%", "f2", "六.1.1"),
            Step(_("7折至8折"), 6_100_40, "305,020.00 × 2%", "f3", "六.1.1"),
            Step(_("6折至7折"), 103_50, "6,900.00 × 1.5%", "f4", "六.1.1"),
            Step(_("单笔奖励"), 10_000 * fen, _("300,300.00，达到 30 万"), "fs", "六.1.3"),
            Step(_("加点"), 0, _("完成 110.35%，未超过 120%"), "f1", "六.1.2", unearned=4_600 * fen),
            Step(_("基本工资"), 1_800 * fen, "", "fs", "五"),
            Step(_("电话补助"), 100 * fen, "", "fs", "五"),
        ],
        "board": [
            _row(_("李某"), 447_120, 360_000, Fraction(819, 1000)),
            _row(_("周某"), 441_400, 400_000, Fraction(804, 1000)),
            _row(_("黄某"), 214_400, 320_000, Fraction(838, 1000)),
            _row(_("部门"), 1_102_920, 1_080_000, Fraction(818, 1000), total=True),
        ],
        "months": [
            ("2026-09", "31,204.00"), ("2026-10", "18,241.00"), ("2026-11", "23,598.30"),
        ],
        "orders": _orders(), "strip": _strip(), "changes": _changes(),
        "gists": {"六.1.1": _("9折以上（含）按 8%；8折至9折按 4%")},
        "readings": [
            (_("照原文"), "94%", "6,976.00", ""), (_("两数对调"), "100%", "8,032.00", "+1,056.00"),
        ],
        "clocks": [
            _timed(_("一家学校"), _("银章氧化发黑"), "11-22 10:50", 27 * 60 + 30),
            _timed(_("一家物业"), _("证书缺页 2 份"), "11-22 17:40", 20 * 60 + 40),
        ],
    }  # fmt: skip


def _strip() -> dict[str, Any]:
    """The month by its rates, 20,000 of it the base quota."""
    rows = [
        OrderRow("", date(2026, 11, 5), "", 0, 0, quota * 100, base * 100, rate, metal=f"f{n}")
        for n, (quota, base, rate) in enumerate(
            ((20_000, 27_880, "8%"), (0, 81_600, "4%"), (0, 305_020, "2%"), (0, 6_900, "1.5%")), start=1
        )
    ]  # fmt: skip
    pieces = strip(rows)
    sums = {"net": 44_140_000, "base": 42_140_000}
    height = max(piece.down for piece in pieces) + 6
    return {"pieces": pieces, "strip_height": height, "tables": [{"sums": sums}]}


def _changes() -> list[Told]:
    """Two lines of a history: one changed, one begun."""
    at = timezone.make_aware(datetime(2026, 11, 23, 16, 5))
    return [
        Told(2, at, _("周某"), _("修改"), False, "", [(_("预计金额"), "120,000.00", "187,600.00")]),
        Told(
            1, at - timedelta(12), _("周某"), _("新建"), True, "",
            [(_("客户"), None, _("一家设计院")), (_("阶段"), None, _("有意向"))],
        ),
    ]  # fmt: skip


def _orders() -> list[OrderRow]:
    """One order that is paid, with its sentences, and one that came back."""
    said = [
        Said(_("原价 38,000.00，成交 34,200.00，是 9折整。")),
        Said(_("9折属“9折以上（含）”，提成率 8%。"), ("六.1.1",)), Said("27,880.00 × 8% = 2,230.40"),
    ]  # fmt: skip
    paid = OrderRow(
        "HT-20261105-001", date(2026, 11, 5), _("一家设计院"), 38_000_00, 34_200_00, 6_320_00,
        27_880_00, "8%", "", 2_230_40, "", said, "f1", told_by="六.1.1",
    )  # fmt: skip
    gone = OrderRow(
        "HT-20261113-002", date(2026, 11, 13), _("一家茶业"), 24_000_00, 20_400_00, gone=_("已退货"),
    )  # fmt: skip
    return [paid, gone]


def _row(
    name: str, done: int, target: int, average: Fraction, total: bool = False
) -> dict[str, Any]:
    """A row of the board; yuan come in, 分 go out."""
    left = target * 120 - done * 100
    said = f"{_('已超')} {money(-left)}" if left < 0 else money(left)
    return {
        "name": name, "done": done * 100, "target": target * 100, "total": total,
        "share": percent(Fraction(done, target)), "average": fold(average),
        "left": said, "reached": left < 0,
    }  # fmt: skip


def _timed(name: str, note: str, begun: str, minutes: int) -> dict[str, Any]:
    told = clock(minutes, 24 * 60)
    return {
        "name": name, "note": note, "begun": f"{begun} {_('受理')}", "minutes": minutes,
        "said": told.said, "over": told.over,
    }  # fmt: skip
