# Checks of identifiers, here and by other countries.
identifier-form = It has the wrong number or sort of characters for this kind.
identifier-kind = This kind is not known.
identifier-length = It is empty or too long.
web-check-after = after { $time }
web-check-answer = Answer
web-check-answer-hit = Known
web-check-answer-no-hit = Not known
web-check-answer-note = What may be said about it
web-check-answer-refer = Refer to me
web-check-answer-sent = Your answer is on its way.
web-check-ask = Ask other countries
web-check-ask-in = Ask the countries in { $room }
web-check-ask-send = { $count ->
     [one] Ask one country
    *[other] Ask { $count } countries
}
web-check-asked = Asked. The answers appear in the room’s check list.
web-check-asked-by = Asked by
web-check-awaited = awaited
web-check-boards = { $count ->
     [one] Looked on: { $boards }
    *[other] Looked on { $count } boards: { $boards }
}
web-check-certainty = { $rule }, { $percent } %
web-check-countries = Countries to ask
web-check-digit-right = Check digit right
web-check-digit-wrong = Check digit WRONG: read it again.
web-check-digit-wrong-expected = Check digit WRONG: read it again; it should be { $expected }.
web-check-hint = In a plate, ? is one unknown character and * several.
web-check-identifier = Identifier
web-check-in-room = In the room { $room }
web-check-kind = What it is
web-check-kind-any = Automatic
web-check-kind-cas-number = CAS number
web-check-kind-container = Container
web-check-kind-flight = Flight
web-check-kind-imei = IMEI
web-check-kind-imo = IMO number
web-check-kind-mmsi = MMSI
web-check-kind-msisdn = Telephone
web-check-kind-onion-address = Onion address
web-check-kind-passport = Passport
web-check-kind-plate = Plate
web-check-kind-tail-number = Tail number
web-check-kind-vin = VIN
web-check-kind-wallet = Wallet
web-check-match = MATCH
web-check-maybe = POSSIBLE MATCH
web-check-no-boards = You have no open room: there is no board to look on.
web-check-no-identifier = Not an identifier.
web-check-no-match = No match on your boards.
web-check-none = No check requests in this room.
web-check-not-all = This does not mean it is unknown: other countries can be asked.
web-check-pattern = A partial plate can only be looked for on boards, not asked of other countries.
web-check-photo = Type from a photo
web-check-photo-alt = The photograph to type from
web-check-photo-drop = Put the photograph away
web-check-photo-stays = Stays on this device; not stored, not sent.
web-check-raise = Raise hit now
web-check-raise-more = Raise with place, note or photo
web-check-raised = The hit is raised.
web-check-read-again = Read it again.
web-check-requests = Check requests
web-check-show-more = Show more ({ $count })
web-check-sure = I have read it again: it stands there like this
web-check-title = Check
web-check-to-hits = To the hits
web-check-wait-for-you = { $count ->
     [one] { $count } waits for your country
    *[other] { $count } wait for your country
}
web-check-why = Why you ask
web-check-why-hint = The countries that are asked read it.
