# إدخال هدف من قسم مغلق إلى الغرفة.
web-promotion-agree = الموافقة باسم { $country }
web-promotion-agreed-by = وافق
web-promotion-answer = النظر فيه والإجابة
web-promotion-answer-again = الموافقة رغم ذلك
web-promotion-answer-lead = يريد { $who } أن تعلم الغرفة كلها بهذا الهدف. البلد المسؤول عنه: { $country }. من دون موافقتك يبقى في القسم المغلق. وما وُوفق عليه لا يُسحب.
web-promotion-ask = اقتراحه على الغرفة كلها
web-promotion-ask-do = طلب موافقة { $country }
web-promotion-ask-lead = هذا طلب فقط. لا يخرج شيء من القسم المغلق حتى يوافق البلد المسؤول عن الهدف، { $country }، ويقوله أحد في الغرفة.
web-promotion-exactly = هذا بالضبط ما سيُقال
web-promotion-known = رؤيته في الغرفة
web-promotion-new-readers = { $count ->
     [one] يعلم به بذلك: { $countries }.
    *[other] تعلم به بذلك: { $countries }.
}
web-promotion-origin = أدخله إلى هنا من قسم مغلق
web-promotion-others = وفيه أيضًا
web-promotion-readers = يقرؤه كل من في الغرفة: { $countries }.
web-promotion-refuse = عدم الموافقة
web-promotion-refused-by = لم يوافق
web-promotion-said-by = قاله في الغرفة
web-promotion-say = قوله في الغرفة
web-promotion-say-do = قوله للبلدان كلها ({ $count })
web-promotion-say-lead = اتُّفق عليه. يوقّعه هذا الجهاز، وما قيل لا يُسحب.
web-promotion-stays = تبقى الملاحظات والفريق والمشاهدات والصور والمطابقات والروابط في القسم المغلق.
web-promotion-step-agreed = وُوفق باسم { $country }؛ ولم يُقل بعد
web-promotion-step-refused = { $country }: لا موافقة
web-promotion-step-said = الغرفة تعلم به
web-promotion-step-unagreed = قيل في الغرفة من دون موافقة { $country }
web-promotion-step-wanted = ينتظر موافقة { $country }
web-promotion-there = هو في القسم المغلق
web-promotion-title = للغرفة كلها
web-promotion-waits = ينتظر إجابتك
web-promotion-wanted-by = اقترحه
