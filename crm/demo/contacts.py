"""Invented people at the customers, some with rare characters, double surnames or a dot."""

from itertools import count

# salutation head, name
PEOPLE = """
王|王䶮 李|李建新 欧阳|欧阳静怡 张|张㛃 刘|刘海峰 陈|陈𠮷 尉迟|尉迟明
阿依古丽|阿依古丽·买买提 杨|杨柳青 赵|赵国庆 黄|黄丽萍 周|周文杰 吴|吴晓红 徐|徐永康
孙|孙雅芳 胡|胡志刚 朱|朱兰英 高|高建军 林|林晓峰 郭|郭淑珍 罗|罗文斌 梁|梁静
宋|宋国强 郑|郑慧敏 谢|谢卫东 单|单雪梅 曾|曾宪明 解|解丽华 仇|仇志远 查|查文渊
诸葛|诸葛晴 司徒|司徒文 邓|邓晓燕 许|许立新 傅|傅明珠 沈|沈国良 彭|彭海燕 吕|吕文博
苏|苏晓东 卢|卢桂芳 蒋|蒋志明 蔡|蔡雯 贾|贾建平 丁|丁玉兰 魏|魏晨 薛|薛立群
叶|叶秋菊 阎|阎志鹏 余|余慧 潘|潘国华 杜|杜若 戴|戴文静 夏|夏雨荷 钟|钟立军
汪|汪雅琴 田|田建波 任|任晓明 姜|姜丽 范|范志毅 方|方晴 石|石磊 姚|姚桂英 谭|谭文
廖|廖建华 邹|邹晓丽 熊|熊志强 金|金凤 陆|陆海涛 郝|郝春梅 孔|孔维 白|白雪 崔|崔国栋
康|康宁 毛|毛晓平 邱|邱文涛 秦|秦岚 江|江建明 史|史玉珍 顾|顾晓晨 侯|侯志杰
邵|邵美玲 孟|孟浩 龙|龙飞 万|万国权 段|段晓雯 雷|雷鸣 钱|钱立峰 汤|汤文娟 尹|尹志红
黎|黎明 易|易晓东 常|常青 武|武建国 乔|乔丽娜 贺|贺文军 赖|赖春生 龚|龚晓敏
文|文立新
""".split()
# (part of the customer's name, posts as: department, title, how one is addressed)
POSTS = (
    ("局", (("局领导", "局长", "局长"), ("办公室", "主任", "主任"), ("信息科", "科长", "科长"))),
    ("支队", (("支队领导", "支队长", "支队长"), ("信通科", "科长", "科长"))),
    ("中心支公司", (("总经理室", "总经理", "总经理"), ("信息技术部", "经理", "经理"))),
    (
        "中心",
        (("中心领导", "主任", "主任"), ("技术科", "科长", "科长"), ("综合科", "科长", "科长")),
    ),
    ("银行", (("行领导", "行长", "行长"), ("科技部", "总经理", "总"), ("办公室", "主任", "主任"))),
    ("分行", (("行领导", "行长", "行长"), ("技保处", "处长", "处长"), ("行长办", "主任", "主任"))),
    ("医院", (("院领导", "院长", "院长"), ("信息科", "科长", "科长"))),
    ("妇幼保健院", (("院领导", "院长", "院长"), ("信息科", "科长", "科长"))),
    (
        "学院",
        (("院领导", "院长", "院长"), ("信息中心", "主任", "主任"), ("总务处", "处长", "处长")),
    ),
    ("学校", (("校领导", "校长", "校长"), ("总务处", "主任", "主任"))),
    ("教育集团", (("集团领导", "校长", "校长"), ("信息中心", "主任", "主任"))),
)
COMPANY = (("总经理室", "总经理", "总"), ("信息部", "经理", "经理"), ("行政部", "经理", "经理"))


def posts_of(customer_name: str):
    """The posts that an organisation of that name has."""
    return next((posts for part, posts in POSTS if customer_name.endswith(part)), COMPANY)


ROLES = ("decider", "evaluator", "gatekeeper")
"""By the place of the post: the leader decides, the technician evaluates, the office keeps."""


def of_customers(names: list[str]) -> dict[str, list[dict]]:
    """Two or three contacts per customer name: name, salutation, title, department, phone, e-mail.

    The same list of names always gives the same people.
    """
    serial = count()
    return {
        name: [_contact(next(serial), n, post) for n, post in enumerate(posts_of(name))]
        for name in names
    }


def _contact(serial: int, place: int, post: tuple[str, str, str]) -> dict:
    head, name = PEOPLE[serial % len(PEOPLE)].split("|")
    department, title, called = post
    phone = f"0575-8813{serial:04d}" if serial % 3 == 0 else f"1380000{serial:04d}"
    return {
        "name": name,
        "salutation": f"{head}{called}",
        "title": title,
        "department": department,
        "phone": phone,
        "email": f"contact{serial}@customer.example" if serial % 2 else "",
        **_power(serial, place),
    }


def _power(serial: int, place: int) -> dict:
    """Role, attitude −3…+3 and influence 1–5; of every fifth nothing is known yet."""
    if serial % 5 == 4:
        return {}
    return {
        "decision_role": ROLES[place % len(ROLES)],
        "attitude": (serial * 2 + place) % 6 - 2,
        "influence": max(1, 5 - place - serial % 2),
    }
