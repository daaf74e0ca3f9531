# Hits and their alarm.
web-hits-acknowledge = ACKNOWLEDGE
web-hits-acknowledge-note = Acknowledge with a note
web-hits-acknowledged = acknowledged
web-hits-acknowledged-by-you = You have acknowledged it.
web-hits-act = Acted on
web-hits-actioned = Acted on
web-hits-afterwards-hint = Goes to talk, with the identifier.
web-hits-alarm = { $count ->
     [one] HIT
    *[other] HITS: { $count }
}
web-hits-alarm-more = { $count ->
     [one] and one more
    *[other] and { $count } more
}
web-hits-certain = { $percent } % certain
web-hits-closed = Closed
web-hits-confirm = Confirm
web-hits-confirmed = Confirmed
web-hits-delivered = On screen
web-hits-dismiss = Close
web-hits-escalated-coordinator = Deadline passed ({ $stage }): the coordinators were asked
web-hits-escalated-liaison = Deadline passed ({ $stage }): the liaisons were asked
web-hits-exercise = EXERCISE EXERCISE EXERCISE
web-hits-false = False
web-hits-in-room = In the room { $room }
web-hits-is-no-target = Not on the board; it is raised without a target.
web-hits-is-target = On the board: { $name }
web-hits-look = Open
web-hits-matched = Match: { $rule }, { $percent } %
web-hits-need-you = { $count ->
     [one] { $count } waits for your country
    *[other] { $count } wait for your country
}
web-hits-no-target = No target known
web-hits-none-open = No open hits.
web-hits-note = Note
web-hits-on-board = On the board:
web-hits-on-screens = On { $have } of { $all } screens
web-hits-open = Open
web-hits-other-identifier = Another identifier
web-hits-overdue = OVERDUE
web-hits-photo-chosen = Photo: { $name }
web-hits-raise = Raise hit
web-hits-raise-send = Raise the alarm now
web-hits-raised-by = Raised by
web-hits-reject = False
web-hits-reopen = Take up again
web-hits-reopen-hint = Why it was closed wrongly. Its deadlines run anew.
web-hits-reopened = Taken up again
web-hits-say-more = Say what you will do
web-hits-seen-identifier = What you see
web-hits-seen-times = Seen { $count } times
web-hits-send-acknowledge = ACKNOWLEDGE
web-hits-send-act = Close as acted on
web-hits-send-afterwards = Say it
web-hits-send-confirm = Confirm
web-hits-send-reject = It is false
web-hits-send-reopen = Take it up again
web-hits-sheet-acknowledge = Acknowledge the hit
web-hits-sheet-act = What was done
web-hits-sheet-afterwards = What you will do
web-hits-sheet-confirm = Confirm the hit
web-hits-sheet-reject = The hit is false
web-hits-sheet-reopen = Take the hit up again
web-hits-show-more = Show more ({ $count })
web-hits-silence = Silence
web-hits-time-left = Time left
web-hits-title = Hits
web-hits-waiting = Not on screen yet
web-hits-where-how = Where, how, which way
