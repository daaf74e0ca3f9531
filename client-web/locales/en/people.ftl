# Who is in the room, on whose word, and whether anybody may be lying.
security-clock-disagreement = The hub’s time for a message and its sender’s are { $seconds } s apart. One of the two clocks is wrong, or the message was held back.
security-commit-refused = The hub ordered a forbidden change of the room: { $rule }. It was not followed, and the room stands still here.
security-commit-unreadable = A change of the room can’t be read. The room stands still here.
security-commit-withheld = The hub kept a change of the room from this device.
security-doubled = The hub delivered a message twice. It counted once.
security-false-join-request = The hub brought a request to join that the device in whose name it is never made. It was ignored.
security-false-key-package = The hub handed out a key that does not belong to the device which was to be admitted. Nobody was admitted.
security-false-revocation = The hub delivered a false or old revocation list. It was ignored.
security-gone-seat = The way back into the room that the hub offers leads to somebody who was removed or revoked. It was not taken.
security-history-rewritten = The hub shows something else at a place that this device had seen before: it rewrites history.
security-message-unreadable = A message can’t be read, or is not what it claims to be.
security-room-fork = A member of a compartment was told another story of the room than this device. Compare safety numbers by voice.
security-room-withheld = In a compartment somebody has seen more of the room than the hub shows here. Ask by another channel what is missing.
security-unagreed = A target of a compartment was brought into the room, and the country that answers for it had not agreed. Ask who said it.
security-unannounced = This compartment was never announced in the room: the others do not know that there is one. Ask who opened it.
security-unsigned = A message is not signed for the record by its sender; it was not heard.
security-not-mine = The hub delivered something in the name of this device that it has not sent. It was ignored.
security-old-state = The way back into the room that the hub offers leads into its past. It was not taken.
security-rollback = The hub’s record now ends at #{ $head }, before what it had shown already.
security-snapshot-disputed = The board that a member sent is not the board of this device.
security-snapshot-disputed-by = A member says that a board which was sent is false.
security-stale-commit = The hub delivered a change of the room that was long over. It was ignored.
security-transcript-fork = The hub showed this member another history after #{ $agreed_seq } (seen up to #{ $seen_seq }).
security-unconsented = A member carries things out of the room to which the charter does not consent. Ask the coordinator to remove it.
security-wrong-sender = The hub names another sender than the one who signed the message.
web-people-admit = Admit officers
web-people-admit-do = { $count ->
     [0] Admit
    *[other] Admit { $count }
}
web-people-admit-hint = They see the board as it is now, and what is said from now on; nothing that was said before.
web-people-admit-none = Nobody else is in the hub’s directory whom you may admit.
web-people-admitted = admitted by { $who }, { $time }
web-people-admitted-by = Admitted by
web-people-amend-by = Proposed by
web-people-amend-close = Close the room now
web-people-amend-end = New end:
web-people-amend-mine = You have signed.
web-people-amend-now = In force now:
web-people-amend-signed = { $count } of { $quorum } signatures.
web-people-amendments = Proposed changes of the time box
web-people-asked = asked { $ago }
web-people-asker-admit = Admit { $who }
web-people-asker-dismiss = Dismiss { $who }
web-people-asking = { $count ->
     [one] { $count } asks to be let in
    *[other] { $count } ask to be let in
}
web-people-asking-admit = Admit
web-people-asking-dismiss = Dismiss
web-people-asking-hint = Their accreditation is genuine and of an authority of this room. Whether they belong here, you decide.
web-people-asking-others = For a coordinator, or a liaison officer of { $country }.
web-people-directory-away = The directory can’t be read: { $reason }
web-people-directory-loading = Reading the directory …
web-people-gap = Messages #{ $from } to #{ $to } were never seen by this device. Ask what was said then.
web-people-before = seated before this device came
web-people-leaving = Has asked to leave
web-people-link = Link to ask by
web-people-link-by-hand = It could not be copied. Select it and copy it by hand.
web-people-link-copied = Copied.
web-people-link-copy = Copy the link
web-people-link-text = Whoever follows it with an accredited device can ask to be let in. It opens nothing by itself: somebody here has to admit them.
web-people-opened = opened the room
web-people-place = Position
web-people-position = position { $ago }
web-people-remove = Remove from the room
web-people-remove-text = This device reads nothing that is said from now on. Its officer sees that the seat was taken. If the device was lost or seized, have its authority revoke it too.
web-people-remove-title = Remove { $who }?
web-people-revoked = REVOKED
web-people-revoked-text = The authority has revoked this device. The next coordinator or liaison officer who is online removes it; the hub delivers nothing to it.
web-people-safety = Safety number
web-people-safety-differs = If one of them differs, somebody may be between you: say nothing here that must stay secret, and call the coordinator.
web-people-safety-digits = The same in digits
web-people-safety-how = Read it to each other over the telephone or radio. If every word, or every group, is the same, you are in the same room, with the same people, and nobody is in between.
web-people-safety-language = Words in
web-people-safety-language-hint = The words mean the same in every language: each may read them in their own.
web-people-safety-when = { $count ->
     [one] It changes when anybody joins or leaves. Compare it while both see { $count } seat.
    *[other] It changes when anybody joins or leaves. Compare it while both see { $count } seats.
}
web-people-search = Search by call sign or country
web-people-seat = Seat
web-people-seats = { $count ->
     [one] People: { $count } seat
    *[other] People: { $count } seats
}
web-people-security = Security warnings
web-people-security-about = Concerns { $who }.
web-people-security-do = Somebody may be lying, most likely the hub or somebody who controls it. Tell the coordinator by voice, not here, and compare the safety number.
web-people-security-more = { $count ->
     [one] Show { $count } more
    *[other] Show { $count } more
}
web-people-security-unknown = Something suspicious that this version has no words for: { $event }.
web-people-sign = Sign
web-people-sign-text = Your signature counts as a coordinator’s. Once enough have signed, the new end holds for everybody.
web-people-sign-title = Sign this change?
web-people-valid-days = { $days ->
     [one] accreditation ends in { $days } day
    *[other] accreditation ends in { $days } days
}
