# The target board and a target.
web-board-accuracy = ± { $metres } m
web-board-add = Ajouter une cible
web-board-add-identifier = Ajouter un identifiant
web-board-add-link = Ajouter un lien
web-board-add-photo = Ajouter une photo
web-board-add-send = Mettre au tableau
web-board-add-this = Ajouter
web-board-all = Tous
web-board-at-time = À un autre moment
web-board-back = Retour à la liste
web-board-cancel = Annuler
web-board-change-status = Changer le statut
web-board-changed = Dernière modification
web-board-clear = Effacer
web-board-close = Fermer la cible
web-board-custody = Sous la garde de { $country }
web-board-documents = Photos et documents
web-board-earlier = Afficher les précédents ({ $count })
web-board-edit = Modifier
web-board-empty = Aucune cible au tableau pour l’instant.
web-board-evaluation-half = Indiquer la source et l’information, ou aucune des deux.
web-board-field-other = autre
web-board-fields = Détails
web-board-filters = Autres filtres
web-board-find = Nom, identifiant, équipe
web-board-future = Cette heure est dans le futur.
web-board-gone = Cette cible n’est pas au tableau.
web-board-handling-H0 = à usage policier
web-board-handling-H1 = pas comme preuve sans l’accord de son propriétaire
web-board-handling-H2 = pas de diffusion sans l’accord de son propriétaire
web-board-handling-H3 = restrictions particulières : consulter son propriétaire avant tout usage
web-board-here = Je suis ici
web-board-here-failed = L’appareil ne peut pas se situer. Saisir le lieu.
web-board-history = Historique des modifications
web-board-hits = Concordances sur cette cible
web-board-identifiers = Identifiants
web-board-information = Information
web-board-information-1 = tenue pour vraie
web-board-information-2 = connue personnellement de la source
web-board-information-3 = non connue personnellement de la source, mais recoupée
web-board-information-4 = ne peut être appréciée
web-board-knots = { $knots } nd
web-board-link-choose = Choisir ({ $count })
web-board-link-from = ← { $relation }
web-board-link-hint = Par exemple : conduit, destinataire, même équipage
web-board-link-relation = Nature du lien
web-board-link-target = Cible
web-board-link-to = { $relation } →
web-board-links = Liens
web-board-minutes-ago = { $minutes ->
     [one] Il y a { $minutes } minute
    *[other] Il y a { $minutes } minutes
}
web-board-more-identifiers = + { $count }
web-board-never-seen = Pas encore vue
web-board-none = Non indiqué
web-board-none-found = Aucune cible ne correspond au filtre.
web-board-not-ready = Le tableau n’est pas encore complet : cet appareil attend qu’un membre le lui transmette.
web-board-now = Maintenant
web-board-on-map = Montrer sur la carte :
web-board-only-hits = Avec concordance
web-board-only-stale = Anciennes
web-board-open-hits = { $count ->
     [one] { $count } concordance ouverte
    *[other] { $count } concordances ouvertes
}
web-board-overtaken = Cette cible a été modifiée depuis l’ouverture. Votre envoi remplacera la modification de :
web-board-photo-done = La photo est partagée.
web-board-photo-percent = Envoi : { $percent } %
web-board-photo-sending = Chiffrement et envoi de la photo
web-board-place = Lieu (latitude, longitude)
web-board-place-hint = Ainsi : 31.9521, 35.9105 ou 31°57′08″N 35°54′38″E. Facultatif.
web-board-place-wrong = Ce n’est pas un lieu : latitude, puis longitude.
web-board-priority-highest = { $n } (la plus haute)
web-board-priority-lowest = { $n } (la plus basse)
web-board-priority-n = Priorité { $n }
web-board-priority-only = Seulement { $n }
web-board-priority-to = 1 à { $n }
web-board-queued = En attente du hub
web-board-queued-count = { $count ->
     [one] En attente d’envoi
    *[other] { $count } en attente d’envoi
}
web-board-remove-identifier = Retirer { $identifier }
web-board-remove-link = Retirer le lien avec { $name }
web-board-save = Enregistrer
web-board-seen = Vue { $ago }
web-board-seen-at = Vue à
web-board-seen-stale = Ancien : vue { $ago }
web-board-show-more = Afficher la suite ({ $count })
web-board-shown = { $shown } cibles sur { $all } affichées
web-board-sighting = Signaler une observation
web-board-sighting-note = Comment elle a été vue, ce qu’elle faisait
web-board-sighting-send = Envoyer l’observation
web-board-source = Source
web-board-source-A = totalement fiable
web-board-source-B = généralement fiable
web-board-source-C = peu fiable en général
web-board-source-D = non fiable
web-board-source-X = ne peut être évaluée
web-board-stale = La dernière observation date de plus de 15 minutes : ne pas agir sur cette seule base.
web-board-status-now = Actuellement :
web-board-title = Cibles
web-board-track = Observations
web-board-unknown = inconnu
web-board-when = Quand
