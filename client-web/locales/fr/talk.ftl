# Ce qui se dit.
web-talk-below = {$count ->
     [one] Un nouveau message
    *[other] { $count } nouveaux messages
}
web-talk-closed = La salle n’est pas ouverte : impossible d’y écrire.
web-talk-earlier = Afficher les précédents ({ $count })
web-talk-empty = Personne n’a encore rien dit.
web-talk-file = Partager un fichier
web-talk-in-reply = En réponse à
web-talk-keys = Entrée envoie, Maj+Entrée va à la ligne
web-talk-new = Nouveau depuis votre passage
web-talk-photo = Prendre une photo et la partager
web-talk-read-only = Vous pouvez lire ici, pas écrire.
web-talk-reply-not = Ne plus répondre à ce message
web-talk-reply-to = Répondre à { $who }
web-talk-send = Envoyer
web-talk-send-urgent = Envoyer en urgence
web-talk-sharing = Chiffrement et envoi…
web-talk-sharing-percent = Chiffrement et envoi : { $percent } %
web-talk-text = Écrire à la salle
web-talk-text-some = Dire quelque chose à { $countries } seulement
web-talk-title = Échanges
web-talk-urgent = URGENT
web-talk-urgent-hint = Urgent : chaque appareil de la salle alerte son agent. Pour ce message seulement.
web-talk-urgent-hint-some = Urgent : chaque appareil du compartiment alerte son agent. Pour ce message seulement.
web-talk-waiting = En attente d’envoi
