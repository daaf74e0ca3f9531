# The shell: the device, the way around, what all screens share.
web-shell-abort-missing = { $count ->
     [one] { $count } may not know yet that it is called off: look now
    *[other] { $count } may not know yet that it is called off: look now
}
web-shell-aborted = { $who } has called the operation off.
web-shell-advanced = Advanced
web-shell-authority = Authority
web-shell-authority-fingerprint = Fingerprint of the authority that signed
web-shell-autolock = Lock by itself after
web-shell-autolock-hint = Without a touch, also while the screen is off.
web-shell-bundle = This program
web-shell-bundle-away = The hub can’t be asked now.
web-shell-bundle-hint = Digest of the program that this hub serves. Compare it with the one that your service has published.
web-shell-callsign = Call sign
web-shell-cancel = Cancel
web-shell-check = Check an identifier
web-shell-clock-uncertain = This device’s clock may be wrong by { $seconds } s. Do not strike by it alone.
web-shell-clock-unknown = This device’s clock was never compared. Do not strike by it alone.
web-shell-close = Close
web-shell-connecting = { $count ->
     [0] Connecting … What you write is kept and goes out in order.
    *[other] Connecting … What you write is kept and goes out in order. Waiting: { $count }.
}
web-shell-continue = Continue
web-shell-country = Country
web-shell-device = Device
web-shell-dismiss = Dismiss
web-shell-document-fetch = Fetch the document
web-shell-document-percent = Fetching: { $percent } %
web-shell-document-save = Save a copy
web-shell-document-save-hint = The copy lies on this device unencrypted, and stays after the room.
web-shell-duress = Set a duress passphrase
web-shell-duress-hint = A second passphrase, for when you are forced to unlock: it destroys everything on this device.
web-shell-duress-pass = Duress passphrase
web-shell-duress-save = Set it
web-shell-duress-saved = The duress passphrase is set.
web-shell-duress-text = Whoever unlocks with it destroys keys, rooms and everything queued, at once and for good. The device then looks like a new one. It replaces one that was set before.
web-shell-enrol = Enrol
web-shell-enrol-intro = Your authority’s desk gives you a ticket. It works once.
web-shell-enrol-title = Enrol this device
web-shell-enrolled-hint = Read it through. If anything is wrong, tell your authority’s desk before you work with it.
web-shell-enrolled-title = This device is accredited
web-shell-expired = Expired
web-shell-failed-hint = If it happens again, tell your coordinator by voice.
web-shell-failed-title = Stopped
web-shell-h-hour = H-hour
web-shell-hub = Hub
web-shell-hub-hint = Change it only if your authority’s desk says so.
web-shell-language = Language
web-shell-loading = Opening the room …
web-shell-lock = Lock
web-shell-locking = Locking
web-shell-menu = Room menu
web-shell-minutes = { $count ->
     [one] { $count } minute
    *[other] { $count } minutes
}
web-shell-no-room = This device knows no such room any more.
web-shell-officer = Officer
web-shell-offline = { $count ->
     [0] Offline. What you write is kept and goes out in order.
    *[other] Offline. What you write is kept and goes out in order. Waiting: { $count }.
}
web-shell-opens-in-d = Opens in { $days } d
web-shell-opens-in-hm = Opens in { $hours } h { $minutes } min
web-shell-opens-in-m = Opens in { $minutes } min
web-shell-part-again = Try again
web-shell-part-failed = This part of the page could not be fetched. Check the network and try again; if that does not help, load the page again.
web-shell-part-loading = Loading …
web-shell-partner-add = Add a partner’s authority
web-shell-partner-file = Certificate file
web-shell-partner-pem = Or its text (PEM)
web-shell-partner-text = Compare the fingerprint with the partner by voice before you add it. From then on invitations by their devices are accepted.
web-shell-partners = Authorities
web-shell-partners-hint = Whose officers this device believes: its own authority, and the partners’ that were added.
web-shell-pass-again = Once more
web-shell-pass-differ = The two passphrases differ.
web-shell-pass-fair = Fair. One more word would be better.
web-shell-pass-good = Strong.
web-shell-pass-hint = At least { $count } characters; several words are best. Nobody can bring it back.
web-shell-pass-new = Choose a passphrase
web-shell-pass-short = Too short: at least { $count } characters.
web-shell-pass-show = Show the passphrase
web-shell-pass-too-short = At least { $count } characters.
web-shell-pass-weak = Weak. Add words.
web-shell-passphrase = Passphrase
web-shell-photo-show = Show the photo
web-shell-places = Places in the room
web-shell-progress = Transfer
web-shell-push = Notifications
web-shell-push-denied = The browser forbids them. Allow notifications in its settings.
web-shell-push-failed = That did not work. Try again.
web-shell-push-hint = A notification says only that something has come. It never holds a name, a place or a text.
web-shell-push-off = Notifications are off.
web-shell-push-on = Notifications are on.
web-shell-push-turn-off = Turn off
web-shell-push-turn-on = Turn on
web-shell-push-unsupported = This browser or this hub can’t do that.
web-shell-queued = { $count ->
     [one] { $count } line waits to be sent.
    *[other] { $count } lines wait to be sent, in order.
}
web-shell-refused = The hub refuses this device: { $reason }
web-shell-reload = Load again
web-shell-role = Role
web-shell-room-closed = This room is closed. Its keys are destroyed.
web-shell-room-halted = This room stands still: the hub ordered something forbidden. Tell your coordinator by voice.
web-shell-room-removed = This device no longer has a seat here. Its keys are destroyed.
web-shell-room-upcoming = Not open yet. Officers can be admitted; board and talk open with the room.
web-shell-scan = Scan the ticket
web-shell-scan-hint = Hold the code of the ticket in front of the camera.
web-shell-scan-refused = The camera is not available. Paste the ticket instead.
web-shell-security = { $count ->
     [one] { $count } security warning: look now
    *[other] { $count } security warnings: look now
}
web-shell-settings = Settings
web-shell-size-kb = { $size } kB
web-shell-size-mb = { $size } MB
web-shell-starting = Starting …
web-shell-state-connected = connected
web-shell-state-connecting = connecting
web-shell-state-offline = offline
web-shell-tab-board = Board
web-shell-tab-check = Check
web-shell-tab-hits = Hits
web-shell-tab-map = Map
web-shell-tab-people = People
web-shell-tab-plan = Plan
web-shell-tab-talk = Talk
web-shell-theme = Light or dark follows the device.
web-shell-this-device = This device
web-shell-ticket = Ticket
web-shell-ticket-hint = Begins with ENT1-. Paste it whole.
web-shell-ticket-missing = Paste the ticket first.
web-shell-time-box = Time box
web-shell-time-left-d = { $days } d left
web-shell-time-left-hm = { $hours } h { $minutes } min left
web-shell-time-left-m = { $minutes } min left
web-shell-time-left-short = { $time } left
web-shell-time-over = Over
web-shell-to-rooms = All rooms
web-shell-unlock = Unlock
web-shell-unlock-title = This device is locked
web-shell-unlock-wrong = That is not the passphrase. Try again.
web-shell-unlocking = This takes a moment.
web-shell-valid-days = { $days ->
     [one] { $days } day left
    *[other] { $days } days left
}
web-shell-valid-until = Valid until
web-shell-waiting = { $count ->
     [one] { $count } waits for you
    *[other] { $count } wait for you
}
web-shell-waiting-hint = You may lock the device; it goes on when you unlock it.
web-shell-waiting-text = Request sent; waiting for the authority’s desk.
web-shell-waiting-title = Enrolment under way
web-shell-wipe = Wipe this device
web-shell-wipe-hint = For a device that is given back, or about to fall into wrong hands.
web-shell-wipe-text = Keys, rooms, boards, talk and everything that waits to be sent are destroyed, at once and for good. The officer needs a new ticket. Have the seat taken and the accreditation revoked.
web-shell-wipe-title = Wipe
web-shell-you = you
