# The list of rooms, opening one, its time box.
web-rooms-admit-later = يمكن قبول آخرين لاحقًا من قسم الأشخاص.
web-rooms-admitted = يُقبلون فورًا
web-rooms-ask = طلب الانضمام إلى غرفة
web-rooms-ask-do = إرسال الطلب
web-rooms-ask-link = رابط الغرفة أو رقمها
web-rooms-ask-link-hint = يعطيك إياه أحد أعضاء الغرفة.
web-rooms-ask-no-room = هذا ليس رابط غرفة.
web-rooms-ask-text = يرى من يحق له قبولك رمز ندائك ورقمك ودولتك ودورك وسلطتك. ويعلم المحور أن هذا الجهاز يطلب الانضمام.
web-rooms-asked = طلبات الانضمام
web-rooms-asked-since = طُلب { $ago }
web-rooms-asked-stop = سحب الطلب
web-rooms-asked-stop-which = سحب الطلب: الغرفة { $room }
web-rooms-asked-waiting = أُرسل الطلب؛ بانتظار القبول.
web-rooms-back = رجوع
web-rooms-classic = دون مفاتيح ما بعد الكم
web-rooms-classic-hint = فقط لشركاء لا تستطيع أجهزتهم أفضل من ذلك.
web-rooms-close = إغلاق الغرفة الآن
web-rooms-close-text = تُدمّر مفاتيح الجميع ولا يستطيع أحد كتابة شيء جديد أو قراءته هنا. إن لزم توقيع منسقين آخرين فتُغلق بعد توقيعهم.
web-rooms-closes = تُغلق
web-rooms-coordinates = { $who } ينسّق أيضًا
web-rooms-coordinators = المنسقون
web-rooms-countries = الدول
web-rooms-directory-away = تعذّر عرض الضباط: { $reason } يمكن قبولهم لاحقًا.
web-rooms-exercise = تمرين
web-rooms-extend = تغيير وقت الإغلاق
web-rooms-extend-hint = إن لزم توقيع منسقين آخرين فيسري الوقت الجديد بعد توقيعهم.
web-rooms-fault-hours = تبقى مفتوحة من ساعة إلى 48 ساعة.
web-rooms-fault-latest = الحد الأقصى لا يقل عن المدة ولا يزيد على 720 ساعة.
web-rooms-fault-opens = وقت الفتح مضى.
web-rooms-fault-quorum = لا يزيد عدد التواقيع على عدد المنسقين.
web-rooms-fault-title = لا بد من اسم للعملية.
web-rooms-highest-role = أعلى دور
web-rooms-hits = { $count ->
     [one] مطابقة مفتوحة
     [two] مطابقتان مفتوحتان
     [few] { $count } مطابقات مفتوحة
    *[other] { $count } مطابقة مفتوحة
}
web-rooms-hits-for-me = { $count ->
     [one] مطابقة بانتظارك
     [two] مطابقتان بانتظارك
     [few] { $count } مطابقات بانتظارك
    *[other] { $count } مطابقة بانتظارك
}
web-rooms-hours = مفتوحة لمدة (ساعات)
web-rooms-hours-hint = من 1 إلى { $most }
web-rooms-is-exercise = هذا تمرين
web-rooms-is-exercise-hint = تقول كل شاشة في الغرفة ذلك بشكل دائم.
web-rooms-kind = النوع
web-rooms-latest = على أبعد تقدير
web-rooms-latest-hint = لا يتجاوزه أي تمديد.
web-rooms-latest-hours = الحد الأقصى (ساعات)
web-rooms-leave = مغادرة الغرفة
web-rooms-leave-text = يتخلى هذا الجهاز عن مقعده ويدمّر مفاتيح هذه الغرفة. ولا يعيده إلا من له حق القبول.
web-rooms-live = مباشر
web-rooms-more = عرض الأقدم ({ $count })
web-rooms-name = اسم العملية
web-rooms-name-hint = لا يراه إلا أعضاء الغرفة.
web-rooms-new-close = وقت الإغلاق الجديد
web-rooms-no-officers = لا ضباط من هذه الدولة في دليل المحور.
web-rooms-no-playbook = دون خطة نموذجية
web-rooms-nobody-yet = لا أحد بعد
web-rooms-none = لا مقعد لهذا الجهاز في أي غرفة. يقبله المنسّق أو ضابط الارتباط فتظهر الغرفة هنا تلقائيًا.
web-rooms-not-live = غير مباشر
web-rooms-now = الآن
web-rooms-open = المفتوحة
web-rooms-open-room = فتح غرفة
web-rooms-opens = تُفتح
web-rooms-opens-at = وقت الفتح
web-rooms-opens-now = فتحها الآن
web-rooms-over = المغلقة
web-rooms-own-country = دولتك
web-rooms-playbook = الخطة النموذجية
web-rooms-plus-hours = +{ $hours } س
web-rooms-queued = { $count } للإرسال
web-rooms-quorum = عدد المنسقين الذين يجب أن يوقّعوا تعديل الميثاق
web-rooms-quorum-hint = من 1 إلى { $most }
web-rooms-real = عملية حقيقية
web-rooms-retry = إعادة المحاولة
web-rooms-review = راجع قبل الفتح
web-rooms-seats = { $count ->
     [one] مقعد واحد
     [two] مقعدان
     [few] { $count } مقاعد
     [many] { $count } مقعدًا
    *[other] { $count } مقعد
}
web-rooms-signatures = التواقيع اللازمة للتعديل: { $quorum }
web-rooms-suite = التشفير
web-rooms-suite-classic = تقليدي فقط
web-rooms-suite-pq = ما بعد الكم والتقليدي معًا
web-rooms-time-missing = هذا ليس وقتًا.
web-rooms-time-past = هذا الوقت مضى.
web-rooms-time-too-late = هذا يتجاوز الحد الأقصى.
web-rooms-title = الغرف
web-rooms-to-review = مراجعة
web-rooms-unread = { $count } غير مقروءة
web-rooms-untitled = غرفة بلا اسم
web-rooms-untitled-yet = يظهر اسمها عند فتحها
web-rooms-up-to = حتى { $role }
web-rooms-upcoming = القادمة
web-rooms-what = العملية
