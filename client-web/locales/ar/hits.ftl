# Hits and their alarm.
web-hits-acknowledge = إقرار الاستلام
web-hits-acknowledge-note = إقرار مع ملاحظة
web-hits-acknowledged = أقرّت الاستلام
web-hits-acknowledged-by-you = أقررت استلامها.
web-hits-act = اتُّخذ إجراء
web-hits-actioned = اتُّخذ إجراء
web-hits-afterwards-hint = تُنشر في المحادثة مع المعرّف.
web-hits-alarm = { $count ->
     [one] مطابقة
     [two] مطابقتان
     [few] { $count } مطابقات
    *[other] { $count } مطابقة
}
web-hits-alarm-more = { $count ->
     [one] وواحدة أخرى
     [two] واثنتان أخريان
     [few] و{ $count } أخرى
    *[other] و{ $count } أخرى
}
web-hits-certain = اليقين { $percent }٪
web-hits-closed = مغلقة
web-hits-confirm = تأكيد
web-hits-confirmed = مؤكدة
web-hits-delivered = وصلت إلى شاشة
web-hits-dismiss = إغلاق
web-hits-escalated-coordinator = انقضت المهلة ({ $stage }): طُلب من المنسقين
web-hits-escalated-liaison = انقضت المهلة ({ $stage }): طُلب من ضباط الارتباط
web-hits-exercise = تمرين تمرين تمرين
web-hits-false = خاطئة
web-hits-in-room = في الغرفة { $room }
web-hits-is-no-target = ليس على اللوحة؛ يُبلَّغ عنه دون هدف.
web-hits-is-target = على اللوحة: { $name }
web-hits-look = فتح
web-hits-matched = المطابقة: { $rule }، { $percent }٪
web-hits-need-you = { $count ->
     [one] واحدة تنتظر بلدك
     [two] اثنتان تنتظران بلدك
     [few] { $count } تنتظر بلدك
    *[other] { $count } تنتظر بلدك
}
web-hits-no-target = لا هدف معروف
web-hits-none-open = لا مطابقات مفتوحة.
web-hits-note = ملاحظة
web-hits-on-board = على اللوحة:
web-hits-on-screens = على { $have } من { $all } شاشة
web-hits-open = مفتوحة
web-hits-other-identifier = معرّف آخر
web-hits-overdue = متأخر
web-hits-photo-chosen = صورة: { $name }
web-hits-raise = الإبلاغ عن مطابقة
web-hits-raise-send = إطلاق الإنذار الآن
web-hits-raised-by = أبلغ عنها
web-hits-reject = خاطئة
web-hits-reopen = إعادة الفتح
web-hits-reopen-hint = لماذا أُغلقت خطأً. تبدأ مهلها من جديد.
web-hits-reopened = أُعيد فتحها
web-hits-say-more = اذكر ما ستفعله
web-hits-seen-identifier = ما تراه
web-hits-seen-times = { $count ->
     [one] شوهد مرة
     [two] شوهد مرتين
     [few] شوهد { $count } مرات
    *[other] شوهد { $count } مرة
}
web-hits-send-acknowledge = إقرار الاستلام
web-hits-send-act = إغلاق: اتُّخذ إجراء
web-hits-send-afterwards = نشر
web-hits-send-confirm = تأكيد
web-hits-send-reject = هي خاطئة
web-hits-send-reopen = إعادة الفتح
web-hits-sheet-acknowledge = إقرار استلام المطابقة
web-hits-sheet-act = ما اتُّخذ من إجراء
web-hits-sheet-afterwards = ما ستفعله
web-hits-sheet-confirm = تأكيد المطابقة
web-hits-sheet-reject = المطابقة خاطئة
web-hits-sheet-reopen = إعادة فتح المطابقة
web-hits-show-more = عرض المزيد ({ $count })
web-hits-silence = كتم الصوت
web-hits-time-left = الوقت المتبقي
web-hits-title = المطابقات
web-hits-waiting = لم تصل بعد إلى شاشة
web-hits-where-how = أين وكيف وإلى أي اتجاه
