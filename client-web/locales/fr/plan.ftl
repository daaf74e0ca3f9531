# Le plan.
web-plan-abort = Annuler l’opération
web-plan-abort-all-have = Tous ceux qui interviennent l’ont à l’écran.
web-plan-abort-have = { $count ->
     [one] { $count } l’a reçu
    *[other] { $count } l’ont reçu
}
web-plan-abort-hint = Tous les pays s’arrêtent immédiatement. L’heure H et les votes sont supprimés. Chaque appareil est alerté.
web-plan-abort-reach = { $have } sur { $all } ont reçu l’ordre
web-plan-abort-reason = Motif, pour tous
web-plan-abort-type = Tapez { $word } pour confirmer
web-plan-abort-waiting = { $count ->
     [one] { $count } ne le sait peut-être pas. Prévenez de vive voix, maintenant.
    *[other] { $count } ne le savent peut-être pas. Prévenez-les de vive voix, maintenant.
}
web-plan-abort-when = Le plan prévoit l’annulation si :
web-plan-abort-word = ANNULER
web-plan-aborted = OPÉRATION ANNULÉE
web-plan-aborted-by = Annulée par
web-plan-aborted-hint = Personne n’intervient. Un coordinateur peut reprendre l’opération en ouvrant une phase.
web-plan-accept = Accepter
web-plan-all-together = Tous ensemble
web-plan-assign = Attribuer aux pays ({ $count } l’ont)
web-plan-assign-do = Attribuer
web-plan-assign-hint = La tâche est faite quand chacun de ces pays l’a faite.
web-plan-assign-title = Attribuer la tâche
web-plan-assign-to = À
web-plan-assigned-all = Tous les pays l’ont déjà.
web-plan-begin = Ouvrir cette phase
web-plan-begin-hint = Toutes les conditions sont remplies. Tous les pays verront que la phase est ouverte.
web-plan-begin-in-spite = Ouvrir malgré tout
web-plan-begin-phase = Ouvrir : { $phase }
web-plan-begun-by = Ouverte par
web-plan-blocked = Bloquée…
web-plan-blocked-hint = Ce qui bloque, et qui pourrait le lever.
web-plan-blocked-title = La tâche est bloquée
web-plan-call = Demander le vote
web-plan-call-again = Redemander le vote
web-plan-call-hint = Chaque pays se prononce sur le plan tel qu’il est. Si le plan change ensuite, les votes sont nuls.
web-plan-call-replaces = Les votes déjà exprimés sont effacés.
web-plan-call-whom = Qui est consulté
web-plan-called-by = Demandé par
web-plan-carried-out = Ce feu vert a été exécuté ; un autre demande un nouveau vote.
web-plan-clock = L’horloge de cet appareil n’est pas assez sûre pour déclencher l’intervention. Prenez l’heure de vive voix.
web-plan-clock-by = Écart possible : { $seconds } s.
web-plan-clock-known = L’horloge de cet appareil est juste à { $seconds } s près.
web-plan-comma = ,
web-plan-condition-go = Les pays donnent leur feu vert
web-plan-condition-h-hour-passed = L’heure H est passée
web-plan-condition-h-hour-set = L’heure H est fixée
web-plan-condition-hits-confirmed = {$count ->
     [one] Au moins une concordance confirmée
    *[other] Au moins { $count } concordances confirmées
}
web-plan-condition-phase-begun = Phase ouverte : { $title }
web-plan-condition-targets = {$count ->
     [one] Au moins une cible au statut « { $status } »
    *[other] Au moins { $count } cibles au statut « { $status } »
}
web-plan-condition-task-done = Tâche faite : { $title }
web-plan-conditions-missing = {$count ->
     [one] Une condition n’est pas remplie :
    *[other] { $count } conditions ne sont pas remplies :
}
web-plan-custody = Garde des biens
web-plan-custody-accept = Accepter la garde
web-plan-custody-alarms = {$count ->
     [one] Une alerte jusqu’ici, la dernière
    *[other] { $count } alertes jusqu’ici, la dernière
}
web-plan-custody-check-in = Rendre compte
web-plan-custody-close = Clore la garde
web-plan-custody-close-hint = Plus personne ne doit rendre compte. C’est définitif.
web-plan-custody-closed = Close par
web-plan-custody-due = Prochain compte rendu dans
web-plan-custody-every = Compte rendu au plus tard après { $time }
web-plan-custody-every-hint = Pas plus rarement que le plan type ne le permet.
web-plan-custody-every-label = Délai entre deux comptes rendus sur cette étape
web-plan-custody-every-playbook = selon le plan type
web-plan-custody-every-same = sans changement
web-plan-custody-holder = Détenu par
web-plan-custody-last = Dernier détenteur :
web-plan-custody-legs = {$count ->
     [one] Une étape dans la chaîne de garde
    *[other] { $count } étapes dans la chaîne de garde
}
web-plan-custody-none = Rien n’est sous garde.
web-plan-custody-note = Note
web-plan-custody-note-hint = Numéros de scellés, poids, état.
web-plan-custody-offer = Proposer la remise
web-plan-custody-offered = Proposé à { $country } par
web-plan-custody-overdue = COMPTE RENDU EN RETARD
web-plan-custody-refuse = Refuser
web-plan-custody-reported = Dernier compte rendu
web-plan-custody-take = Prendre sous garde
web-plan-custody-taken = Pris en charge par
web-plan-custody-to = À
web-plan-custody-what = Quoi
web-plan-done = Faite
web-plan-due = échéance
web-plan-duties = Rôles et missions
web-plan-duties-mine = Votre mission
web-plan-duties-others = Ce que font les autres
web-plan-entry = Conditions d’ouverture
web-plan-go-again = Des équipes entreront sur cette parole. Touchez encore pour voter GO.
web-plan-go-sure = GO : toucher encore
web-plan-h-hour = Heure H
web-plan-h-hour-change = Modifier l’heure H
web-plan-h-hour-late = C’est après la fermeture prévue de la salle.
web-plan-h-hour-local = Date et heure ({ $zone })
web-plan-h-hour-none = Aucune heure H n’est fixée.
web-plan-h-hour-passed = L’heure H est passée
web-plan-h-hour-set = Fixer l’heure H
web-plan-h-hour-soon = {$minutes ->
     [one] Heure H dans une minute
    *[other] Heure H dans { $minutes } minutes
}
web-plan-h-hour-take-back = L’annuler
web-plan-h-hour-take-back-text = Plus personne ne compte vers cette heure, et les votes sur le plan deviennent nuls.
web-plan-handling = Règles de traitement
web-plan-in = dans { $time }
web-plan-in-spite = Ouverte malgré des conditions non remplies :
web-plan-in-spite-hint = Tous les pays le liront ; cela reste au dossier.
web-plan-in-spite-why = Pourquoi ouvrir malgré tout
web-plan-met = remplie
web-plan-minus-minutes = −{ $minutes } min
web-plan-needs = D’abord :
web-plan-no-playbook = Cette salle ne suit aucun plan type : pas de phases.
web-plan-not-asked = Les pays n’ont pas été consultés.
web-plan-overdue = EN RETARD
web-plan-overdue-count = { $count } en retard
web-plan-past-abort = A été annulée par
web-plan-past-carried-out = Exécuté : phase ouverte par
web-plan-past-no-vote = n’a pas voté
web-plan-past-replaced = Un nouveau vote a été demandé avant que celui-ci ait un effet.
web-plan-past-resumed = Reprise par
web-plan-past-void = Le plan a été modifié pendant le vote, par
web-plan-past-votes = { $count ->
     [one] { $count } vote antérieur
    *[other] { $count } votes antérieurs
}
web-plan-phase-ahead = à venir
web-plan-phase-now = EN COURS
web-plan-phase-over = terminée
web-plan-phases = Phases
web-plan-plus-hour = +1 h
web-plan-plus-minutes = +{ $minutes } min
web-plan-set-by = Fixée par
web-plan-steps = Étapes pour { $country }
web-plan-take-up = Reprendre l’opération
web-plan-take-up-hint = L’opération a été annulée. Ouvrir une phase la reprend, pour tous les pays.
web-plan-tasks = Tâches : { $done } sur { $all } faites
web-plan-time-missing = Indiquez une date et une heure.
web-plan-time-past = Cette heure est passée.
web-plan-unmet = NON remplie
web-plan-void = NUL : le plan a changé depuis. Ces votes ne comptent plus ; le coordinateur doit redemander. Modifié par
web-plan-voids = Cela modifie le plan : les votes exprimés deviennent nuls.
web-plan-vote = Feu vert
web-plan-vote-awaited = attendu
web-plan-vote-change = Modifier le vote de
web-plan-vote-mine = Voter pour
web-plan-vote-not-you = Votre officier de liaison ou coordinateur vote pour votre pays.
web-plan-vote-note = Note (facultative)
web-plan-vote-queued = Votre vote attend la liaison avec le hub.
