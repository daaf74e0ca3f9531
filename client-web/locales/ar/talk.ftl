# ما يقال.
web-talk-below = {$count ->
     [one] رسالة جديدة
     [two] رسالتان جديدتان
     [few] { $count } رسائل جديدة
    *[other] { $count } رسالة جديدة
}
web-talk-closed = الغرفة ليست مفتوحة: لا يمكن الكتابة.
web-talk-earlier = عرض الأقدم ({ $count })
web-talk-empty = لم يقل أحد شيئًا بعد.
web-talk-file = مشاركة ملف
web-talk-in-reply = ردًا على
web-talk-keys = Enter للإرسال، Shift+Enter لسطر جديد
web-talk-new = جديد منذ آخر اطلاع
web-talk-photo = التقاط صورة ومشاركتها
web-talk-read-only = يمكنك القراءة هنا دون الكتابة.
web-talk-reply-not = إلغاء الرد
web-talk-reply-to = الرد على { $who }
web-talk-send = إرسال
web-talk-send-urgent = إرسال عاجل
web-talk-sharing = جارٍ التشفير والإرسال…
web-talk-sharing-percent = التشفير والإرسال: { $percent } ٪
web-talk-text = اكتب إلى الغرفة
web-talk-text-some = قل شيئًا لهذه البلدان فقط: { $countries }
web-talk-title = المحادثة
web-talk-urgent = عاجل
web-talk-urgent-hint = عاجل: كل أجهزة الغرفة تنبّه ضباطها. لهذه الرسالة فقط.
web-talk-urgent-hint-some = عاجل: كل أجهزة القسم المغلق تنبّه ضباطها. لهذه الرسالة فقط.
web-talk-waiting = بانتظار الإرسال
