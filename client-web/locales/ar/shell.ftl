# The shell: the device, the way around, what all screens share.
web-shell-abort-missing = { $count ->
     [one] شخص واحد ربما لا يعلم بالإلغاء: انظر الآن
     [two] شخصان ربما لا يعلمان بالإلغاء: انظر الآن
     [few] { $count } أشخاص ربما لا يعلمون بالإلغاء: انظر الآن
     [many] { $count } شخصًا ربما لا يعلمون بالإلغاء: انظر الآن
    *[other] { $count } شخص ربما لا يعلمون بالإلغاء: انظر الآن
}
web-shell-aborted = ألغى { $who } العملية.
web-shell-advanced = خيارات متقدمة
web-shell-authority = السلطة
web-shell-authority-fingerprint = بصمة السلطة الموقِّعة
web-shell-autolock = القفل التلقائي بعد
web-shell-autolock-hint = دون لمس الشاشة، حتى وهي مطفأة.
web-shell-bundle = هذا البرنامج
web-shell-bundle-away = لا يمكن سؤال المحور الآن.
web-shell-bundle-hint = بصمة البرنامج الذي يقدّمه هذا المحور. قارنها بما نشرته جهتكم.
web-shell-callsign = رمز النداء
web-shell-cancel = إلغاء
web-shell-check = التحقق من معرّف
web-shell-clock-uncertain = قد تخطئ ساعة هذا الجهاز بمقدار { $seconds } ث. لا تنفّذ اعتمادًا عليها وحدها.
web-shell-clock-unknown = لم تُقارن ساعة هذا الجهاز قط. لا تنفّذ اعتمادًا عليها وحدها.
web-shell-close = إغلاق
web-shell-connecting = { $count ->
     [0] جارٍ الاتصال… ما تكتبه محفوظ وسيُرسل بالترتيب.
    *[other] جارٍ الاتصال… ما تكتبه محفوظ وسيُرسل بالترتيب. بانتظار الإرسال: { $count }.
}
web-shell-continue = متابعة
web-shell-country = الدولة
web-shell-device = الجهاز
web-shell-dismiss = إخفاء
web-shell-document-fetch = جلب الوثيقة
web-shell-document-percent = جارٍ الجلب: { $percent } %
web-shell-document-save = حفظ نسخة
web-shell-document-save-hint = تبقى النسخة على هذا الجهاز دون تشفير، حتى بعد إغلاق الغرفة.
web-shell-duress = ضبط عبارة إكراه
web-shell-duress-hint = عبارة ثانية إذا أُجبرت على فتح الجهاز: تتلف كل ما عليه.
web-shell-duress-pass = عبارة الإكراه
web-shell-duress-save = ضبط
web-shell-duress-saved = ضُبطت عبارة الإكراه.
web-shell-duress-text = من يفتح الجهاز بها يتلف المفاتيح والغرف وكل ما ينتظر الإرسال فورًا وبلا رجعة، ثم يبدو الجهاز جديدًا. وهي تحلّ محل أي عبارة ضُبطت من قبل.
web-shell-enrol = تسجيل
web-shell-enrol-intro = يعطيك مكتب السلطة تذكرة تُستعمل مرة واحدة.
web-shell-enrol-title = تسجيل هذا الجهاز
web-shell-enrolled-hint = راجع البيانات. إن كان فيها خطأ فأبلغ مكتب السلطة قبل استعمال الجهاز.
web-shell-enrolled-title = اعتُمد هذا الجهاز
web-shell-expired = انتهت
web-shell-failed-hint = إن تكرر ذلك فأبلغ المنسّق صوتيًا.
web-shell-failed-title = توقّف
web-shell-h-hour = ساعة الصفر
web-shell-hub = المحور
web-shell-hub-hint = لا تغيّره إلا إذا طلب مكتب السلطة ذلك.
web-shell-language = اللغة
web-shell-loading = جارٍ فتح الغرفة…
web-shell-lock = قفل
web-shell-locking = القفل
web-shell-menu = قائمة الغرفة
web-shell-minutes = { $count ->
     [one] دقيقة واحدة
     [two] دقيقتان
     [few] { $count } دقائق
    *[other] { $count } دقيقة
}
web-shell-no-room = لم يعد هذا الجهاز يعرف هذه الغرفة.
web-shell-officer = الضابط
web-shell-offline = { $count ->
     [0] دون اتصال. ما تكتبه محفوظ وسيُرسل بالترتيب.
    *[other] دون اتصال. ما تكتبه محفوظ وسيُرسل بالترتيب. بانتظار الإرسال: { $count }.
}
web-shell-opens-in-d = تُفتح بعد { $days } ي
web-shell-opens-in-hm = تُفتح بعد { $hours } س { $minutes } د
web-shell-opens-in-m = تُفتح بعد { $minutes } د
web-shell-part-again = إعادة المحاولة
web-shell-part-failed = تعذّر تحميل هذا الجزء من الصفحة. تحقّق من الشبكة وأعد المحاولة؛ وإن بقي الأمر كذلك فأعد تحميل الصفحة.
web-shell-part-loading = جارٍ التحميل …
web-shell-partner-add = إضافة سلطة شريك
web-shell-partner-file = ملف الشهادة
web-shell-partner-pem = أو نصها (PEM)
web-shell-partner-text = قارن البصمة صوتيًا مع الشريك قبل إضافتها. بعد ذلك تُقبل دعوات أجهزته.
web-shell-partners = السلطات
web-shell-partners-hint = السلطات التي يثق هذا الجهاز بضباطها: سلطته وسلطات الشركاء المضافة.
web-shell-pass-again = مرة أخرى
web-shell-pass-differ = العبارتان مختلفتان.
web-shell-pass-fair = مقبولة. كلمة أخرى أفضل.
web-shell-pass-good = قوية.
web-shell-pass-hint = { $count } أحرف على الأقل، والأفضل عدة كلمات. لا أحد يستطيع استرجاعها.
web-shell-pass-new = اختر عبارة مرور
web-shell-pass-short = قصيرة جدًا: { $count } أحرف على الأقل.
web-shell-pass-show = إظهار عبارة المرور
web-shell-pass-too-short = { $count } أحرف على الأقل.
web-shell-pass-weak = ضعيفة. أضف كلمات.
web-shell-passphrase = عبارة المرور
web-shell-photo-show = عرض الصورة
web-shell-places = أقسام الغرفة
web-shell-progress = النقل
web-shell-push = الإشعارات
web-shell-push-denied = المتصفح يمنعها. اسمح بالإشعارات في إعداداته.
web-shell-push-failed = لم ينجح ذلك. حاول مرة أخرى.
web-shell-push-hint = الإشعار يقول فقط إن شيئًا وصل، ولا يحمل أي اسم أو مكان أو نص.
web-shell-push-off = الإشعارات متوقفة.
web-shell-push-on = الإشعارات مفعّلة.
web-shell-push-turn-off = إيقاف
web-shell-push-turn-on = تفعيل
web-shell-push-unsupported = هذا المتصفح أو هذا المحور لا يدعم ذلك.
web-shell-queued = { $count ->
     [one] عنصر واحد بانتظار الإرسال.
     [two] عنصران بانتظار الإرسال بالترتيب.
     [few] { $count } عناصر بانتظار الإرسال بالترتيب.
     [many] { $count } عنصرًا بانتظار الإرسال بالترتيب.
    *[other] { $count } عنصر بانتظار الإرسال بالترتيب.
}
web-shell-refused = يرفض المحور هذا الجهاز: { $reason }
web-shell-reload = إعادة التحميل
web-shell-role = الدور
web-shell-room-closed = هذه الغرفة مغلقة. دُمّرت مفاتيحها.
web-shell-room-halted = توقفت هذه الغرفة: أمر المحور بشيء محظور. أبلغ المنسّق صوتيًا.
web-shell-room-removed = لم يعد لهذا الجهاز مقعد هنا. دُمّرت مفاتيحه.
web-shell-room-upcoming = لم تُفتح الغرفة بعد. يمكن قبول الضباط؛ وتُفتح اللوحة والمحادثة معها.
web-shell-scan = مسح التذكرة
web-shell-scan-hint = ضع رمز التذكرة أمام الكاميرا.
web-shell-scan-refused = الكاميرا غير متاحة. ألصق التذكرة بدلًا من ذلك.
web-shell-security = { $count ->
     [one] تحذير أمني واحد: انظر الآن
     [two] تحذيران أمنيان: انظر الآن
     [few] { $count } تحذيرات أمنية: انظر الآن
     [many] { $count } تحذيرًا أمنيًا: انظر الآن
    *[other] { $count } تحذير أمني: انظر الآن
}
web-shell-settings = الإعدادات
web-shell-size-kb = { $size } ك.ب
web-shell-size-mb = { $size } م.ب
web-shell-starting = جارٍ البدء…
web-shell-state-connected = متصل
web-shell-state-connecting = جارٍ الاتصال
web-shell-state-offline = دون اتصال
web-shell-tab-board = اللوحة
web-shell-tab-check = تحقق
web-shell-tab-hits = المطابقات
web-shell-tab-map = الخريطة
web-shell-tab-people = الأشخاص
web-shell-tab-plan = الخطة
web-shell-tab-talk = المحادثة
web-shell-theme = الوضع الفاتح أو الداكن يتبع الجهاز.
web-shell-this-device = هذا الجهاز
web-shell-ticket = التذكرة
web-shell-ticket-hint = تبدأ بـ ENT1-. ألصقها كاملة.
web-shell-ticket-missing = ألصق التذكرة أولًا.
web-shell-time-box = المدة المحددة
web-shell-time-left-d = بقي { $days } ي
web-shell-time-left-hm = بقي { $hours } س { $minutes } د
web-shell-time-left-m = بقي { $minutes } د
web-shell-time-left-short = بقي { $time }
web-shell-time-over = انتهت
web-shell-to-rooms = كل الغرف
web-shell-unlock = فتح القفل
web-shell-unlock-title = هذا الجهاز مقفل
web-shell-unlock-wrong = ليست هذه عبارة المرور. حاول مرة أخرى.
web-shell-unlocking = لحظة من فضلك.
web-shell-valid-days = { $days ->
     [one] بقي يوم واحد
     [two] بقي يومان
     [few] بقي { $days } أيام
    *[other] بقي { $days } يومًا
}
web-shell-valid-until = صالح حتى
web-shell-waiting = { $count ->
     [one] عنصر واحد بانتظارك
     [two] عنصران بانتظارك
     [few] { $count } عناصر بانتظارك
     [many] { $count } عنصرًا بانتظارك
    *[other] { $count } عنصر بانتظارك
}
web-shell-waiting-hint = يمكنك قفل الجهاز، ويُستأنف الطلب عند فتحه.
web-shell-waiting-text = أُرسل الطلب، بانتظار مكتب السلطة.
web-shell-waiting-title = التسجيل جارٍ
web-shell-wipe = مسح هذا الجهاز
web-shell-wipe-hint = لجهاز يُعاد إلى جهته أو يوشك أن يقع في أيدٍ غير أمينة.
web-shell-wipe-text = تُتلف المفاتيح والغرف واللوحات والمحادثات وكل ما ينتظر الإرسال فورًا وبلا رجعة. سيحتاج الضابط إلى تذكرة جديدة. اطلب سحب المقعد وإلغاء الاعتماد.
web-shell-wipe-title = المسح
web-shell-you = أنت
