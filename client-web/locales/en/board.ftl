# The target board and a target.
web-board-accuracy = ± { $metres } m
web-board-add = Add target
web-board-add-identifier = Add identifier
web-board-add-link = Add link
web-board-add-photo = Add photo
web-board-add-send = Put on the board
web-board-add-this = Add
web-board-all = All
web-board-at-time = At another time
web-board-back = Back to the list
web-board-cancel = Cancel
web-board-change-status = Change status
web-board-changed = Last change
web-board-clear = Clear
web-board-close = Close the target
web-board-custody = In the custody of { $country }
web-board-documents = Photos and documents
web-board-earlier = Show earlier ({ $count })
web-board-edit = Edit
web-board-empty = No targets on the board yet.
web-board-evaluation-half = Give both source and information, or neither.
web-board-field-other = other
web-board-fields = Details
web-board-filters = More filters
web-board-find = Name, identifier, team
web-board-future = This time is in the future.
web-board-gone = This target is not on the board.
web-board-handling-H0 = for police use
web-board-handling-H1 = not as evidence without its owner’s consent
web-board-handling-H2 = not passed on without its owner’s consent
web-board-handling-H3 = special limits: ask its owner before any use
web-board-here = I am here
web-board-here-failed = This device can’t tell where it is. Type the place.
web-board-history = History of changes
web-board-hits = Hits on this target
web-board-identifiers = Identifiers
web-board-information = Information
web-board-information-1 = known to be true
web-board-information-2 = known personally to the source
web-board-information-3 = not known personally to the source, but corroborated
web-board-information-4 = cannot be judged
web-board-knots = { $knots } kn
web-board-link-choose = Choose ({ $count })
web-board-link-from = ← { $relation }
web-board-link-hint = For example: drives, consignee, same crew
web-board-link-relation = How they are linked
web-board-link-target = Target
web-board-link-to = { $relation } →
web-board-links = Links
web-board-minutes-ago = { $minutes ->
     [one] { $minutes } minute ago
    *[other] { $minutes } minutes ago
}
web-board-more-identifiers = + { $count }
web-board-never-seen = Not seen yet
web-board-none = Not given
web-board-none-found = No target fits the filter.
web-board-not-ready = The board is not complete yet: this device waits for a member to hand it over.
web-board-now = Now
web-board-on-map = Show on the map:
web-board-only-hits = With open hits
web-board-only-stale = Stale only
web-board-open-hits = { $count ->
     [one] { $count } open hit
    *[other] { $count } open hits
}
web-board-overtaken = Somebody has changed this target since you opened it. What you send replaces it:
web-board-photo-done = The photo is shared.
web-board-photo-percent = Sending: { $percent } %
web-board-photo-sending = Encrypting and sending the photo
web-board-place = Place (latitude, longitude)
web-board-place-hint = As 31.9521, 35.9105 or 31°57′08″N 35°54′38″E. May be left empty.
web-board-place-wrong = This is not a place: latitude, then longitude.
web-board-priority-highest = { $n } (highest)
web-board-priority-lowest = { $n } (lowest)
web-board-priority-n = Priority { $n }
web-board-priority-only = Only { $n }
web-board-priority-to = 1 to { $n }
web-board-queued = Waiting for the hub
web-board-queued-count = { $count ->
     [one] Waiting to be sent
    *[other] { $count } waiting to be sent
}
web-board-remove-identifier = Remove { $identifier }
web-board-remove-link = Remove the link to { $name }
web-board-save = Save changes
web-board-seen = Seen { $ago }
web-board-seen-at = Seen at
web-board-seen-stale = Stale: seen { $ago }
web-board-show-more = Show more ({ $count })
web-board-shown = { $shown } of { $all } targets shown
web-board-sighting = Report sighting
web-board-sighting-note = How it was seen, what it was doing
web-board-sighting-send = Send sighting
web-board-source = Source
web-board-source-A = completely reliable
web-board-source-B = usually reliable
web-board-source-C = not usually reliable
web-board-source-D = unreliable
web-board-source-X = cannot be assessed
web-board-stale = The last sighting is more than 15 minutes old: do not act on it alone.
web-board-status-now = Now:
web-board-title = Targets
web-board-track = Sightings
web-board-unknown = unknown
web-board-when = When
