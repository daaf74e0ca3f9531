# The list of rooms, opening one, its time box.
web-rooms-admit-later = Others can be admitted later, under People.
web-rooms-admitted = Admitted at once
web-rooms-ask = Ask to join a room
web-rooms-ask-do = Ask
web-rooms-ask-link = The room’s link or number
web-rooms-ask-link-hint = Somebody in the room gives it to you.
web-rooms-ask-no-room = This is not the link of a room.
web-rooms-ask-text = Members who may admit you see your call sign, officer number, country, role and authority. The hub learns that this device asks.
web-rooms-asked = Asked to join
web-rooms-asked-since = asked { $ago }
web-rooms-asked-stop = Stop asking
web-rooms-asked-stop-which = Stop asking: room { $room }
web-rooms-asked-waiting = Asked; waiting to be admitted.
web-rooms-back = Back
web-rooms-classic = Without post-quantum keys
web-rooms-classic-hint = Only for partners whose devices can do no better.
web-rooms-close = Close the room now
web-rooms-close-text = Everybody’s keys are destroyed; nobody can write or read anything new here. If other coordinators must sign too, it closes when they have.
web-rooms-closes = Closes
web-rooms-coordinates = { $who } coordinates too
web-rooms-coordinators = Coordinators
web-rooms-countries = Countries
web-rooms-directory-away = The officers can’t be listed: { $reason } They can be admitted later.
web-rooms-exercise = EXERCISE
web-rooms-extend = Move the end
web-rooms-extend-hint = If other coordinators must sign too, the new end counts when they have.
web-rooms-fault-hours = Open for 1 to 48 hours.
web-rooms-fault-latest = The hard maximum is at least the length, at most 720 hours.
web-rooms-fault-opens = The opening lies in the past.
web-rooms-fault-quorum = No more signatures than coordinators.
web-rooms-fault-title = The operation needs a name.
web-rooms-highest-role = Highest role
web-rooms-hits = { $count ->
     [one] { $count } open hit
    *[other] { $count } open hits
}
web-rooms-hits-for-me = { $count ->
     [one] { $count } hit waits for you
    *[other] { $count } hits wait for you
}
web-rooms-hours = Open for (hours)
web-rooms-hours-hint = 1 to { $most }
web-rooms-is-exercise = This is an exercise
web-rooms-is-exercise-hint = Every screen of the room says so, for good.
web-rooms-kind = Kind
web-rooms-latest = At the very latest
web-rooms-latest-hint = No extension goes beyond.
web-rooms-latest-hours = Hard maximum (hours)
web-rooms-leave = Leave the room
web-rooms-leave-text = This device gives up its seat and destroys its keys of this room. Only somebody who may admit it brings it back.
web-rooms-live = live
web-rooms-more = Show earlier ones ({ $count })
web-rooms-name = Name of the operation
web-rooms-name-hint = Only members of the room ever see it.
web-rooms-new-close = New end
web-rooms-no-officers = No officers of this country are in the hub’s directory.
web-rooms-no-playbook = Without a playbook
web-rooms-nobody-yet = Nobody yet
web-rooms-none = This device has a seat in no room. Your coordinator or liaison admits it; the room then appears here by itself.
web-rooms-not-live = not live
web-rooms-now = Now
web-rooms-open = Open
web-rooms-open-room = Open a room
web-rooms-opens = Opens
web-rooms-opens-at = Opens at
web-rooms-opens-now = Open it now
web-rooms-over = Closed
web-rooms-own-country = your own
web-rooms-playbook = Playbook
web-rooms-plus-hours = +{ $hours } h
web-rooms-queued = { $count } to send
web-rooms-quorum = Coordinators who must sign a change of the charter
web-rooms-quorum-hint = 1 to { $most }
web-rooms-real = Real operation
web-rooms-retry = Try again
web-rooms-review = Read it once more
web-rooms-seats = { $count ->
     [one] { $count } seat
    *[other] { $count } seats
}
web-rooms-signatures = signatures for a change: { $quorum }
web-rooms-suite = Encryption
web-rooms-suite-classic = Classic only
web-rooms-suite-pq = Post-quantum and classic together
web-rooms-time-missing = That is no time.
web-rooms-time-past = That lies in the past.
web-rooms-time-too-late = That is beyond the hard maximum.
web-rooms-title = Rooms
web-rooms-to-review = Read it through
web-rooms-unread = { $count } unread
web-rooms-untitled = Room without a name
web-rooms-untitled-yet = Its name comes when it opens
web-rooms-up-to = up to { $role }
web-rooms-upcoming = Upcoming
web-rooms-what = Operation
