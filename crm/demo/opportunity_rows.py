"""The opportunities of the demo as rows (§E.2, §E.4, §E.5)."""

STAGE_OF = {
    10: "identified", 25: "qualified", 40: "approved", 50: "solution", 60: "proposal",
    65: "proposal", 80: "negotiation", 90: "contracting",
}  # fmt: skip
"""60 is the manager's own judgement of a proposal; the others are the numbers of their stage."""

# name, kind, amount in 万元, probability; Σ amount × probability is the E.2 column
RUNNING: dict[str, tuple[tuple[str, str, float, int], ...]] = {
    "C0001": (("灾备中心", "disaster_recovery", 60, 50), ("无线POS", "mobile", 20, 50),
              ("企业总机", "voice", 24, 25)),
    "C0002": (("异地备份机房", "disaster_recovery", 80, 40),
              ("网点专线提速", "network_line", 60, 50)),
    "C0003": (("农村网点组网", "network_line", 44, 50),),
    "C0004": (("客服热线扩容", "voice", 36, 25),),
    "C0005": (("营业部云桌面", "it_service_app", 20, 10),),
    "C0007": (("政务云资源池", "internet_idc_cloud", 200, 65), ("视频会议系统", "video", 100, 40),
              ("专线续约", "renewal", 40, 25)),
    "C0008": (("执法记录回传", "mobile", 60, 40),),
    "C0009": (("应急指挥专网", "network_line", 100, 50), ("移动视频回传", "video", 20, 25)),
    "C0010": (("开评标视频存储", "video", 24, 25),),
    "C0011": (("远程会见", "video", 10, 10),),
    "C0012": (("地理信息专线", "network_line", 35, 40),),
    "C0013": (("直播推流线路", "internet_idc_cloud", 30, 60),),
    "C0014": (("营区语音改造", "voice", 40, 10),),
    "C0015": (("校园出口扩容", "internet_idc_cloud", 25, 80),),
    "C0016": (("智慧校园一期", "system_integration", 80, 90),
              ("宿舍网代维", "maintenance", 32, 50)),
    "C0017": (("教育城域网升级", "network_line", 38, 50),),
    "C0018": (("万兆校园光网", "internet_idc_cloud", 44, 25),),
    "C0019": (("互联网医院平台", "it_service_app", 100, 65),
              ("院区双活专线", "network_line", 60, 50)),
    "C0020": (("影像云存储", "internet_idc_cloud", 35, 80),),
    "C0021": (("门诊随访平台", "value_added", 28, 25),),
    "C0022": (("康复远程会诊", "video", 50, 10),),
    "C0023": (("智能仓储组网", "system_integration", 40, 65), ("厂区无线覆盖", "mobile", 80, 40)),
    "C0024": (("安全生产监测", "it_service_app", 66, 50),),
    "C0025": (("门店收银专线", "network_line", 15, 40),),
    "C0026": (("联盟企业上云", "internet_idc_cloud", 60, 25),),
    "C0027": (("多园区组网", "network_line", 150, 80),),
    "C0028": (("工业互联网平台", "it_service_app", 80, 80),),
    "C0029": (("厂区电话合并", "voice", 10, 10),),
    "C0030": (("冶炼车间监控", "video", 30, 10),),
    "C0031": (("车队定位与调度", "mobile", 130, 50), ("仓库视频监管", "video", 100, 40)),
    "C0032": (("港区无线专网", "network_line", 40, 40),),
    "C0033": (("冷链温度监测", "value_added", 26, 50),),
    "C0034": (("商场无线营销", "value_added", 32, 25),),
    "C0035": (("门店视频巡检", "video", 34, 50),),
    "C0036": (("水务远程抄表", "mobile", 84, 25),),
    "C0037": (("调度数据网", "network_line", 100, 65), ("营业厅云桌面", "it_service_app", 20, 25)),
    "C0038": (("景区票务网络", "network_line", 30, 50),),
    "C0040": (("园区数据中心托管", "internet_idc_cloud", 100, 90),
              ("园区出口带宽", "internet_idc_cloud", 100, 40)),
}  # fmt: skip

