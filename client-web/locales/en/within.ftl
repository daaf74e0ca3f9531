# Compartments: what only some countries of a room see.
web-within-add = Add people
web-within-add-do = Add ({ $count })
web-within-add-hint = Only who sits in the room can come in. { $countries } are the only ones who ever see it.
web-within-add-none = You can add nobody now: each country adds its own people.
web-within-add-send = Put on the board for { $countries } only
web-within-all = All of the room read this.
web-within-announced = { $count ->
     [0] No compartment was announced in this room.
     [one] One compartment was announced in this room.
    *[other] { $count } compartments were announced in this room.
}
web-within-choose = Choose first who reads it.
web-within-filter = Seen by
web-within-first = Who speaks for { $country }
web-within-first-hint = You bring in one; they bring in the others of { $country }.
web-within-first-none = Nobody who speaks for { $country } sits in the room yet.
web-within-for = For which countries
web-within-for-hint = They can’t be changed later: for others open another compartment.
web-within-for-own = { $country }, your own, is always in it. Choose at least one more.
web-within-gone = This device has no seat there any more.
web-within-hub = The hub sees which devices sit in it and when something is said there, not what.
web-within-leave = Leave the compartment
web-within-leave-text = This device gives up its seat there and destroys its keys of this compartment. It keeps its seat in the room. The first of the others who is there lets it go; until then nothing is said there. Only who may add people there brings it back.
web-within-link = A link stays in the compartment: who sees only the room does not see it.
web-within-nobody = Nobody yet
web-within-only = Only { $countries } see this.
web-within-open = Open a compartment
web-within-open-do = Open it for { $countries }
web-within-outside = { $countries } will see that you have opened a compartment and that there { $count ->
     [one] is one now
    *[other] are { $count } now
}. Not for whom, not of what, and nothing that is said there.
web-within-outside-none = All countries of the room are chosen: then it hides nothing from anybody. Say it in the room instead.
web-within-own = Your own people
web-within-remove = Take { $who }’s seat in the compartment
web-within-remove-text = They read nothing more that is said there. They keep their seat in the room.
web-within-room = All of the room ({ $count ->
     [one] { $count } country
    *[other] { $count } countries
})
web-within-seated = { $count ->
     [0] This device sits in none of them.
     [one] This device sits in one of them.
    *[other] This device sits in { $count } of them.
}
web-within-some = Only { $countries }
web-within-stays = Only { $countries } read this. It stays in their compartment.
web-within-title = Compartments
web-within-what = A compartment is for some countries of the room. The others see how many there are: not for whom, of what, or how much.
web-within-who = Who reads it
