"""Invented names and sentences of the sample department's customers."""

from __future__ import annotations

import random

PLACES = (
    "云岭", "碧湖", "澜桥", "盛原", "青岩", "泰和", "江城", "白鹭", "东港", "临河", "松陵", "嘉禾",
    "远山", "海棠", "金陵渡", "望岳", "南屏", "星野", "惠风", "长乐", "清源", "瑞丰", "同德", "玉泉",
    "单城", "曾家渡",
)  # fmt: skip
# (what they do, legal name, industry)
KINDS = (
    ("电力设计院", "电力设计院有限公司", "能源"), ("酒店", "酒店管理有限公司", "酒店"),
    ("物业", "物业服务有限公司", "物业"), ("汽车", "汽车销售服务有限公司", "汽车"),
    ("小学", "实验小学工会委员会", "教育"), ("人寿", "人寿保险股份有限公司", "保险"),
    ("建材", "新型建材股份有限公司", "建材"), ("医院", "第一人民医院工会委员会", "医疗"),
    ("物流", "供应链物流有限公司", "物流"), ("银行", "农村商业银行股份有限公司", "银行"),
    ("药业", "生物药业有限公司", "医药"), ("软件", "软件技术有限公司", "软件"),
    ("水务", "城市水务集团有限公司", "公用事业"), ("纺织", "纺织实业有限公司", "制造"),
)  # fmt: skip
CITIES = ("上海", "上海", "上海", "苏州", "无锡", "杭州", "嘉兴", "南京", "宁波")
ROADS = ("人民路", "中山东路", "科技一路", "滨江大道", "学府街", "工业园三路", "长宁支路")
BANKS = ("滇池银行科技路支行", "江城农商行营业部", "临河银行滨江支行", "松陵商业银行开发区支行")
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕单仇查解区"
)
GIVEN = (
    "慧敏", "启文", "丽", "建国", "雅琴", "志远", "敏", "文婷", "立新", "倩", "国栋", "小满", "文静",
    "明远", "淑华", "宁", "晓东", "佳怡", "思远", "志强", "雪梅", "海涛", "春燕", "永福", "子涵", "𠮷祥", "㐱",
)  # fmt: skip
TITLES = {
    "decide": ("工会主席", "总经理", "副总经理", "院长"),
    "purchase": ("行政部主任", "采购经理", "办公室主任"),
    "use": ("人力资源经理", "老干部处处长", "市场部经理"),
    "finance": ("财务科长", "财务总监"),
    "influence": ("总经理助理", "党委办公室主任", "退休老领导"),
}
SAID = (
    "谈{festival}福利，预算和去年差不多，下月初定人数",
    "送样品册，{festival}想换成定制款，要看打样",
    "电话问候，{festival}前确认名单，下次带报价去",
    "工会说{festival}人均提了一百，竞争对手也在报价",
    "{festival}礼品方案已发，等领导开会",
    "上次的包装有意见，{festival}这批要换礼盒",
)
BIG = ("春节", "端午节", "中秋节", "国庆节", "元旦", "三八妇女节")
NEEDS = (
    "年度福利银条，人均一条", "退休纪念章，刻字", "优秀员工金章", "答谢客户礼盒", "厂庆纪念品",
    "购物卡发福利", "三八节女工首饰",
)  # fmt: skip
REMARKS = {
    5: "交货快，刻字清楚",
    4: "满意，希望款式再多些",
    3: "一般，回复慢了一天",
    2: "包装有破损",
}
GROUNDS = (
    "集团今年统一采购，预计 30 万", "连续三年春节福利，人数翻倍", "新任工会主席支持，计划全年四次",
    "竞争对手退出，份额转给我们",
)  # fmt: skip
SERVICES = (
    "上门刻字",
    "驻点领取三天",
    "礼盒加印单位标志",
    "退休仪式主持词",
    "旧金回收上门估价",
    "加急夜间送货",
)
ENQUIRIES = (
    "200 条银条能不能刻单位标志，多久交货", "购物卡能不能开专票", "退休纪念章最少做多少枚",
    "春节前最晚哪天下单", "金条今天的价格和工费", "定制礼盒打样收不收钱", "能不能送货到五个分公司",
    "去年那款还有没有", "先票后款行不行",
)  # fmt: skip
ASKERS = ("李工", "王主任", "段丽", "和建国", "赵启文", "杨老师", "周会计", "许经理")
PROSPECTS = (
    "琴川机电安装有限公司",
    "梅里食品集团有限公司",
    "阳山旅游开发有限公司",
    "蠡湖船舶修造有限公司",
)
NOTES = (
    ("rival", "嘉禾珠宝", "银条报到 6.9折，送刻字", "对老客户送刻字，不跟价"),
    ("market", "", "多家单位福利预算从实物转成购物卡", "推购物卡配小银章的组合"),
    ("rival", "福满楼", "在工业园设了临时展柜", "节前在三个园区驻点"),
    ("policy", "", "工会福利标准有上调的口风", "提前准备人均加一百的方案"),
    ("product", "", "客户反映礼盒提手易断", "请产品部换提手"),
)
# name, products, days from today, budget in 分
CAMPAIGNS = (
    ("春节福利品鉴会", "银条、礼盒", -352, 3_000_000),
    ("中秋答谢会", "金章、礼盒", -94, 2_400_000),
    ("企业采购日", "银条、购物卡", -38, 1_800_000),
    ("年度客户答谢会", "金条、礼盒", 9, 2_600_000),
)
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def companies(rng: random.Random, count: int) -> list[tuple[str, str, str, str]]:
    """(name, short name, industry, group or nothing), all different."""
    pairs = [(place, kind) for place in PLACES for kind in KINDS]
    rng.shuffle(pairs)
    grouped = set(PLACES[:9])
    found = []
    for place, (short, legal, industry) in pairs[:count]:
        group = f"{place}集团" if place in grouped and rng.random() < 0.6 else ""
        found.append((f"{place}{legal}", f"{place}{short}", industry, group))
    return found


def person(rng: random.Random) -> str:
    """A name."""
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def address(rng: random.Random) -> str:
    """A street and a number."""
    return f"{rng.choice(ROADS)} {rng.randrange(1, 900)} 号"


def bank(rng: random.Random) -> str:
    """An invented bank."""
    return rng.choice(BANKS)


def credit_code(number: int) -> str:
    """A credit code with a right check sign, of a district there is not (999999)."""
    body = f"91999999MA{number:07d}"
    total = sum(_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(body))
    return body + _SIGNS[(31 - total % 31) % 31]
