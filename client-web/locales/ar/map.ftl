# الخريطة.
web-map-accuracy = ± { $metres } م
web-map-again = إعادة المحاولة
web-map-chosen = المحدد على الخريطة
web-map-controls = أدوات الخريطة
web-map-empty = لا شيء محدد المكان بعد. أبلغ عن مشاهدة مع مكانها.
web-map-failed = تعذر تحميل الخريطة. ما عليها يبقى معروضًا.
web-map-fit = عرض الكل
web-map-keys = لوحة المفاتيح: الأسهم تحرّك الخريطة، و+ و− للتكبير والتصغير، وTab للتنقل بين العلامات.
web-map-km = { $n } كم
web-map-label = خريطة، {$count ->
     [0] لا شيء عليها
     [one] علامة واحدة
     [two] علامتان
     [few] { $count } علامات
    *[other] { $count } علامة
}
web-map-label-hit = مطابقة { $identifier }، { $state }، { $ago }
web-map-label-person = { $callsign } ({ $country })، الموقع { $ago }
web-map-label-several = { $count } معًا{$hits ->
     [0] {""}
     [one] ، بينها مطابقة واحدة
     [two] ، بينها مطابقتان
     [few] ، بينها { $hits } مطابقات
    *[other] ، بينها { $hits } مطابقة
}
web-map-label-target = { $kind }: { $name }، { $status }، الأولوية { $priority }، شوهد { $ago }
web-map-legend = مفتاح الخريطة
web-map-legend-borders = اليابسة والحدود والأماكن: Natural Earth. الحدود للاسترشاد فقط ولا تعبّر عن أي موقف من وضع أي إقليم.
web-map-legend-hit = مطابقة مفتوحة محددة المكان
web-map-legend-others = علامات أخرى
web-map-legend-person = ضابط يشارك موقعه
web-map-legend-priority = الأولوية، 1 هي الأعلى
web-map-legend-several = عدة علامات في مكان واحد؛ المس لفصلها
web-map-legend-stale = لم يُشاهد منذ مدة
web-map-legend-status = حالة الهدف
web-map-legend-track = المسار: سميك عند آخر موقع
web-map-list = ما على الخريطة
web-map-locating = جارٍ تحديد موقعك…
web-map-m = { $n } م
web-map-me = الانتقال إلى موقعي (دون مشاركته)
web-map-middle = وسط الخريطة:
web-map-more = { $count } أخرى
web-map-nm = { $n } م.ب
web-map-no-position = هذا الجهاز لا يعرف موقعه.
web-map-nowhere = {$count ->
     [one] هدف واحد بلا مكان بعد.
     [two] هدفان بلا مكان بعد.
     [few] { $count } أهداف بلا مكان بعد.
    *[other] { $count } هدفًا بلا مكان بعد.
}
web-map-old = قديم:
web-map-open-hit = فتح المطابقة
web-map-open-target = فتح الهدف
web-map-pointer = تحت المؤشر:
web-map-position = الموقع:
web-map-position-stale = موقع قديم:
web-map-seen = شوهد
web-map-seen-stale = قديم: شوهد
web-map-several = { $count } في هذا المكان
web-map-share = مشاركة موقعي
web-map-share-denied = الجهاز لا يعطي موقعًا: اسمح بذلك في إعدادات المتصفح.
web-map-share-lost = المشاركة قائمة، لكن الجهاز فقد موقعه.
web-map-share-off = موقعك غير مُشارَك.
web-map-share-on = موقعك مُشارَك مع هذه الغرفة. آخر إرسال { $ago }.
web-map-share-stop = إيقاف المشاركة
web-map-share-unsent = المشاركة قائمة، لكن لا اتصال بالمحور: لم تُبلَّغ الغرفة.
web-map-share-waiting = المشاركة قائمة؛ بانتظار أول موقع.
web-map-source = الخريطة: Natural Earth
web-map-zoom-in = تكبير
web-map-zoom-out = تصغير
