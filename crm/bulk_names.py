"""Fictional names by the hundred thousand: the same number always gives the same name."""

PLACES = [
    "绍兴", "绍兴市", "绍兴越城", "绍兴柯桥", "绍兴上虞", "诸暨", "嵊州", "新昌", "越城", "柯桥",
]  # fmt: skip
FIRST = "鉴稽兰若镜会东南西北新安永福广宏金玉青云江海长天明光华泰恒顺德仁文昌盛和平丰源"
SECOND = "湖山亭耶水浦关桥塘坊溪岭川原阳陵洲港湾田林园城镇峰泽泉岸江浜村畈渚墩埠堰"
KINDS = [
    ("FIN", "商业银行{}支行"), ("FIN", "农商银行{}支行"), ("GOV", "{}街道办事处"),
    ("FIN", "银行{}分理处"), ("EDU", "{}中学"), ("FIN", "村镇银行{}网点"), ("MED", "{}人民医院"),
    ("FIN", "商业银行{}营业部"), ("ENT", "{}纺织有限公司"), ("GOV", "{}市场监督管理所"),
    ("ENT", "{}物流有限公司"), ("FIN", "银行{}支行"), ("EDU", "{}小学"), ("ENT", "{}酒业集团"),
    ("GOV", "{}人民法院"), ("FIN", "农商银行{}分理处"), ("MED", "{}社区卫生服务中心"),
    ("ENT", "{}科技股份公司"), ("FIN", "商业银行{}网点"), ("ENT", "{}建筑工程公司"),
]  # fmt: skip
INDUSTRIES = {"FIN": "金融", "GOV": "党政", "EDU": "教育", "MED": "医疗", "ENT": "企业"}
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡单仇查"
GIVEN = "建国志远晓明文华丽娟国强海燕立新永康春生秋月子涵雨桐浩然思远嘉豪佳怡俊杰若兰云飞雪梅德才"
TITLES = ["主任", "科长", "处长", "局长", "行长", "经理", "院长", "校长", "工程师", "财务主管"]


def organisation(serial: int) -> tuple[str, str]:
    """(industry code, name); the first million names differ."""
    code, pattern = KINDS[serial % len(KINDS)]
    rest = serial // len(KINDS)
    place = PLACES[(serial * 7 + rest) % len(PLACES)]
    stem = FIRST[rest % len(FIRST)] + SECOND[rest // len(FIRST) % len(SECOND)]
    more = rest // (len(FIRST) * len(SECOND))
    middle = stem + SECOND[more * 11 % len(SECOND)] * bool(more)
    return code, place + pattern.format(middle)


def person(serial: int) -> str:
    family = SURNAMES[serial * 13 % len(SURNAMES)]
    first = GIVEN[serial * 7 % len(GIVEN)]
    second = GIVEN[serial // len(GIVEN) * 3 % len(GIVEN)]
    return family + first + second * (serial % 5 != 0)


def phone(serial: int) -> str:
    """Numbers that nobody has: 138 0000 xxxx."""
    return f"1380000{serial * 7919 % 10_000:04d}"


def title(serial: int) -> str:
    return TITLES[serial % len(TITLES)]
