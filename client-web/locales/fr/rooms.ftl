# The list of rooms, opening one, its time box.
web-rooms-admit-later = D’autres peuvent être admis plus tard, sous Membres.
web-rooms-admitted = Admis aussitôt
web-rooms-ask = Demander à rejoindre une salle
web-rooms-ask-do = Demander
web-rooms-ask-link = Lien ou numéro de la salle
web-rooms-ask-link-hint = Un membre de la salle vous le donne.
web-rooms-ask-no-room = Ce n’est pas le lien d’une salle.
web-rooms-ask-text = Ceux qui peuvent vous admettre voient votre indicatif, votre matricule, votre pays, votre rôle et votre autorité. Le hub apprend que cet appareil demande.
web-rooms-asked = Demandes envoyées
web-rooms-asked-since = demandé { $ago }
web-rooms-asked-stop = Ne plus demander
web-rooms-asked-stop-which = Ne plus demander : salle { $room }
web-rooms-asked-waiting = Demande envoyée ; en attente d’admission.
web-rooms-back = Retour
web-rooms-classic = Sans clés post-quantiques
web-rooms-classic-hint = Seulement pour des partenaires dont les appareils ne peuvent pas mieux.
web-rooms-close = Fermer la salle maintenant
web-rooms-close-text = Les clés de tous sont détruites ; plus rien ne s’écrit ni ne se lit ici. Si d’autres coordinateurs doivent signer, elle ferme quand c’est fait.
web-rooms-closes = Ferme
web-rooms-coordinates = { $who } coordonne aussi
web-rooms-coordinators = Coordinateurs
web-rooms-countries = Pays
web-rooms-directory-away = Impossible de lister les agents : { $reason } Ils pourront être admis plus tard.
web-rooms-exercise = EXERCICE
web-rooms-extend = Changer l’heure de fermeture
web-rooms-extend-hint = Si d’autres coordinateurs doivent signer, la nouvelle fin vaut quand c’est fait.
web-rooms-fault-hours = Ouverte de 1 à 48 heures.
web-rooms-fault-latest = Le maximum absolu est au moins la durée, au plus 720 heures.
web-rooms-fault-opens = L’ouverture est dans le passé.
web-rooms-fault-quorum = Pas plus de signatures que de coordinateurs.
web-rooms-fault-title = L’opération doit avoir un nom.
web-rooms-highest-role = Rôle le plus élevé
web-rooms-hits = { $count ->
     [one] { $count } concordance ouverte
    *[other] { $count } concordances ouvertes
}
web-rooms-hits-for-me = { $count ->
     [one] { $count } concordance vous attend
    *[other] { $count } concordances vous attendent
}
web-rooms-hours = Ouverte pendant (heures)
web-rooms-hours-hint = 1 à { $most }
web-rooms-is-exercise = C’est un exercice
web-rooms-is-exercise-hint = Chaque écran de la salle le dit, définitivement.
web-rooms-kind = Nature
web-rooms-latest = Au plus tard
web-rooms-latest-hint = Aucune prolongation ne va au-delà.
web-rooms-latest-hours = Maximum absolu (heures)
web-rooms-leave = Quitter la salle
web-rooms-leave-text = Cet appareil rend son siège et détruit ses clés de cette salle. Seul un membre qui peut admettre le fera revenir.
web-rooms-live = en direct
web-rooms-more = Afficher les précédentes ({ $count })
web-rooms-name = Nom de l’opération
web-rooms-name-hint = Seuls les membres de la salle le voient.
web-rooms-new-close = Nouvelle fin
web-rooms-no-officers = Aucun agent de ce pays dans l’annuaire du hub.
web-rooms-no-playbook = Sans plan type
web-rooms-nobody-yet = Personne encore
web-rooms-none = Cet appareil n’a de siège dans aucune salle. Votre coordinateur ou votre liaison l’admet ; la salle apparaît alors ici.
web-rooms-not-live = différé
web-rooms-now = Maintenant
web-rooms-open = Ouvertes
web-rooms-open-room = Ouvrir une salle
web-rooms-opens = Ouvre
web-rooms-opens-at = Ouvre à
web-rooms-opens-now = Ouvrir maintenant
web-rooms-over = Fermées
web-rooms-own-country = la vôtre
web-rooms-playbook = Plan type
web-rooms-plus-hours = +{ $hours } h
web-rooms-queued = { $count } à envoyer
web-rooms-quorum = Coordinateurs qui doivent signer un avenant
web-rooms-quorum-hint = 1 à { $most }
web-rooms-real = Opération réelle
web-rooms-retry = Réessayer
web-rooms-review = Relisez avant d’ouvrir
web-rooms-seats = { $count ->
     [one] { $count } siège
    *[other] { $count } sièges
}
web-rooms-signatures = signatures pour un avenant : { $quorum }
web-rooms-suite = Chiffrement
web-rooms-suite-classic = Classique seulement
web-rooms-suite-pq = Post-quantique et classique ensemble
web-rooms-time-missing = Ce n’est pas une heure.
web-rooms-time-past = C’est dans le passé.
web-rooms-time-too-late = C’est au-delà du maximum absolu.
web-rooms-title = Salles
web-rooms-to-review = Relire
web-rooms-unread = { $count } non lus
web-rooms-untitled = Salle sans nom
web-rooms-untitled-yet = Son nom arrive à l’ouverture
web-rooms-up-to = jusqu’à { $role }
web-rooms-upcoming = À venir
web-rooms-what = Opération
