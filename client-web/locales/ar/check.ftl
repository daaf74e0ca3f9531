# Checks of identifiers, here and by other countries.
identifier-form = عدد الأحرف أو نوعها لا يناسب هذا النوع.
identifier-kind = هذا النوع غير معروف.
identifier-length = فارغ أو طويل جدًا.
web-check-after = بعد { $time }
web-check-answer = النتيجة
web-check-answer-hit = معروف
web-check-answer-no-hit = غير معروف
web-check-answer-note = ما يمكن قوله عنه
web-check-answer-refer = الرجوع إليّ
web-check-answer-sent = جوابك في الطريق.
web-check-ask = سؤال دول أخرى
web-check-ask-in = سؤال دول { $room }
web-check-ask-send = { $count ->
     [zero] سؤال الدول
     [one] سؤال دولة واحدة
     [two] سؤال دولتين
     [few] سؤال { $count } دول
    *[other] سؤال { $count } دولة
}
web-check-asked = أُرسل السؤال. تظهر الأجوبة في قائمة التحقق بالغرفة.
web-check-asked-by = السائل
web-check-awaited = بانتظار الجواب
web-check-boards = { $count ->
     [one] اللوحة التي بُحث فيها: { $boards }
     [two] اللوحتان اللتان بُحث فيهما: { $boards }
     [few] { $count } لوحات بُحث فيها: { $boards }
    *[other] { $count } لوحة بُحث فيها: { $boards }
}
web-check-certainty = { $rule }، { $percent }٪
web-check-countries = الدول التي تُسأل
web-check-digit-right = رقم التحقق صحيح
web-check-digit-wrong = رقم التحقق خاطئ: أعد القراءة.
web-check-digit-wrong-expected = رقم التحقق خاطئ: أعد القراءة؛ يجب أن يكون { $expected }.
web-check-hint = في اللوحة تحل ? محل حرف مجهول و* محل عدة أحرف.
web-check-identifier = المعرّف
web-check-in-room = في الغرفة { $room }
web-check-kind = نوعه
web-check-kind-any = تلقائي
web-check-kind-cas-number = رقم CAS
web-check-kind-container = حاوية
web-check-kind-flight = رحلة جوية
web-check-kind-imei = IMEI
web-check-kind-imo = رقم IMO
web-check-kind-mmsi = MMSI
web-check-kind-msisdn = هاتف
web-check-kind-onion-address = عنوان onion
web-check-kind-passport = جواز سفر
web-check-kind-plate = لوحة
web-check-kind-tail-number = تسجيل طائرة
web-check-kind-vin = رقم الهيكل
web-check-kind-wallet = محفظة
web-check-match = مطابقة
web-check-maybe = مطابقة محتملة
web-check-no-boards = لا غرفة مفتوحة لديك: لا لوحة للبحث فيها.
web-check-no-identifier = ليس معرّفًا.
web-check-no-match = لا مطابقة على لوحاتك.
web-check-none = لا طلبات تحقق في هذه الغرفة.
web-check-not-all = هذا لا يعني أنه غير معروف: يمكن سؤال دول أخرى.
web-check-pattern = لا يُبحث عن اللوحة الجزئية إلا على اللوحات ولا يُسأل عنها بلد آخر.
web-check-photo = الكتابة من صورة
web-check-photo-alt = الصورة التي تُنقل منها الكتابة
web-check-photo-drop = إزالة الصورة
web-check-photo-stays = تبقى على هذا الجهاز؛ لا تُحفظ ولا تُرسل.
web-check-raise = إبلاغ فوري عن مطابقة
web-check-raise-more = إبلاغ مع مكان أو ملاحظة أو صورة
web-check-raised = أُبلغ عن المطابقة.
web-check-read-again = أعد قراءته.
web-check-requests = طلبات التحقق
web-check-show-more = عرض المزيد ({ $count })
web-check-sure = أعدت القراءة: هكذا هو مكتوب
web-check-title = تحقق
web-check-to-hits = إلى المطابقات
web-check-wait-for-you = { $count ->
     [one] طلب ينتظر بلدك
     [two] طلبان ينتظران بلدك
     [few] { $count } طلبات تنتظر بلدك
    *[other] { $count } طلبًا ينتظر بلدك
}
web-check-why = سبب السؤال
web-check-why-hint = تقرؤه الدول التي تُسأل.
