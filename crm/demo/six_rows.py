"""The six steps of Bank A in rows: what R64–R76 say, in our own words; invented figures say so."""

from accounts.models import BusinessLine as Line
from planning.models import CooperationOpportunity, ImplementationItem, SolutionMeasure

Scope, Phase, Benefit = (
    CooperationOpportunity.Scope, ImplementationItem.Phase, SolutionMeasure.Benefit,
)  # fmt: skip
SOURCE, SHOWN, INVENTED = "培训案例", "演示评分", "演示资料"

INDUSTRY = {
    "political": "金融监管要求数据集中和灾难备份，机构网点的业务须符合行业规定。",
    "economic": "党政军的支出稳定，金融业的综合信息应用增长快。",
    "social": "居民更多使用网上银行、手机银行和刷卡消费。",
    "technological": "骨干从 2M 升到 155M～2.5G，二三级网从 64K 升到 2M～10M。",
    "trends": "由单纯租用电路转向信息化综合服务。\n安全需求由备份线路发展到灾备中心。\n"
    "外资和股份制银行开始外包维护和呼叫中心。",
    "success_factors": "网络稳定、备份可靠。\n全业务和整体方案的能力。\n懂金融业务的服务队伍。",
    "insights": "从卖链路转向综合集成、设备维护和服务体系。\n重安全稳定、轻价格：提供可靠的备份。"
    "\n发挥全业务优势：3G、企业总机。",
    "resource_people": "金融行业经理 1 人，客户工程师 2 人，按总行集中采购配置对口团队。",
}
RATINGS = {  # factor: importance, ours, best rival
    "价格": (2, 3, 4), "折扣": (2, 3, 4), "付款方式": (2, 4, 4), "通信速度": (4, 4, 4),
    "稳定性": (5, 5, 4), "接通率": (4, 4, 4), "电路调度的灵活性": (4, 3, 4),
    "产品交付的及时性": (4, 3, 4), "一体化方案的提供能力": (5, 4, 3), "服务态度": (4, 4, 4),
    "知识水平": (4, 3, 3), "客户支持反应时间": (5, 4, 4), "账单管理的灵活性": (3, 3, 3),
    "市场地位": (3, 4, 4), "品牌": (3, 4, 4), "信誉度": (4, 5, 4),
}  # fmt: skip
STRATEGIES = (
    ("数据大集中完成后转入应用整合", "medium", "核心系统与渠道整合，要求双路由和灾备中心。"),
    ("提高网点自助与电子渠道交易占比", "short", "自动银行、POS 和网上银行需要稳定的接入。"),
)
COOPERATIONS = {  # name in bank_a.json: scope, the five checks, reason
    "3G联名卡": (Scope.PERSONAL, (1, 1, 1, 1, 1), ""),
    "捆绑优惠": (Scope.PERSONAL, (1, 1, 1, 1, 1), ""),
    "银行到公司": (Scope.ENTERPRISE, (1, 1, 1, 1, 1), ""),
    "网上银行": (Scope.PERSONAL, (1, 1, 1, 1, 1), ""),
    "资金划拨(彩票)": (Scope.PERSONAL, (1, 1, 0, 1, 1), "电话投注须先取得许可，待核实规定。"),
}
# key in bank_a.json: line, name, competition, strategy, measures (text, tech, policy, benefit)
SOLUTIONS = {
    "长途及市内FR": (Line.DATA, "长途（市到总行）及市内 FR", "移动、联通有长途光纤网。",
        "质量至上，增强信任与依赖；暂不降价，不主动推 VPN 替代。",
        (("重点线路（省际 4M、二级网 2M FR）挂牌服务", True, True, Benefit.HIGH),
         ("按需上门培训和技术交流", True, True, Benefit.MID),
         ("制定高于行业标准的服务标准", True, True, Benefit.HIGH))),
    "支行到网点DDN": (Line.DATA, "支行到网点 DDN", "移动、联通以 2M 数字电路进入。",
        "保持现有份额，提速提值不提价。",
        (("不打折，逐步改造为 2M FR", True, True, Benefit.MID),
         ("简化手续：传真预受理，客户经理上门补手续", True, True, Benefit.MID))),
    "POS": (Line.VOICE, "POS", "移动低价竞争。", "抓固定经营的大商家，突出稳定、安全、快捷。",
        (("降低装机一次性费用", True, True, Benefit.MID),
         ("有线不可达处用 C 网无线 POS", None, True, Benefit.MID))),
    "固网": (Line.VOICE, "固网业务", "各运营商的 IP 电话，移动替代。",
        "以增值和综合信息应用替代固话收入份额。",
        (("同振、彩铃、录音等增值业务", True, True, Benefit.MID),
         ("短信群发、网络传真", True, True, Benefit.MID))),
    "移动": (Line.VOICE, "移动业务", "移动占语音的较大份额；联通有 3G 数据。",
        "3G 覆盖早而广，以无线宽带带动 C 网；虚拟专用拨号网保密；总机服务。",
        (("体验式营销", True, True, Benefit.MID),
         ("骨干以上用户与员工团购", True, True, Benefit.MID),
         ("企业总机、综合虚拟网、号百", True, True, Benefit.HIGH),
         ("固移交叉补贴", True, False, ""))),
}  # fmt: skip
HISTORICAL = {"固移交叉补贴": "教材所载的旧做法；电信条例第四十一条不允许。"}
# kind, line, item, unit, asked, ours, rival, promise, improvement
SUPPORTS = (
    ("order_execution", Line.DATA, "数字电路开通", "工作日", "10", "8", "10", "8", ""),
    ("order_execution", Line.VOICE, "POS 装机", "工作日", "2", "3", "2", "2",
     "传真预受理，客户经理上门补手续"),
    ("customer_support", Line.DATA, "重点线路故障恢复", "小时", "4", "4", "6", "4", ""),
    ("customer_support", Line.VOICE, "报障首次响应", "分钟", "30", "30", "30", "30", ""),
)  # fmt: skip
# phase: (title, kind, measure or None, cooperation or None, profit, competition, feasibility, due)
ITEMS = {
    Phase.ACT_NOW: (
        ("降低 POS 安装一次性费用", "price", "降低装机一次性费用", None, 3, 5, 5, (2027, 1, 31)),
        ("推广 C 网手机", "promotion", "骨干以上用户与员工团购", None, 4, 4, 4, (2027, 2, 28)),
        ("组建总机服务集团网", "product", "企业总机、综合虚拟网、号百", None,
         5, 4, 4, (2027, 3, 31)),
        ("3G+C 上网卡销售", "product", "体验式营销", None, 3, 4, 5, (2027, 3, 31)),
        ("提升数据服务质量：宣传高品质，制定高于行业标准的服务标准", "service",
         "制定高于行业标准的服务标准", None, 5, 5, 4, (2027, 3, 31)),
    ),
    Phase.CREATE_CONDITIONS: (
        ("网上银行合作", "cooperation", None, "网上银行", 4, 3, 3, (2027, 6, 30)),
        ("提高业务办理效率", "service", "简化手续：传真预受理，客户经理上门补手续", None,
         3, 4, 3, (2027, 5, 31)),
        ("未覆盖区用 DDN，收建设费", "product", "不打折，逐步改造为 2M FR", None,
         3, 3, 3, (2027, 6, 30)),
        ("专线把银行服务送到企业桌面", "cooperation", None, "银行到公司", 4, 3, 3, (2027, 6, 30)),
        # Feasible in R73 and R74 and in none of D11's phases: here after D11's own four.
        ("重点线路挂牌服务", "service", "重点线路（省际 4M、二级网 2M FR）挂牌服务", None,
         4, 4, 3, (2027, 5, 31)),
        ("按需上门培训和技术交流", "service", "按需上门培训和技术交流", None,
         3, 3, 3, (2027, 8, 31)),
        ("推广同振、彩铃、录音", "product", "同振、彩铃、录音等增值业务", None,
         3, 3, 3, (2027, 6, 30)),
        ("推广短信群发、网络传真", "product", "短信群发、网络传真", None, 3, 3, 3, (2027, 9, 30)),
        ("新开户、新存款客户的捆绑优惠", "bundle", None, "捆绑优惠", 3, 4, 3, (2027, 8, 31)),
    ),
    Phase.PREPARE_LAUNCH: (
        ("C 网无线 POS", "product", "有线不可达处用 C 网无线 POS", None, 4, 4, 2, (2027, 9, 30)),
        ("联合推出 3G 联名卡", "cooperation", None, "3G联名卡", 4, 3, 2, (2027, 10, 31)),
        ("灾备中心、呼叫中心整体方案", "differentiation", None, None, 5, 4, 2, (2027, 11, 30)),
        ("多方联合开发捆绑增值业务的终端", "cooperation", None, None, 4, 3, 1, (2027, 12, 31)),
        ("内部固话与员工 C 网互拨优惠", "bundle", None, None, 3, 4, 2, (2027, 9, 30)),
        ("彩票合作", "cooperation", None, "资金划拨(彩票)", 3, 2, 1, (2027, 12, 31)),
    ),
}  # fmt: skip
UNCERTAIN = {"联合推出 3G 联名卡", "多方联合开发捆绑增值业务的终端", "彩票合作"}
"""D11: several parties at once; the heading above this block is lost in the text."""
CONCLUSIONS = {  # step: what follows for us, evidence
    1: ("金融业的综合信息应用增长最快，银行重安全稳定、轻价格："
        "以可靠备份和整体方案进入，资源向数据和灾备倾斜。",
        "全省三个客户群的通信支出；行业访谈。"),
    2: ("固网、互联网和基础数据网络领先；移动网络、人力资源、渠道合作是短板，"
        "先补移动网络覆盖和销售服务队伍。",
        "十二项加权评分：我方 6.40，最强对手 6.70。"),
    3: ("网络和运营商范围由总行定，价格和最终选择在省分行：语音找行长办，"
        "数据找技保处，按层级配对口团队。"
        "网上跨省实时交易是真正的驱动因素。", "客户视图的决策层级、审批程序和需求冰山。"),
    4: ("数据 23 万元以质量守住，暂不降价；语音 24.5 万元以增值和综合应用替代，移动业务是增量。",
        "逐项服务的金额、竞争和措施；口径与账单不同，不作核对。"),
    5: ("电路开通、故障恢复按现有能力承诺；POS 装机要先改进受理手续再承诺两个工作日。",
        "教材缺这一步的正文，数字为演示所设。"),
    6: ("先做五件马上能做的，以服务质量和总机服务站稳；"
        "合作项目创造条件，多方参与的充分准备后再推。",
        "按获利、竞争、可行三项评分。"),
}  # fmt: skip
