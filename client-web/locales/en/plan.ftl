# The plan.
web-plan-abort = Call the operation off
web-plan-abort-all-have = Everybody who acts has it on their screen.
web-plan-abort-have = { $count ->
     [one] { $count } has it
    *[other] { $count } have it
}
web-plan-abort-hint = All countries stop at once. H-hour and votes are dropped. Every device is alarmed.
web-plan-abort-reach = { $have } of { $all } have the word
web-plan-abort-reason = Reason, for everybody
web-plan-abort-type = Type { $word } to confirm
web-plan-abort-waiting = { $count ->
     [one] { $count } may not know yet. Tell them by voice, now.
    *[other] { $count } may not know yet. Tell them by voice, now.
}
web-plan-abort-when = The playbook calls it off when:
web-plan-abort-word = ABORT
web-plan-aborted = OPERATION CALLED OFF
web-plan-aborted-by = Called off by
web-plan-aborted-hint = Nobody strikes. A coordinator can take the operation up again by beginning a phase.
web-plan-accept = Accept
web-plan-all-together = All together
web-plan-assign = Assign to countries ({ $count } have it)
web-plan-assign-do = Assign
web-plan-assign-hint = The task is done when each of these countries has done it.
web-plan-assign-title = Assign the task
web-plan-assign-to = To
web-plan-assigned-all = All countries have it already.
web-plan-begin = Begin this phase
web-plan-begin-hint = All conditions are met. All countries see that the phase has begun.
web-plan-begin-in-spite = Begin in spite of it
web-plan-begin-phase = Begin: { $phase }
web-plan-begun-by = Begun by
web-plan-blocked = Blocked …
web-plan-blocked-hint = What stands in the way, and who could remove it.
web-plan-blocked-title = The task is blocked
web-plan-call = Call a vote
web-plan-call-again = Call the vote again
web-plan-call-hint = Each country says go, no go or hold on the plan as it is now. If the plan changes afterwards, the votes are void.
web-plan-call-replaces = The votes given so far are dropped.
web-plan-call-whom = Who is asked
web-plan-called-by = Called by
web-plan-carried-out = This go was carried out; a new one needs a new vote.
web-plan-clock = This device’s clock is not known well enough to strike by. Take the time by voice.
web-plan-clock-by = It may be wrong by { $seconds } s.
web-plan-clock-known = This device’s clock is right to { $seconds } s.
web-plan-comma = ,
web-plan-condition-go = The countries say go
web-plan-condition-h-hour-passed = H-hour has passed
web-plan-condition-h-hour-set = H-hour is set
web-plan-condition-hits-confirmed = {$count ->
     [one] At least one hit is confirmed
    *[other] At least { $count } hits are confirmed
}
web-plan-condition-phase-begun = Phase begun: { $title }
web-plan-condition-targets = {$count ->
     [one] At least one target is “{ $status }”
    *[other] At least { $count } targets are “{ $status }”
}
web-plan-condition-task-done = Task done: { $title }
web-plan-conditions-missing = {$count ->
     [one] One condition is not met:
    *[other] { $count } conditions are not met:
}
web-plan-custody = Custody
web-plan-custody-accept = Accept
web-plan-custody-alarms = {$count ->
     [one] One alarm so far, the last
    *[other] { $count } alarms so far, the last
}
web-plan-custody-check-in = Check in
web-plan-custody-close = Close the custody
web-plan-custody-close-hint = Nobody has to check in any more. This cannot be taken back.
web-plan-custody-closed = Closed by
web-plan-custody-due = Next report due in
web-plan-custody-every = A report at least every { $time }
web-plan-custody-every-hint = Not more seldom than the playbook allows.
web-plan-custody-every-label = Reports on this leg, every
web-plan-custody-every-playbook = as the playbook has it
web-plan-custody-every-same = as it is now
web-plan-custody-holder = Held by
web-plan-custody-last = Last held by
web-plan-custody-legs = {$count ->
     [one] One entry in the chain of custody
    *[other] { $count } entries in the chain of custody
}
web-plan-custody-none = Nothing is in custody.
web-plan-custody-note = Note
web-plan-custody-note-hint = Seal numbers, weight, condition.
web-plan-custody-offer = Offer the hand-over
web-plan-custody-offered = Offered to { $country } by
web-plan-custody-overdue = REPORT OVERDUE
web-plan-custody-refuse = Refuse
web-plan-custody-reported = Last report
web-plan-custody-take = Take into custody
web-plan-custody-taken = Taken by
web-plan-custody-to = To
web-plan-custody-what = What
web-plan-done = Done
web-plan-due = due
web-plan-duties = Duties
web-plan-duties-mine = Your duties
web-plan-duties-others = What the others do
web-plan-entry = Conditions to begin
web-plan-go-again = People will go through doors on this. Tap again to vote GO.
web-plan-go-sure = GO: tap again
web-plan-h-hour = H-hour
web-plan-h-hour-change = Change H-hour
web-plan-h-hour-late = This is after the end of the room’s time box.
web-plan-h-hour-local = Date and time ({ $zone })
web-plan-h-hour-none = No H-hour is set.
web-plan-h-hour-passed = H-hour has passed
web-plan-h-hour-set = Set H-hour
web-plan-h-hour-soon = {$minutes ->
     [one] H-hour in one minute
    *[other] H-hour in { $minutes } minutes
}
web-plan-h-hour-take-back = Take it back
web-plan-h-hour-take-back-text = Nobody counts to this hour any more, and votes on the plan become void.
web-plan-handling = Handling rules
web-plan-in = in { $time }
web-plan-in-spite = Begun in spite of missing conditions:
web-plan-in-spite-hint = All countries read it; it stays in the record.
web-plan-in-spite-why = Why begin in spite of it
web-plan-met = met
web-plan-minus-minutes = −{ $minutes } min
web-plan-needs = First:
web-plan-no-playbook = This room goes by no playbook: it has no phases.
web-plan-not-asked = The countries have not been asked.
web-plan-overdue = OVERDUE
web-plan-overdue-count = { $count } overdue
web-plan-past-abort = Was called off by
web-plan-past-carried-out = Carried out: the phase was begun by
web-plan-past-no-vote = did not vote
web-plan-past-replaced = A new vote was called before this one led to anything.
web-plan-past-resumed = Taken up again by
web-plan-past-void = The plan was changed while it was open, by
web-plan-past-votes = { $count ->
     [one] { $count } earlier vote
    *[other] { $count } earlier votes
}
web-plan-phase-ahead = ahead
web-plan-phase-now = NOW
web-plan-phase-over = over
web-plan-phases = Phases
web-plan-plus-hour = +1 h
web-plan-plus-minutes = +{ $minutes } min
web-plan-set-by = Set by
web-plan-steps = Steps for { $country }
web-plan-take-up = Take the operation up again
web-plan-take-up-hint = The operation was called off. To begin a phase takes it up again, for all countries.
web-plan-tasks = Tasks: { $done } of { $all } done
web-plan-time-missing = Give a date and a time.
web-plan-time-past = This time has passed.
web-plan-unmet = NOT met
web-plan-void = VOID: the plan has changed since. These votes do not count; the coordinator must ask again. Changed by
web-plan-voids = This changes the plan: the votes given so far become void.
web-plan-vote = Go or no go
web-plan-vote-awaited = awaited
web-plan-vote-change = Change the vote of
web-plan-vote-mine = Vote for
web-plan-vote-not-you = Your liaison officer or coordinator votes for your country.
web-plan-vote-note = Note (optional)
web-plan-vote-queued = Your vote waits for the hub.
