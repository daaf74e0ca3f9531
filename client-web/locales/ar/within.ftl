# الأقسام المغلقة: ما لا تراه إلا بعض بلدان الغرفة.
web-within-add = إضافة أشخاص
web-within-add-do = إضافة ({ $count })
web-within-add-hint = لا يدخله إلا من له مقعد في الغرفة. { $countries }: لا يراه غيرهم أبدًا.
web-within-add-none = لا يمكنك إضافة أحد الآن: كل بلد يضيف أشخاصه.
web-within-add-send = ضعه على اللوحة لهذه البلدان فقط: { $countries }
web-within-all = كل من في الغرفة يقرأ هذا.
web-within-announced = { $count ->
     [0] لم يُعلن عن أي قسم مغلق في هذه الغرفة.
     [one] أُعلن عن قسم مغلق واحد في هذه الغرفة.
     [two] أُعلن عن قسمين مغلقين في هذه الغرفة.
     [few] أُعلن عن { $count } أقسام مغلقة في هذه الغرفة.
    *[other] أُعلن عن { $count } قسمًا مغلقًا في هذه الغرفة.
}
web-within-choose = اختر أولًا من يقرأ هذا.
web-within-filter = من يراه
web-within-first = من يتكلم باسم { $country }
web-within-first-hint = تُدخل أنت واحدًا، وهو يُدخل بقية أشخاص { $country }.
web-within-first-none = لا يجلس في الغرفة بعد من يتكلم باسم { $country }.
web-within-for = لأي البلدان
web-within-for-hint = لا تتغير بعد ذلك: لبلدان أخرى افتح قسمًا مغلقًا آخر.
web-within-for-own = { $country }، بلدك، فيه دائمًا. اختر بلدًا آخر على الأقل.
web-within-gone = لم يعد لهذا الجهاز مقعد هناك.
web-within-hub = يرى المحور أي الأجهزة تجلس فيه ومتى يُقال شيء هناك، لا ما يُقال.
web-within-leave = مغادرة القسم المغلق
web-within-leave-text = يترك هذا الجهاز مقعده هناك ويُتلف مفاتيح هذا القسم المغلق. ويبقى مقعده في الغرفة. أول حاضر من الآخرين يُخلي سبيله؛ وحتى ذلك لا يُقال هناك شيء. لا يعيده إلا من يحق له إضافة أشخاص هناك.
web-within-link = يبقى الرابط في القسم المغلق: من لا يرى إلا الغرفة لا يراه.
web-within-nobody = لا أحد بعد
web-within-only = لا يرى هذا إلا { $countries }.
web-within-open = فتح قسم مغلق
web-within-open-do = افتحه لهذه البلدان: { $countries }
web-within-outside = { $countries }: سيُرى هناك أنك فتحت قسمًا مغلقًا وأن عدد الأقسام صار { $count ->
     [one] واحدًا
    *[other] { $count }
}. لا لمن، ولا عن ماذا، ولا شيء مما يُقال فيه.
web-within-outside-none = اختيرت كل بلدان الغرفة: عندئذ لا يُخفى شيء عن أحد. قله في الغرفة.
web-within-own = أشخاص بلدك
web-within-remove = سحب مقعد { $who } في القسم المغلق
web-within-remove-text = لن يقرأ بعد ذلك شيئًا مما يُقال فيه. ويبقى مقعده في الغرفة.
web-within-room = كل الغرفة ({ $count ->
     [one] بلد واحد
     [two] بلدان
     [few] { $count } بلدان
    *[other] { $count } بلدًا
})
web-within-seated = { $count ->
     [0] ليس لهذا الجهاز مقعد في أي منها.
     [one] لهذا الجهاز مقعد في واحد منها.
     [two] لهذا الجهاز مقعد في اثنين منها.
    *[other] لهذا الجهاز مقعد في { $count } منها.
}
web-within-some = فقط { $countries }
web-within-stays = لا يقرأ هذا إلا { $countries }. ويبقى في قسمهم المغلق.
web-within-title = الأقسام المغلقة
web-within-what = القسم المغلق لبعض بلدان الغرفة. يرى الآخرون كم عددها: لا لمن، ولا عن ماذا، ولا كم يُقال فيها.
web-within-who = من يقرأ هذا
