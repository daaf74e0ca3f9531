# The target board and a target.
web-board-accuracy = ± { $metres } م
web-board-add = إضافة هدف
web-board-add-identifier = إضافة معرّف
web-board-add-link = إضافة رابط
web-board-add-photo = إضافة صورة
web-board-add-send = إدراج على اللوحة
web-board-add-this = إضافة
web-board-all = الكل
web-board-at-time = في وقت آخر
web-board-back = العودة إلى القائمة
web-board-cancel = إلغاء
web-board-change-status = تغيير الحالة
web-board-changed = آخر تعديل
web-board-clear = مسح
web-board-close = إغلاق الهدف
web-board-custody = في عهدة { $country }
web-board-documents = الصور والوثائق
web-board-earlier = عرض الأقدم ({ $count })
web-board-edit = تعديل
web-board-empty = لا أهداف على اللوحة بعد.
web-board-evaluation-half = حدّد المصدر والمعلومة معًا أو لا شيء.
web-board-field-other = أخرى
web-board-fields = التفاصيل
web-board-filters = مزيد من عوامل التصفية
web-board-find = اسم أو معرّف أو فريق
web-board-future = هذا الوقت في المستقبل.
web-board-gone = هذا الهدف ليس على اللوحة.
web-board-handling-H0 = للاستعمال الشرطي
web-board-handling-H1 = لا تُستعمل دليلًا دون موافقة صاحبها
web-board-handling-H2 = لا تُنقل إلى غيركم دون موافقة صاحبها
web-board-handling-H3 = قيود خاصة: يُراجع صاحبها قبل أي استعمال
web-board-here = أنا هنا
web-board-here-failed = تعذّر على الجهاز تحديد مكانه. اكتب المكان.
web-board-history = سجل التعديلات
web-board-hits = مطابقات هذا الهدف
web-board-identifiers = المعرّفات
web-board-information = المعلومة
web-board-information-1 = معلوم صحتها
web-board-information-2 = معلومة للمصدر شخصيًا
web-board-information-3 = غير معلومة للمصدر شخصيًا لكنها معززة
web-board-information-4 = لا يمكن الحكم عليها
web-board-knots = { $knots } عقدة
web-board-link-choose = اختر ({ $count })
web-board-link-from = → { $relation }
web-board-link-hint = مثلًا: يقود، المرسل إليه، الطاقم نفسه
web-board-link-relation = طبيعة الرابط
web-board-link-target = الهدف
web-board-link-to = { $relation } ←
web-board-links = الروابط
web-board-minutes-ago = { $minutes ->
     [few] قبل { $minutes } دقائق
    *[other] قبل { $minutes } دقيقة
}
web-board-more-identifiers = + { $count }
web-board-never-seen = لم يُشاهد بعد
web-board-none = غير محدد
web-board-none-found = لا هدف يطابق التصفية.
web-board-not-ready = اللوحة غير مكتملة بعد: ينتظر هذا الجهاز أن يسلّمها إليه أحد الأعضاء.
web-board-now = الآن
web-board-on-map = عرض على الخريطة:
web-board-only-hits = ذات مطابقات مفتوحة
web-board-only-stale = لم تُشاهد منذ مدة
web-board-open-hits = { $count ->
     [one] مطابقة مفتوحة
     [two] مطابقتان مفتوحتان
     [few] { $count } مطابقات مفتوحة
    *[other] { $count } مطابقة مفتوحة
}
web-board-overtaken = عُدّل هذا الهدف منذ أن فتحته. ما ترسله سيحل محل تعديل:
web-board-photo-done = شوركت الصورة.
web-board-photo-percent = الإرسال: { $percent }٪
web-board-photo-sending = تشفير الصورة وإرسالها
web-board-place = المكان (خط العرض، خط الطول)
web-board-place-hint = مثل ‎31.9521, 35.9105‎ أو ‎31°57′08″N 35°54′38″E‎. يمكن تركه فارغًا.
web-board-place-wrong = هذا ليس مكانًا: خط العرض ثم خط الطول.
web-board-priority-highest = { $n } (الأعلى)
web-board-priority-lowest = { $n } (الأدنى)
web-board-priority-n = الأولوية { $n }
web-board-priority-only = { $n } فقط
web-board-priority-to = 1 إلى { $n }
web-board-queued = بانتظار المحور
web-board-queued-count = { $count ->
     [one] بانتظار الإرسال
     [two] اثنان بانتظار الإرسال
     [few] { $count } بانتظار الإرسال
    *[other] { $count } بانتظار الإرسال
}
web-board-remove-identifier = إزالة { $identifier }
web-board-remove-link = إزالة الرابط مع { $name }
web-board-save = حفظ التغييرات
web-board-seen = شوهد { $ago }
web-board-seen-at = وقت المشاهدة
web-board-seen-stale = قديم: شوهد { $ago }
web-board-show-more = عرض المزيد ({ $count })
web-board-shown = معروض { $shown } من { $all } من الأهداف
web-board-sighting = الإبلاغ عن مشاهدة
web-board-sighting-note = كيف شوهد وماذا كان يفعل
web-board-sighting-send = إرسال المشاهدة
web-board-source = المصدر
web-board-source-A = موثوق تمامًا
web-board-source-B = موثوق غالبًا
web-board-source-C = غير موثوق غالبًا
web-board-source-D = غير موثوق
web-board-source-X = لا يمكن تقييمه
web-board-stale = آخر مشاهدة مضى عليها أكثر من 15 دقيقة: لا تتصرف بناءً عليها وحدها.
web-board-status-now = الآن:
web-board-title = الأهداف
web-board-track = المشاهدات
web-board-unknown = غير معروف
web-board-when = متى
