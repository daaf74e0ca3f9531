# The shell: the device, the way around, what all screens share.
web-shell-abort-missing = { $count ->
     [one] { $count } ignore peut-être l’annulation : voir maintenant
    *[other] { $count } ignorent peut-être l’annulation : voir maintenant
}
web-shell-aborted = { $who } a annulé l’opération.
web-shell-advanced = Avancé
web-shell-authority = Autorité
web-shell-authority-fingerprint = Empreinte de l’autorité signataire
web-shell-autolock = Verrouiller automatiquement après
web-shell-autolock-hint = Sans toucher, même écran éteint.
web-shell-bundle = Ce programme
web-shell-bundle-away = Le hub ne peut pas être interrogé maintenant.
web-shell-bundle-hint = Empreinte du programme fourni par ce hub. Comparez-la à celle que votre service a publiée.
web-shell-callsign = Indicatif
web-shell-cancel = Annuler
web-shell-check = Vérifier un identifiant
web-shell-clock-uncertain = L’horloge de cet appareil peut être fausse de { $seconds } s. N’intervenez pas d’après elle seule.
web-shell-clock-unknown = L’horloge de cet appareil n’a jamais été comparée. N’intervenez pas d’après elle seule.
web-shell-close = Fermer
web-shell-connecting = { $count ->
     [0] Connexion… Ce que vous écrivez est conservé et partira dans l’ordre.
    *[other] Connexion… Ce que vous écrivez est conservé et partira dans l’ordre. En attente : { $count }.
}
web-shell-continue = Continuer
web-shell-country = Pays
web-shell-device = Appareil
web-shell-dismiss = Fermer l’avis
web-shell-document-fetch = Récupérer le document
web-shell-document-percent = Récupération : { $percent } %
web-shell-document-save = Enregistrer une copie
web-shell-document-save-hint = La copie reste sur cet appareil, non chiffrée, même après la salle.
web-shell-duress = Définir une phrase de contrainte
web-shell-duress-hint = Une seconde phrase, si l’on vous force à déverrouiller : elle détruit tout sur cet appareil.
web-shell-duress-pass = Phrase de contrainte
web-shell-duress-save = Définir
web-shell-duress-saved = La phrase de contrainte est définie.
web-shell-duress-text = Qui déverrouille avec elle détruit clés, salles et envois en attente, aussitôt et sans retour. L’appareil a ensuite l’air neuf. Elle remplace une phrase définie auparavant.
web-shell-enrol = Enregistrer
web-shell-enrol-intro = Le guichet de votre autorité vous remet un ticket. Il ne sert qu’une fois.
web-shell-enrol-title = Enregistrer cet appareil
web-shell-enrolled-hint = Relisez. Si quelque chose est faux, prévenez le guichet de votre autorité avant de vous en servir.
web-shell-enrolled-title = Cet appareil est accrédité
web-shell-expired = Expirée
web-shell-failed-hint = Si cela se reproduit, prévenez votre coordinateur de vive voix.
web-shell-failed-title = Arrêté
web-shell-h-hour = Heure H
web-shell-hub = Hub
web-shell-hub-hint = Ne le changez que si le guichet de votre autorité le demande.
web-shell-language = Langue
web-shell-loading = Ouverture de la salle…
web-shell-lock = Verrouiller
web-shell-locking = Verrouillage
web-shell-menu = Menu de la salle
web-shell-minutes = { $count ->
     [one] { $count } minute
    *[other] { $count } minutes
}
web-shell-no-room = Cet appareil ne connaît plus cette salle.
web-shell-officer = Agent
web-shell-offline = { $count ->
     [0] Hors ligne. Ce que vous écrivez est conservé et partira dans l’ordre.
    *[other] Hors ligne. Ce que vous écrivez est conservé et partira dans l’ordre. En attente : { $count }.
}
web-shell-opens-in-d = Ouvre dans { $days } j
web-shell-opens-in-hm = Ouvre dans { $hours } h { $minutes } min
web-shell-opens-in-m = Ouvre dans { $minutes } min
web-shell-part-again = Réessayer
web-shell-part-failed = Cette partie de la page n’a pas pu être chargée. Vérifiez le réseau et réessayez ; si rien n’y fait, rechargez la page.
web-shell-part-loading = Chargement …
web-shell-partner-add = Ajouter l’autorité d’un partenaire
web-shell-partner-file = Fichier du certificat
web-shell-partner-pem = Ou son texte (PEM)
web-shell-partner-text = Comparez l’empreinte de vive voix avec le partenaire avant de l’ajouter. Dès lors, les invitations de ses appareils sont acceptées.
web-shell-partners = Autorités
web-shell-partners-hint = Celles dont cet appareil croit les agents : la sienne, et celles des partenaires ajoutés.
web-shell-pass-again = Encore une fois
web-shell-pass-differ = Les deux phrases secrètes diffèrent.
web-shell-pass-fair = Correcte. Un mot de plus serait mieux.
web-shell-pass-good = Solide.
web-shell-pass-hint = Au moins { $count } caractères ; plusieurs mots, c’est mieux. Personne ne peut la retrouver.
web-shell-pass-new = Choisissez une phrase secrète
web-shell-pass-short = Trop courte : au moins { $count } caractères.
web-shell-pass-show = Afficher la phrase secrète
web-shell-pass-too-short = Au moins { $count } caractères.
web-shell-pass-weak = Faible. Ajoutez des mots.
web-shell-passphrase = Phrase secrète
web-shell-photo-show = Afficher la photo
web-shell-places = Rubriques de la salle
web-shell-progress = Transfert
web-shell-push = Notifications
web-shell-push-denied = Le navigateur les interdit. Autorisez les notifications dans ses réglages.
web-shell-push-failed = Cela n’a pas fonctionné. Réessayez.
web-shell-push-hint = Une notification dit seulement que quelque chose est arrivé. Jamais de nom, de lieu ni de texte.
web-shell-push-off = Les notifications sont désactivées.
web-shell-push-on = Les notifications sont activées.
web-shell-push-turn-off = Désactiver
web-shell-push-turn-on = Activer
web-shell-push-unsupported = Ce navigateur ou ce hub ne le permet pas.
web-shell-queued = { $count ->
     [one] { $count } envoi en attente.
    *[other] { $count } envois en attente, dans l’ordre.
}
web-shell-refused = Le hub refuse cet appareil : { $reason }
web-shell-reload = Recharger
web-shell-role = Rôle
web-shell-room-closed = Cette salle est fermée. Ses clés sont détruites.
web-shell-room-halted = Cette salle est arrêtée : le hub a ordonné quelque chose d’interdit. Prévenez votre coordinateur de vive voix.
web-shell-room-removed = Cet appareil n’a plus de siège ici. Ses clés sont détruites.
web-shell-room-upcoming = Pas encore ouverte. On peut admettre des agents ; le tableau et les messages s’ouvrent avec elle.
web-shell-scan = Scanner le ticket
web-shell-scan-hint = Présentez le code du ticket devant la caméra.
web-shell-scan-refused = La caméra n’est pas disponible. Collez plutôt le ticket.
web-shell-security = { $count ->
     [one] { $count } alerte de sécurité : à voir
    *[other] { $count } alertes de sécurité : à voir
}
web-shell-settings = Réglages
web-shell-size-kb = { $size } ko
web-shell-size-mb = { $size } Mo
web-shell-starting = Démarrage…
web-shell-state-connected = connecté
web-shell-state-connecting = connexion
web-shell-state-offline = hors ligne
web-shell-tab-board = Tableau
web-shell-tab-check = Vérifier
web-shell-tab-hits = Alertes
web-shell-tab-map = Carte
web-shell-tab-people = Membres
web-shell-tab-plan = Plan
web-shell-tab-talk = Messages
web-shell-theme = Clair ou sombre selon l’appareil.
web-shell-this-device = Cet appareil
web-shell-ticket = Ticket
web-shell-ticket-hint = Commence par ENT1-. Collez-le en entier.
web-shell-ticket-missing = Collez d’abord le ticket.
web-shell-time-box = Créneau
web-shell-time-left-d = Reste { $days } j
web-shell-time-left-hm = Reste { $hours } h { $minutes } min
web-shell-time-left-m = Reste { $minutes } min
web-shell-time-left-short = Reste { $time }
web-shell-time-over = Terminé
web-shell-to-rooms = Toutes les salles
web-shell-unlock = Déverrouiller
web-shell-unlock-title = Cet appareil est verrouillé
web-shell-unlock-wrong = Ce n’est pas la phrase secrète. Réessayez.
web-shell-unlocking = Un instant.
web-shell-valid-days = { $days ->
     [one] Reste { $days } jour
    *[other] Reste { $days } jours
}
web-shell-valid-until = Valable jusqu’au
web-shell-waiting = { $count ->
     [one] { $count } vous attend
    *[other] { $count } vous attendent
}
web-shell-waiting-hint = Vous pouvez verrouiller l’appareil ; la demande reprend au déverrouillage.
web-shell-waiting-text = Demande envoyée ; en attente du guichet de l’autorité.
web-shell-waiting-title = Enregistrement en cours
web-shell-wipe = Effacer cet appareil
web-shell-wipe-hint = Pour un appareil rendu, ou sur le point de tomber en de mauvaises mains.
web-shell-wipe-text = Clés, salles, tableaux, messages et envois en attente sont détruits, aussitôt et sans retour. L’agent aura besoin d’un nouveau ticket. Faites retirer son siège et révoquer son accréditation.
web-shell-wipe-title = Effacement
web-shell-you = vous
