# La carte.
web-map-accuracy = ± { $metres } m
web-map-again = Réessayer
web-map-chosen = Sélection sur la carte
web-map-controls = Commandes de la carte
web-map-empty = Rien n’est encore localisé. Signalez une observation avec son lieu.
web-map-failed = La carte n’a pas pu être chargée. Ce qui s’y trouve reste affiché.
web-map-fit = Tout afficher
web-map-keys = Clavier : les flèches déplacent la carte, + et − changent l’échelle, Tab passe d’un repère à l’autre.
web-map-km = { $n } km
web-map-label = Carte, {$count ->
     [0] rien à y voir
     [one] un repère
    *[other] { $count } repères
}
web-map-label-hit = Concordance { $identifier }, { $state }, { $ago }
web-map-label-person = { $callsign } ({ $country }), position { $ago }
web-map-label-several = { $count } ensemble{$hits ->
     [0] {""}
     [one] , dont une concordance
    *[other] , dont { $hits } concordances
}
web-map-label-target = { $kind } : { $name }, { $status }, priorité { $priority }, vu { $ago }
web-map-legend = Légende
web-map-legend-borders = Terres, frontières et lieux : Natural Earth. Les frontières ne servent qu’à s’orienter et ne préjugent d’aucun statut.
web-map-legend-hit = Concordance en cours, localisée
web-map-legend-others = Autres signes
web-map-legend-person = Agent qui partage sa position
web-map-legend-priority = Priorité, 1 étant la plus haute
web-map-legend-several = Plusieurs au même endroit ; toucher pour les séparer
web-map-legend-stale = Pas vu depuis longtemps
web-map-legend-status = Statut d’une cible
web-map-legend-track = Trajet : épais à l’endroit le plus récent
web-map-list = Ce qui est sur la carte
web-map-locating = Recherche de votre position…
web-map-m = { $n } m
web-map-me = Aller à ma position (sans la partager)
web-map-middle = Centre de la carte :
web-map-more = { $count } de plus
web-map-nm = { $n } NM
web-map-no-position = Cet appareil ne connaît pas sa position.
web-map-nowhere = {$count ->
     [one] Une cible n’est pas encore localisée.
    *[other] { $count } cibles ne sont pas encore localisées.
}
web-map-old = Ancien :
web-map-open-hit = Ouvrir la concordance
web-map-open-target = Ouvrir la cible
web-map-pointer = Sous le pointeur :
web-map-position = Position :
web-map-position-stale = Position ancienne :
web-map-seen = Vu
web-map-seen-stale = Ancien : vu
web-map-several = { $count } à cet endroit
web-map-share = Partager ma position
web-map-share-denied = L’appareil ne donne pas de position : autorisez-la dans les réglages du navigateur.
web-map-share-lost = Partage actif, mais l’appareil a perdu sa position.
web-map-share-off = Votre position n’est pas partagée.
web-map-share-on = VOTRE POSITION EST PARTAGÉE avec cette salle. Dernier envoi { $ago }.
web-map-share-stop = Arrêter
web-map-share-unsent = Partage actif, mais sans liaison avec le hub : la salle n’a rien reçu.
web-map-share-waiting = Partage actif ; en attente de la première position.
web-map-source = Carte : Natural Earth
web-map-zoom-in = Agrandir
web-map-zoom-out = Réduire
