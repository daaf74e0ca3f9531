# Hits and their alarm.
web-hits-acknowledge = ACQUITTER
web-hits-acknowledge-note = Acquitter avec une note
web-hits-acknowledged = a acquitté
web-hits-acknowledged-by-you = Vous avez acquitté.
web-hits-act = Suite donnée
web-hits-actioned = Suite donnée
web-hits-afterwards-hint = Sera publié dans la discussion, avec l’identifiant.
web-hits-alarm = { $count ->
     [one] CONCORDANCE
    *[other] CONCORDANCES : { $count }
}
web-hits-alarm-more = { $count ->
     [one] et une autre
    *[other] et { $count } autres
}
web-hits-certain = certitude : { $percent } %
web-hits-closed = Closes
web-hits-confirm = Confirmer
web-hits-confirmed = Confirmée
web-hits-delivered = À l’écran
web-hits-dismiss = Fermer
web-hits-escalated-coordinator = Délai dépassé ({ $stage }) : coordinateurs saisis
web-hits-escalated-liaison = Délai dépassé ({ $stage }) : officiers de liaison saisis
web-hits-exercise = EXERCICE EXERCICE EXERCICE
web-hits-false = Fausse
web-hits-in-room = Dans la salle { $room }
web-hits-is-no-target = Absent du tableau ; signalé sans cible.
web-hits-is-target = Au tableau : { $name }
web-hits-look = Ouvrir
web-hits-matched = Concordance : { $rule }, { $percent } %
web-hits-need-you = { $count ->
     [one] { $count } attend votre pays
    *[other] { $count } attendent votre pays
}
web-hits-no-target = Aucune cible connue
web-hits-none-open = Aucune concordance ouverte.
web-hits-note = Note
web-hits-on-board = Au tableau :
web-hits-on-screens = Sur { $have } écrans sur { $all }
web-hits-open = Ouvertes
web-hits-other-identifier = Un autre identifiant
web-hits-overdue = EN RETARD
web-hits-photo-chosen = Photo : { $name }
web-hits-raise = Signaler une concordance
web-hits-raise-send = Donner l’alerte maintenant
web-hits-raised-by = Signalée par
web-hits-reject = Fausse
web-hits-reopen = Rouvrir
web-hits-reopen-hint = Pourquoi elle a été close à tort. Ses délais repartent.
web-hits-reopened = Rouverte
web-hits-say-more = Dire ce que vous allez faire
web-hits-seen-identifier = Ce que vous voyez
web-hits-seen-times = Vue { $count } fois
web-hits-send-acknowledge = ACQUITTER
web-hits-send-act = Clore : suite donnée
web-hits-send-afterwards = Publier
web-hits-send-confirm = Confirmer
web-hits-send-reject = Elle est fausse
web-hits-send-reopen = Rouvrir
web-hits-sheet-acknowledge = Acquitter la concordance
web-hits-sheet-act = Suite donnée
web-hits-sheet-afterwards = Ce que vous allez faire
web-hits-sheet-confirm = Confirmer la concordance
web-hits-sheet-reject = La concordance est fausse
web-hits-sheet-reopen = Rouvrir la concordance
web-hits-show-more = Afficher la suite ({ $count })
web-hits-silence = Couper le son
web-hits-time-left = Temps restant
web-hits-title = Concordances
web-hits-waiting = Pas encore à l’écran
web-hits-where-how = Où, comment, dans quelle direction