# customer, name, kind, 万元, "won" / "suspended" / a loss reason, days ago
ENDED = (
    ("C0002", "总部电路扩容", "network_line", 36, "won", 35),
    ("C0003", "网点监控上云", "video", 18, "price", 80),
    ("C0006", "呼叫中心外包", "voice", 12, "customer_cancelled", 120),
    ("C0007", "政务外网二期", "network_line", 120, "won", 150),
    ("C0009", "值班电话改造", "voice", 8, "won", 210),
    ("C0016", "机房代维", "maintenance", 22, "won", 20),
    ("C0017", "云课堂平台", "it_service_app", 45, "solution", 95),
    ("C0019", "门诊无线网", "mobile", 30, "won", 60),
    ("C0020", "分院专线", "network_line", 16, "competitor_incumbent", 175),
    ("C0023", "总部云机房", "internet_idc_cloud", 55, "won", 110),
    ("C0024", "环保在线监测", "it_service_app", 28, "late", 140),
    ("C0027", "研发中心专线", "network_line", 26, "won", 240),
    ("C0031", "车载视频", "video", 40, "price", 45),
    ("C0036", "泵站无线回传", "mobile", 24, "won", 75),
    ("C0037", "变电站监控", "video", 38, "relationship", 260),
    ("C0038", "景区无线覆盖", "mobile", 20, "suspended", 70),
    ("C0039", "工地视频监管", "video", 20, "suspended", 30),
    ("C0040", "园区语音总机", "voice", 14, "won", 28),
)

TENDERS = ("调度数据网",)
"""Came in as a tender notice (E.5 T2): by the head's go from the first stage to the bid."""

KINDS = ("visit", "visit", "monthly_forecast", "inbound_letter", "contract_expiry", "referral",
         "customer_event")  # fmt: skip
"""The sources, taken in turn."""

LINE_OF = {
    "network_line": "data", "voice": "voice", "mobile": "voice", "internet_idc_cloud": "internet",
    "video": "video", "value_added": "value_added", "it_service_app": "managed_service",
    "system_integration": "system_integration", "maintenance": "maintenance_outsourcing",
    "disaster_recovery": "disaster_recovery", "renewal": "data",
}  # fmt: skip
NEED_TEXTS = {
    "network_line": "现有线路忙时拥塞，新业务上线前要有更宽、更稳的专线。",
    "voice": "各处电话分开签约，希望统一号码、统一结算。",
    "mobile": "外勤人员和车辆要随时联得上，数据要及时回传。",
    "internet_idc_cloud": "自建机房空间和供电已满，希望用上云上的资源。",
    "video": "分散的视频要集中存放、随时调看，保存期要达到规定。",
    "value_added": "希望主动提醒服务对象，并看得到效果。",
    "it_service_app": "业务系统老旧，希望由我方提供平台并负责运行。",
    "system_integration": "网络、机房和应用希望由一家总体负责。",
    "maintenance": "自己的维护人手不够，故障时响应慢。",
    "disaster_recovery": "监管要求同城灾备，核心业务不能只靠一个机房。",
    "renewal": "现有专线合同明年到期，希望续签并提速。",
}
RIVALS = (
    {"operator": "mobile", "name": "移动集团客户部", "strength": "价格低，送流量",
     "weakness": "本地没有备用路由", "our_answer": "强调双路由与驻点维护"},
    {"operator": "unicom", "name": "", "strength": "与信息部门熟悉", "weakness": "交付周期长",
     "our_answer": "承诺分段开通"},
    {"operator": "other", "name": "本地集成商", "strength": "报价灵活", "weakness": "没有自有网络",
     "our_answer": "网络与集成一体报价"},
)  # fmt: skip
