# Porter dans la salle une cible d’un compartiment.
web-promotion-agree = Consentir pour { $country }
web-promotion-agreed-by = Consenti par
web-promotion-answer = Regarder et répondre
web-promotion-answer-again = Consentir tout de même
web-promotion-answer-lead = { $who } veut que toute la salle connaisse cette cible. Le pays qui en répond est { $country } : sans votre accord elle reste dans le compartiment. Un accord donné ne se retire pas.
web-promotion-ask = La proposer à toute la salle
web-promotion-ask-do = Demander l’accord : { $country }
web-promotion-ask-lead = Ceci ne fait que demander. Rien ne quitte le compartiment avant que le pays qui répond de la cible, { $country }, ait consenti et que quelqu’un l’ait dit dans la salle.
web-promotion-exactly = Ceci serait dit, mot pour mot
web-promotion-known = La voir dans la salle
web-promotion-new-readers = { $count ->
     [one] L’apprend par là : { $countries }.
    *[other] L’apprennent par là : { $countries }.
}
web-promotion-origin = Portée ici depuis un compartiment par
web-promotion-others = Aussi dedans
web-promotion-readers = Toute la salle le lit : { $countries }.
web-promotion-refuse = Ne pas consentir
web-promotion-refused-by = Refusé par
web-promotion-said-by = Dit dans la salle par
web-promotion-say = Le dire dans la salle
web-promotion-say-do = Le dire aux { $count } pays
web-promotion-say-lead = On en a convenu. Cet appareil le signe, et ce qui est dit ne se retire pas.
web-promotion-stays = Notes, équipe, observations, photos, concordances et liens restent dans le compartiment.
web-promotion-step-agreed = Consenti pour { $country } ; pas encore dit
web-promotion-step-refused = { $country } ne consent pas
web-promotion-step-said = La salle la connaît
web-promotion-step-unagreed = Dit dans la salle SANS l’accord de : { $country }
web-promotion-step-wanted = Attend l’accord de : { $country }
web-promotion-there = Dans le compartiment c’est
web-promotion-title = Pour toute la salle
web-promotion-waits = Attend votre réponse
web-promotion-wanted-by = Proposé par
