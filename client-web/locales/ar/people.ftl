# Who is in the room, on whose word, and whether anybody may be lying.
security-clock-disagreement = يختلف وقت المحور لإحدى الرسائل عن وقت مرسلها بمقدار { $seconds } ث. إحدى الساعتين خاطئة أو أن الرسالة احتُجزت.
security-commit-refused = أمر المحور بتغيير محظور في الغرفة: { $rule }. لم يُنفَّذ، والغرفة متوقفة هنا.
security-commit-unreadable = تعذّرت قراءة تغيير في الغرفة. الغرفة متوقفة هنا.
security-commit-withheld = حجب المحور عن هذا الجهاز تغييرًا في الغرفة.
security-doubled = سلّم المحور رسالة مرتين. حُسبت مرة واحدة.
security-false-join-request = نقل المحور طلب انضمام لم يقدّمه الجهاز المذكور فيه. تم تجاهله.
security-false-key-package = سلّم المحور مفتاحًا لا يخص الجهاز المراد قبوله. لم يُقبل أحد.
security-false-revocation = سلّم المحور قائمة إلغاء مزيفة أو قديمة. تم تجاهلها.
security-gone-seat = طريق العودة الذي يعرضه المحور يؤدي إلى من أُبعد أو أُلغي اعتماده. لم يُسلك.
security-history-rewritten = يعرض المحور شيئًا آخر في موضع سبق أن رآه هذا الجهاز: إنه يعيد كتابة السجل.
security-message-unreadable = رسالة تعذّرت قراءتها أو ليست كما تدّعي.
security-room-fork = أُخبر عضو في قسم مغلق بسيرة للغرفة غير التي أُخبر بها هذا الجهاز. قارنوا أرقام الأمان صوتيًا.
security-room-withheld = في قسم مغلق رأى أحدهم من الغرفة أكثر مما يعرضه المحور هنا. اسألوا بقناة أخرى عما ينقص.
security-unagreed = نُقل هدف من قسم مغلق إلى الغرفة دون موافقة البلد المسؤول عنه. اسألوا من قاله.
security-unannounced = لم يُعلن عن هذا القسم المغلق في الغرفة قط: لا يعلم الآخرون بوجوده. اسألوا من فتحه.
security-unsigned = رسالة غير موقّعة من مُرسلها للسجل؛ لم يُؤخذ بها.
security-not-mine = سلّم المحور باسم هذا الجهاز شيئًا لم يرسله. تم تجاهله.
security-old-state = طريق العودة الذي يعرضه المحور يؤدي إلى ماضي الغرفة. لم يُسلك.
security-rollback = سجل المحور ينتهي الآن عند الرقم { $head }، قبل ما كان قد عرضه.
security-snapshot-disputed = اللوحة التي أرسلها أحد الأعضاء تخالف لوحة هذا الجهاز.
security-snapshot-disputed-by = يقول أحد الأعضاء إن لوحة أُرسلت مزيفة.
security-stale-commit = سلّم المحور تغييرًا للغرفة فات أوانه. تم تجاهله.
security-transcript-fork = عرض المحور على هذا العضو سجلًا آخر بعد الرقم { $agreed_seq } (رأى حتى الرقم { $seen_seq }).
security-unconsented = ينقل أحد الأعضاء إلى خارج الغرفة ما لم يوافق عليه الميثاق. اطلب من المنسق إخراجه.
security-wrong-sender = يذكر المحور مرسلًا غير الذي وقّع الرسالة.
web-people-admit = قبول ضباط
web-people-admit-do = { $count ->
     [0] قبول
    *[other] قبول ({ $count })
}
web-people-admit-hint = يرون اللوحة كما هي الآن وما يُقال من الآن فصاعدًا، ولا يرون شيئًا مما قيل قبل ذلك.
web-people-admit-none = ليس في دليل المحور شخص آخر يحق لك قبوله.
web-people-admitted = قَبِله { $who }، { $time }
web-people-admitted-by = قَبِله
web-people-amend-by = اقترحه
web-people-amend-close = إغلاق الغرفة الآن
web-people-amend-end = وقت الإغلاق الجديد:
web-people-amend-mine = لقد وقّعت.
web-people-amend-now = الساري الآن:
web-people-amend-signed = التواقيع: { $count } من { $quorum }.
web-people-amendments = تعديلات مقترحة للمدة الزمنية
web-people-asked = وصل الطلب { $ago }
web-people-asker-admit = قبول { $who }
web-people-asker-dismiss = تجاهل { $who }
web-people-asking = { $count ->
     [one] طلب انضمام واحد
     [two] طلبا انضمام
     [few] { $count } طلبات انضمام
     [many] { $count } طلبًا للانضمام
    *[other] { $count } طلب انضمام
}
web-people-asking-admit = قبول
web-people-asking-dismiss = تجاهل
web-people-asking-hint = اعتمادهم صحيح وصادر عن سلطة مسجّلة في هذه الغرفة. ولك أن تقرر إن كان مكانهم هنا.
web-people-asking-others = القرار لمنسّق أو لضابط ارتباط ({ $country }).
web-people-directory-away = تعذّرت قراءة الدليل: { $reason }
web-people-directory-loading = تجري قراءة الدليل …
web-people-gap = لم يرَ هذا الجهاز الرسائل من { $from } إلى { $to }. اسأل عمّا قيل حينها.
web-people-before = حاضر قبل انضمام هذا الجهاز
web-people-leaving = طلب المغادرة
web-people-link = رابط طلب الانضمام
web-people-link-by-hand = تعذّر النسخ. حدّد الرابط وانسخه يدويًا.
web-people-link-copied = تم النسخ.
web-people-link-copy = نسخ الرابط
web-people-link-text = من يفتحه بجهاز معتمد يمكنه طلب الانضمام. والرابط وحده لا يفتح شيئًا: لا بد أن يقبله أحد هنا.
web-people-opened = فتح الغرفة
web-people-place = الموقع
web-people-position = الموقع { $ago }
web-people-remove = إخراج من الغرفة
web-people-remove-text = لن يقرأ هذا الجهاز شيئًا مما يُقال من الآن. ويرى صاحبه أن مقعده سُحب. إذا فُقد الجهاز أو صودر فاطلب من سلطته إلغاءه أيضًا.
web-people-remove-title = إخراج { $who }؟
web-people-revoked = ملغى
web-people-revoked-text = ألغت السلطة هذا الجهاز. يخرجه أول منسّق أو ضابط ارتباط يتصل، ولا يسلّمه المحور شيئًا.
web-people-safety = رقم الأمان
web-people-safety-differs = إن اختلفت واحدة منها فربما يوجد من يتوسط بينكما: لا تكتب هنا شيئًا سريًا واتصل بالمنسّق.
web-people-safety-digits = الشيء نفسه بالأرقام
web-people-safety-how = اقرآه بالهاتف أو باللاسلكي. إن تطابقت كل الكلمات أو كل المجموعات فأنتما في الغرفة نفسها ومع الأشخاص أنفسهم ولا أحد بينكما.
web-people-safety-language = الكلمات بلغة
web-people-safety-language-hint = للكلمات المعنى نفسه في كل اللغات: لكلٍّ أن يقرأها بلغته.
web-people-safety-when = { $count ->
     [one] يتغير كلما انضم أحد أو غادر. قارناه ما دام كلاكما يرى مقعدًا واحدًا.
     [two] يتغير كلما انضم أحد أو غادر. قارناه ما دام كلاكما يرى مقعدين.
     [few] يتغير كلما انضم أحد أو غادر. قارناه ما دام كلاكما يرى { $count } مقاعد.
     [many] يتغير كلما انضم أحد أو غادر. قارناه ما دام كلاكما يرى { $count } مقعدًا.
    *[other] يتغير كلما انضم أحد أو غادر. قارناه ما دام كلاكما يرى { $count } مقعد.
}
web-people-search = بحث برمز النداء أو الدولة
web-people-seat = المقعد
web-people-seats = { $count ->
     [one] الأشخاص: مقعد واحد
     [two] الأشخاص: مقعدان
     [few] الأشخاص: { $count } مقاعد
     [many] الأشخاص: { $count } مقعدًا
    *[other] الأشخاص: { $count } مقعد
}
web-people-security = تحذيرات أمنية
web-people-security-about = يتعلق بـ { $who }.
web-people-security-do = ربما يكذب أحدهم، والأرجح أنه المحور أو من يسيطر عليه. أبلغ المنسّق صوتيًا لا هنا، وقارن رقم الأمان.
web-people-security-more = { $count ->
     [one] عرض تحذير آخر
     [two] عرض تحذيرين آخرين
     [few] عرض { $count } تحذيرات أخرى
    *[other] عرض { $count } تحذيرًا آخر
}
web-people-security-unknown = أمر مريب لا تعرف هذه النسخة اسمه: { $event }.
web-people-sign = توقيع
web-people-sign-text = يُحسب توقيعك توقيع منسّق. وحين تكتمل التواقيع يسري الوقت الجديد على الجميع.
web-people-sign-title = توقيع هذا التعديل؟
web-people-valid-days = { $days ->
     [one] ينتهي الاعتماد خلال يوم
     [two] ينتهي الاعتماد خلال يومين
     [few] ينتهي الاعتماد خلال { $days } أيام
     [many] ينتهي الاعتماد خلال { $days } يومًا
    *[other] ينتهي الاعتماد خلال { $days } يوم
}
