# Checks of identifiers, here and by other countries.
identifier-form = Nombre ou type de caractères incorrect pour cette nature.
identifier-kind = Cette nature est inconnue.
identifier-length = Il est vide ou trop long.
web-check-after = après { $time }
web-check-answer = Réponse
web-check-answer-hit = Connu
web-check-answer-no-hit = Inconnu
web-check-answer-note = Ce qui peut en être dit
web-check-answer-refer = S’adresser à moi
web-check-answer-sent = Votre réponse est en route.
web-check-ask = Consulter d’autres pays
web-check-ask-in = Consulter les pays de { $room }
web-check-ask-send = { $count ->
     [one] Consulter un pays
    *[other] Consulter { $count } pays
}
web-check-asked = Demande envoyée. Les réponses s’affichent dans la salle.
web-check-asked-by = Demandée par
web-check-awaited = en attente
web-check-boards = { $count ->
     [one] Tableau consulté : { $boards }
    *[other] { $count } tableaux consultés : { $boards }
}
web-check-certainty = { $rule }, { $percent } %
web-check-countries = Pays à consulter
web-check-digit-right = Chiffre de contrôle exact
web-check-digit-wrong = Chiffre de contrôle FAUX : relire.
web-check-digit-wrong-expected = Chiffre de contrôle FAUX : relire ; ce devrait être { $expected }.
web-check-hint = Dans une plaque, ? remplace un caractère inconnu et * plusieurs.
web-check-identifier = Identifiant
web-check-in-room = Dans la salle { $room }
web-check-kind = Nature
web-check-kind-any = Automatique
web-check-kind-cas-number = Numéro CAS
web-check-kind-container = Conteneur
web-check-kind-flight = Vol
web-check-kind-imei = IMEI
web-check-kind-imo = Numéro OMI
web-check-kind-mmsi = MMSI
web-check-kind-msisdn = Téléphone
web-check-kind-onion-address = Adresse onion
web-check-kind-passport = Passeport
web-check-kind-plate = Plaque
web-check-kind-tail-number = Immatriculation aéronef
web-check-kind-vin = VIN
web-check-kind-wallet = Portefeuille
web-check-match = CONCORDANCE
web-check-maybe = CONCORDANCE POSSIBLE
web-check-no-boards = Aucune salle ouverte : aucun tableau à consulter.
web-check-no-identifier = Pas un identifiant.
web-check-no-match = Aucune concordance sur vos tableaux.
web-check-none = Aucune demande dans cette salle.
web-check-not-all = Cela ne veut pas dire inconnu : d’autres pays peuvent être consultés.
web-check-pattern = Une plaque partielle ne se cherche que sur les tableaux, pas auprès d’autres pays.
web-check-photo = Saisir d’après une photo
web-check-photo-alt = La photo d’après laquelle saisir
web-check-photo-drop = Retirer la photo
web-check-photo-stays = Reste sur cet appareil ; ni enregistrée, ni envoyée.
web-check-raise = Signaler maintenant
web-check-raise-more = Signaler avec lieu, note ou photo
web-check-raised = La concordance est signalée.
web-check-read-again = Relire.
web-check-requests = Demandes de vérification
web-check-show-more = Afficher la suite ({ $count })
web-check-sure = J’ai relu : c’est bien écrit ainsi
web-check-title = Vérifier
web-check-to-hits = Voir les concordances
web-check-wait-for-you = { $count ->
     [one] { $count } attend votre pays
    *[other] { $count } attendent votre pays
}
web-check-why = Motif
web-check-why-hint = Lu par les pays consultés.
