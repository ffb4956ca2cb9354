"""Pattern texts of letters, and words to look for in them."""

from django.db import migrations

TEMPLATES = [
    ("thanks-visit", "thanks", "感谢函：工作会谈", """您好！
{visit_date}，承蒙您在{place}抽出宝贵时间接待，就“{topic}”深入交换意见，谨致诚挚的谢意！
会谈中双方取得以下一致意见：
{summary_points}
我公司承诺办理的事项如下：
{commitments}
下一步安排：{next_step}。届时我公司将提前联系确认。
这次会面使我公司更加了解{your_side}的想法和要求，意义重大。如有需要，请随时与{am_name}（{am_phone}）联系。"""),
    ("thanks-first", "thanks", "感谢函：初次见面", """您好！
{visit_date}初次登门，承蒙您热情接待，并介绍{your_side}的情况，在此表示衷心的感谢！
您谈到的以下几点，我公司已经记下：
{summary_points}
下一步安排：{next_step}。
今后由{am_name}（电话{am_phone}）为{your_side}服务，期待与您再次见面。"""),
    ("reply-standard", "reply", "一般答复", """{letter_ref}
经研究，现函复如下：
一、关于【来函所提第一项】，我公司【同意或不同意】，依据是【依据】。
二、【办理措施、完成日期与责任人】。
特此函复。"""),
    ("interim-progress", "interim", "初步答复：正在核实", """{letter_ref}
现将办理情况先行函复如下：
一、来函所提事项需要【核实或协调的内容】，目前正在办理。
二、我公司将于{promised_on}前作出正式书面答复。
特此函复。"""),
    ("holding-authority", "holding", "需向上级报告后答复", """{letter_ref}
感谢{your_side}对我公司的信任。现先行函复如下：
一、来函所提【事项】，超出了经办人员的权限，需要向上级报告后才能答复。
二、报告已经提交，我公司将于{promised_on}前作出正式书面答复。
三、这段时间内如有急需，请与{am_name}（{am_phone}）联系。
特此函复。"""),
    ("not-launched", "not_launched", "业务尚未开办或资源不足", """{letter_ref}
首先感谢{your_side}对我公司的信任。经研究，现函复如下：
一、来函所提【业务名称】目前在【区域】尚未开办，暂时不能提供，敬请谅解。
二、该业务一经开办，我公司将立即告知。
三、为解决眼下的需要，建议先采用以下办法：{alternatives}。
特此函复。"""),
    ("out-of-policy", "out_of_policy", "不符合规定或协议", """{letter_ref}
来函所提要求未能满足，给{your_side}带来不便，我公司深表歉意。现函复如下：
一、关于【来函所提事项】，按照{policy_ref}，我公司目前无法办理，原因是【原因】。
二、我公司可以提供【可行的办法与时间】，请予理解和支持。
三、如确有特殊情况，请来函说明，我公司将先向上级报告，再作答复。
特此函复。"""),
]  # fmt: skip

BLOCK, WARN = "block", "warn"
WORDS = [
    ("不知道", BLOCK, "请写明向谁核实、何时答复"),
    ("不能办", BLOCK, "请写明原因，并给出可行的办法"),
    ("办不了", BLOCK, "请写明原因，并给出可行的办法"),
    ("没办法", BLOCK, "请写明原因，并给出可行的办法"),
    ("不归我管", BLOCK, "请写明由谁办理，并代为转达"),
    ("底价", BLOCK, "内部价格不写进信函"),
    ("内部价", BLOCK, "内部价格不写进信函"),
    ("成本价", BLOCK, "内部价格不写进信函"),
    ("回扣", BLOCK, "不得承诺任何账外利益"),
    ("好处费", BLOCK, "不得承诺任何账外利益"),
    ("只能使用我公司", BLOCK, "不得限制用户选择，请只介绍我公司的办法"),
    ("不得使用其他", BLOCK, "不得限制用户选择，请删去"),
    ("必须使用我公司", BLOCK, "不得限制用户选择，请只介绍我公司的办法"),
    ("不准转网", BLOCK, "不得限制用户选择，请删去"),
    ("不如我们", BLOCK, "不评论同行，请改为介绍自己的质量与服务"),
    ("质量差", BLOCK, "不评论同行，请改为介绍自己的质量与服务"),
    ("信号差", BLOCK, "不评论同行，请改为介绍自己的质量与服务"),
    ("骗人", BLOCK, "不贬低他人，请删去"),
    ("不靠谱", BLOCK, "不贬低他人，请删去"),
    ("竞争对手", WARN, "信函中不评论同行，请改为介绍自己的做法"),
    ("绝对", WARN, "请改用可以做到、可以查证的说法"),
    ("百分之百", WARN, "请改用可以做到、可以查证的说法"),
    ("100%", WARN, "请改用可以做到、可以查证的说法"),
    ("永不中断", WARN, "请写明约定的可用率"),
    ("保证不出", WARN, "请写明约定的可用率与处理时限"),
    ("最好的", WARN, "请改用可以查证的事实"),
    ("全国第一", WARN, "请改用可以查证的事实"),
    ("唯一", WARN, "请改用可以查证的事实"),
    ("尽快", WARN, "请写明日期"),
    ("差不多", WARN, "请写明数量或日期"),
]


def seed(apps, schema_editor):
    template = apps.get_model("visits", "LetterTemplate")
    word = apps.get_model("visits", "LintWord")
    for code, kind, name, body in TEMPLATES:
        template.objects.create(code=code, kind=kind, name=name, body=body)
    for text, severity, advice in WORDS:
        word.objects.create(word=text, severity=severity, advice=advice)


def unseed(apps, schema_editor):
    codes = [row[0] for row in TEMPLATES]
    apps.get_model("visits", "LetterTemplate").objects.filter(code__in=codes).delete()
    words = [row[0] for row in WORDS]
    apps.get_model("visits", "LintWord").objects.filter(word__in=words).delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0011_letters_seed")]
    dependencies = [("visits", "0005_departure_ladder")]
    operations = [migrations.RunPython(seed, unseed)]
