# Bringing a target of a compartment into the room.
web-promotion-agree = Agree for { $country }
web-promotion-agreed-by = Agreed by
web-promotion-answer = Look at it, and answer
web-promotion-answer-again = Agree after all
web-promotion-answer-lead = { $who } wants all of the room to know this target. { $country } answers for it: without your agreement it stays in the compartment. What was agreed to can’t be taken back.
web-promotion-ask = Propose it to all of the room
web-promotion-ask-do = Ask { $country } to agree
web-promotion-ask-lead = This only asks. Nothing leaves the compartment until { $country }, which answers for the target, has agreed and somebody has said it in the room.
web-promotion-exactly = Exactly this would be said
web-promotion-known = See it in the room
web-promotion-new-readers = { $countries } { $count ->
     [one] learns
    *[other] learn
} of it by this.
web-promotion-origin = Brought here from a compartment by
web-promotion-others = Also in it
web-promotion-readers = All of the room read it: { $countries }.
web-promotion-refuse = Do not agree
web-promotion-refused-by = Not agreed by
web-promotion-said-by = Said in the room by
web-promotion-say = Say it in the room
web-promotion-say-do = Say it to all { $count } countries
web-promotion-say-lead = It was agreed on. It is signed by this device, and what was said can’t be taken back.
web-promotion-stays = Notes, team, sightings, photos, hits and links stay in the compartment.
web-promotion-step-agreed = Agreed for { $country }; not said yet
web-promotion-step-refused = { $country } does not agree
web-promotion-step-said = The room knows it
web-promotion-step-unagreed = Said in the room WITHOUT the agreement of { $country }
web-promotion-step-wanted = Waits for { $country } to agree
web-promotion-there = In the compartment it is
web-promotion-title = For all of the room
web-promotion-waits = Waits for your answer
web-promotion-wanted-by = Proposed by
