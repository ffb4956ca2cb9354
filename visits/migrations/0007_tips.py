"""The tips in our own words."""

from django.db import migrations

# (code, area, context, text); facts of R2, R5–R7 and R37–R40.
TIPS = [
    # R2: what each stage is for
    ("stage-general", "stage", "general_contact", "先互相认识：介绍自己和分工，请对方介绍机构和各部门的联系人。"),
    ("stage-relation", "stage", "build_relationship", "建立信任：了解对方的习惯和眼下的难处，答应的小事当天办。"),
    ("stage-substance", "stage", "substantive", "谈到实处：需求、预算、谁来决定、还有哪家在谈，逐项问清楚。"),
    ("stage-long", "stage", "long_term", "着眼长期：商量合作协议、全年安排和到期续约，请双方领导见面。"),
    # R5: the first minutes
    ("opening-early", "opening", "", "严格守约，提前 5 分钟以上到达；路上耽搁，先打电话告诉对方。"),
    ("opening-self", "opening", "", "面带微笑，报单位、姓名和职务，先把气氛谈轻松。"),
    ("opening-purpose", "opening", "", "说清为什么来、大约要多少时间，让对方心里有数。"),
    ("opening-listen", "opening", "", "换几种问法请对方多谈，消除顾虑，再进入正题。"),
    # R6: three behaviours
    ("mood-reticent", "behaviour", "reticent", "不愿多谈：少问「是不是」，多问「怎么看」；从共同的经历和话题说起，先建立信任。"),
    ("mood-dissatisfied", "behaviour", "dissatisfied", "对服务不满：诚恳说明，承认眼前的不足，讲清怎么改进；先稳住自己的情绪。改进措施要写进记录。"),
    ("mood-angry", "behaviour", "angry_third_party", "因他人而生气：不评价别人，不偏不倚，把话题慢慢带回要办的事。"),
    # R7: the last minutes
    ("closing-listen", "closing", "", "问完以后专心听，少说话，适当看着对方，点头或简短回应；边谈边核对理解得对不对。"),
    ("closing-sum", "closing", "", "结束前把要点说一遍，请对方核实。"),
    ("closing-next", "closing", "", "约定下一步双方各做什么、谁来做、什么时候做完。"),
    ("closing-thanks", "closing", "", "感谢对方抽出时间，说明这次会面的意义，给以后的合作留下余地。"),
    # R37: the telephone
    ("phone-rings", "phone", "", "铃响三声之内接起，先开口：「您好，中国电信，我是某某，请问（请讲）」。"),
    ("phone-known", "phone", "", "已经知道是谁来电，就称呼职务：「王处长，您好」。"),
    ("phone-late", "phone", "", "响了五声以上才接，先道歉。"),
    ("phone-voice", "phone", "", "声音诚恳自然，语速不要太快，尽量满足要求；不说「不知道」「不能办」。"),
    ("phone-priority", "phone", "", "任何时候客户来电优先。正在接另一位客户的电话，先向对方致歉，后一个电话尽量简短。"),
    ("phone-visitor", "phone", "", "通话时来了客人，原则上先接待客人：向来电的客户说明并征得同意后再挂机；来电重要，就请客人稍候。"),
    ("phone-hang-up", "phone", "", "等客户先挂机，自己再放下电话。"),
    # R38: four hard calls
    ("call-lookup", "hard_call", "lookup", "要查资料：时间长就先挂机，约定确切的回电时间；没有把握的转给合适的人，不勉强答复。"),
    ("call-unclear", "hard_call", "unclear", "听不清：「对不起，请您重复一遍，好吗？」重要客户请对方挂机，马上打回去；打错的也要客气，他可能就是将来的客户。"),
    ("call-complaint", "hard_call", "complaint", "来电投诉：哪怕对方说得不对也听完，再解释；办不到的说明原因并道歉。"),
    ("call-absent", "hard_call", "absent_person", "要找的人不在：先问事情是否要紧、为了什么，再决定怎么办；不随便传话，也不透露他的去向。"),
    # R39: receiving visitors
    ("reception-dress", "reception", "", "着装得体，整洁有精神；热情有礼，不卑不亢；接待规格和出面的领导与来客相称。"),
    ("reception-door", "reception", "", "没见过面的客户和重要客户：提前到门口等候，上前问「请问您是某某单位的某先生（女士）吗？」，再引到会议室。"),
    ("reception-cards", "reception", "", "第一次见面交换名片，报出姓名和职务。"),
    ("reception-care", "reception", "", "需要时安排车辆，帮忙拿重的东西，边走边介绍情况。"),
    ("reception-guide", "reception", "", "引路时走在客人侧前方两三步，不挡视线；转弯和台阶处回头招呼：「请跟我来」「这边请」「里边请」。"),
    ("reception-lift", "reception", "", "乘电梯时挡住门，请客人先进、先出。"),
    ("reception-stairs", "reception", "", "上楼请客人先行，下楼也请客人先行。"),
    # R40: the meeting
    ("meeting-seats", "meeting", "", "请客人坐在面对门的一侧，主宾居中，其余按职务在右、左两边依次排开；我方背对门，排法相同。"),
    ("meeting-introduce", "meeting", "", "介绍同事按座次进行，一般从职务高的开始。"),
    ("meeting-manner", "meeting", "", "态度亲切，言辞谦和，不打断对方，耐心倾听，做好记录，找对方有兴趣的话题。"),
    ("meeting-habits", "meeting", "", "不抓头、搔痒、剔牙、挖耳、打哈欠；忍不住咳嗽或打喷嚏时侧过身去，并说声对不起。"),
]


def seed(apps, schema_editor):
    tip = apps.get_model("visits", "Tip")
    for number, (code, area, context, text) in enumerate(TIPS, 1):
        fields = {"area": area, "context": context, "text": text, "order": number * 10}
        tip.objects.get_or_create(code=code, defaults=fields)


def unseed(apps, schema_editor):
    codes = [code for code, *_ in TIPS]
    apps.get_model("visits", "Tip").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    replaces = [("visits", "0012_conduct_steps_place_tips")]
    dependencies = [("visits", "0006_letter_texts")]
    operations = [migrations.RunPython(seed, unseed)]
