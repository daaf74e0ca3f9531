# الخطة.
web-plan-abort = إلغاء العملية
web-plan-abort-all-have = الأمر على شاشات كل من في العملية.
web-plan-abort-have = { $count ->
     [one] وصل إلى شخص واحد
     [two] وصل إلى شخصين
     [few] وصل إلى { $count } أشخاص
     [many] وصل إلى { $count } شخصًا
    *[other] وصل إلى { $count } شخص
}
web-plan-abort-hint = تتوقف جميع الدول فورًا. تُلغى ساعة الصفر والأصوات، ويُنبَّه كل جهاز.
web-plan-abort-reach = وصل الأمر إلى { $have } من { $all }
web-plan-abort-reason = السبب، للجميع
web-plan-abort-type = اكتب { $word } للتأكيد
web-plan-abort-waiting = { $count ->
     [one] شخص واحد ربما لا يعلم بعد. أبلغه صوتيًا الآن.
     [two] شخصان ربما لا يعلمان بعد. أبلغهما صوتيًا الآن.
     [few] { $count } أشخاص ربما لا يعلمون بعد. أبلغهم صوتيًا الآن.
     [many] { $count } شخصًا ربما لا يعلمون بعد. أبلغهم صوتيًا الآن.
    *[other] { $count } شخص ربما لا يعلمون بعد. أبلغهم صوتيًا الآن.
}
web-plan-abort-when = تُلغى العملية وفق الخطة عند:
web-plan-abort-word = إلغاء
web-plan-aborted = أُلغيت العملية
web-plan-aborted-by = ألغاها
web-plan-aborted-hint = لا أحد يداهم. يستطيع المنسق استئناف العملية ببدء مرحلة.
web-plan-accept = قبول
web-plan-all-together = الجميع معًا
web-plan-assign = إسناد إلى دول ({ $count } لديها)
web-plan-assign-do = إسناد
web-plan-assign-hint = تُعد المهمة منجزة حين تنجزها كل دولة من هذه الدول.
web-plan-assign-title = إسناد المهمة
web-plan-assign-to = إلى
web-plan-assigned-all = لدى جميع الدول هذه المهمة.
web-plan-begin = بدء هذه المرحلة
web-plan-begin-hint = جميع الشروط مستوفاة. سترى جميع الدول أن المرحلة بدأت.
web-plan-begin-in-spite = البدء رغم ذلك
web-plan-begin-phase = بدء: { $phase }
web-plan-begun-by = بدأها
web-plan-blocked = متعثرة…
web-plan-blocked-hint = ما العائق، ومن يستطيع رفعه.
web-plan-blocked-title = المهمة متعثرة
web-plan-call = طلب التصويت
web-plan-call-again = إعادة طلب التصويت
web-plan-call-hint = تقول كل دولة كلمتها في الخطة كما هي الآن. إذا تغيرت الخطة بعد ذلك بطلت الأصوات.
web-plan-call-replaces = تُسقط الأصوات المدلى بها حتى الآن.
web-plan-call-whom = من يُسأل
web-plan-called-by = طلبه
web-plan-carried-out = نُفِّذ هذا القرار؛ أي قرار جديد يحتاج تصويتًا جديدًا.
web-plan-clock = ساعة هذا الجهاز غير مؤكدة بما يكفي للمداهمة وفقها. خذ التوقيت صوتيًا.
web-plan-clock-by = قد تخطئ بمقدار { $seconds } ث.
web-plan-clock-known = ساعة هذا الجهاز دقيقة في حدود { $seconds } ث.
web-plan-comma = ،
web-plan-condition-go = الدول قررت التنفيذ
web-plan-condition-h-hour-passed = انقضت ساعة الصفر
web-plan-condition-h-hour-set = حُددت ساعة الصفر
web-plan-condition-hits-confirmed = {$count ->
     [one] مطابقة مؤكدة واحدة على الأقل
     [two] مطابقتان مؤكدتان على الأقل
     [few] { $count } مطابقات مؤكدة على الأقل
    *[other] { $count } مطابقة مؤكدة على الأقل
}
web-plan-condition-phase-begun = بدأت المرحلة: { $title }
web-plan-condition-targets = {$count ->
     [one] هدف واحد على الأقل في حالة «{ $status }»
     [two] هدفان على الأقل في حالة «{ $status }»
     [few] { $count } أهداف على الأقل في حالة «{ $status }»
    *[other] { $count } هدفًا على الأقل في حالة «{ $status }»
}
web-plan-condition-task-done = أُنجزت المهمة: { $title }
web-plan-conditions-missing = {$count ->
     [one] شرط واحد غير مستوفى:
     [two] شرطان غير مستوفيين:
     [few] { $count } شروط غير مستوفاة:
    *[other] { $count } شرطًا غير مستوفى:
}
web-plan-custody = العهدة
web-plan-custody-accept = قبول العهدة
web-plan-custody-alarms = {$count ->
     [one] إنذار واحد حتى الآن، آخره
     [two] إنذاران حتى الآن، آخرهما
     [few] { $count } إنذارات حتى الآن، آخرها
    *[other] { $count } إنذارًا حتى الآن، آخرها
}
web-plan-custody-check-in = إبلاغ
web-plan-custody-close = إغلاق العهدة
web-plan-custody-close-hint = لن يُطلب الإبلاغ بعد ذلك. لا رجوع عن هذا.
web-plan-custody-closed = أغلقها
web-plan-custody-due = الإبلاغ التالي خلال
web-plan-custody-every = إبلاغ كل { $time } على الأقل
web-plan-custody-every-hint = ليس أقل مما تسمح به الخطة النموذجية.
web-plan-custody-every-label = الإبلاغ في هذه المرحلة كل
web-plan-custody-every-playbook = حسب الخطة النموذجية
web-plan-custody-every-same = دون تغيير
web-plan-custody-holder = في عهدة
web-plan-custody-last = آخر من كانت في عهدته
web-plan-custody-legs = {$count ->
     [one] قيد واحد في سلسلة العهدة
     [two] قيدان في سلسلة العهدة
     [few] { $count } قيود في سلسلة العهدة
    *[other] { $count } قيدًا في سلسلة العهدة
}
web-plan-custody-none = لا شيء في العهدة.
web-plan-custody-note = ملاحظة
web-plan-custody-note-hint = أرقام الأختام والوزن والحالة.
web-plan-custody-offer = عرض التسليم
web-plan-custody-offered = معروضة على { $country } من
web-plan-custody-overdue = الإبلاغ متأخر
web-plan-custody-refuse = رفض
web-plan-custody-reported = آخر إبلاغ
web-plan-custody-take = أخذ في العهدة
web-plan-custody-taken = تسلمها
web-plan-custody-to = إلى
web-plan-custody-what = ماذا
web-plan-done = منجزة
web-plan-due = الموعد
web-plan-duties = المهام حسب الأدوار
web-plan-duties-mine = مهامك
web-plan-duties-others = ما يفعله الآخرون
web-plan-entry = شروط البدء
web-plan-go-again = ستتحرك الفرق بناءً على هذا. المس مرة أخرى للتصويت بالتنفيذ.
web-plan-go-sure = تنفيذ: المس ثانية
web-plan-h-hour = ساعة الصفر
web-plan-h-hour-change = تغيير ساعة الصفر
web-plan-h-hour-late = هذا بعد انتهاء مدة الغرفة.
web-plan-h-hour-local = التاريخ والوقت ({ $zone })
web-plan-h-hour-none = لم تُحدد ساعة الصفر.
web-plan-h-hour-passed = انقضت ساعة الصفر
web-plan-h-hour-set = تحديد ساعة الصفر
web-plan-h-hour-soon = {$minutes ->
     [one] ساعة الصفر خلال دقيقة
     [two] ساعة الصفر خلال دقيقتين
     [few] ساعة الصفر خلال { $minutes } دقائق
    *[other] ساعة الصفر خلال { $minutes } دقيقة
}
web-plan-h-hour-take-back = سحبها
web-plan-h-hour-take-back-text = لن يُعدّ إلى هذه الساعة بعد الآن، وتبطل الأصوات على الخطة.
web-plan-handling = قواعد التداول
web-plan-in = خلال { $time }
web-plan-in-spite = بدأت رغم شروط غير مستوفاة:
web-plan-in-spite-hint = تقرؤه جميع الدول ويبقى في السجل.
web-plan-in-spite-why = لماذا البدء رغم ذلك
web-plan-met = مستوفى
web-plan-minus-minutes = −{ $minutes } د
web-plan-needs = أولًا:
web-plan-no-playbook = لا تتبع هذه الغرفة خطة نموذجية: لا مراحل فيها.
web-plan-not-asked = لم تُسأل الدول بعد.
web-plan-overdue = متأخرة
web-plan-overdue-count = { $count } متأخرة
web-plan-past-abort = ألغاها
web-plan-past-carried-out = نُفِّذ: بدأ المرحلة
web-plan-past-no-vote = لم تصوّت
web-plan-past-replaced = طُلب تصويت جديد قبل أن يُعمل بهذا.
web-plan-past-resumed = استأنفها
web-plan-past-void = تغيّرت الخطة أثناء التصويت؛ غيّرها
web-plan-past-votes = { $count ->
     [one] تصويت سابق واحد
     [two] تصويتان سابقان
     [few] { $count } تصويتات سابقة
     [many] { $count } تصويتًا سابقًا
    *[other] { $count } تصويت سابق
}
web-plan-phase-ahead = لاحقة
web-plan-phase-now = الآن
web-plan-phase-over = انتهت
web-plan-phases = المراحل
web-plan-plus-hour = +1 س
web-plan-plus-minutes = +{ $minutes } د
web-plan-set-by = حددها
web-plan-steps = خطوات { $country }
web-plan-take-up = استئناف العملية
web-plan-take-up-hint = أُلغيت العملية. بدء مرحلة يستأنفها لجميع الدول.
web-plan-tasks = المهام: أُنجز { $done } من { $all }
web-plan-time-missing = أدخل التاريخ والوقت.
web-plan-time-past = انقضى هذا الوقت.
web-plan-unmet = غير مستوفى
web-plan-void = باطل: تغيّرت الخطة بعد ذلك. لا تُحتسب هذه الأصوات وعلى المنسق أن يسأل من جديد. غيّرها
web-plan-voids = هذا يغيّر الخطة: تبطل الأصوات المدلى بها.
web-plan-vote = قرار التنفيذ
web-plan-vote-awaited = منتظر
web-plan-vote-change = تغيير صوت
web-plan-vote-mine = التصويت باسم
web-plan-vote-not-you = يصوّت باسم بلدك ضابط الارتباط أو المنسق.
web-plan-vote-note = ملاحظة (اختيارية)
web-plan-vote-queued = صوتك بانتظار المحور.
