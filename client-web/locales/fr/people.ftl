# Who is in the room, on whose word, and whether anybody may be lying.
security-clock-disagreement = L’heure du hub pour un message et celle de l’expéditeur diffèrent de { $seconds } s. L’une des deux horloges est fausse, ou le message a été retenu.
security-commit-refused = Le hub a ordonné une modification interdite de la salle : { $rule }. Elle n’a pas été suivie, et la salle est arrêtée ici.
security-commit-unreadable = Une modification de la salle est illisible. La salle est arrêtée ici.
security-commit-withheld = Le hub a caché à cet appareil une modification de la salle.
security-doubled = Le hub a livré un message deux fois. Il n’a compté qu’une fois.
security-false-join-request = Le hub a transmis une demande d’admission que l’appareil nommé n’a jamais faite. Elle a été ignorée.
security-false-key-package = Le hub a remis une clé qui n’est pas celle de l’appareil à admettre. Personne n’a été admis.
security-false-revocation = Le hub a livré une liste de révocation fausse ou périmée. Elle a été ignorée.
security-gone-seat = Le chemin de retour que propose le hub mène à quelqu’un d’exclu ou de révoqué. Il n’a pas été pris.
security-history-rewritten = Le hub montre autre chose à une place que cet appareil avait déjà vue : il réécrit l’historique.
security-message-unreadable = Un message est illisible, ou n’est pas ce qu’il prétend être.
security-room-fork = Un membre d'un compartiment connaît une autre histoire de la salle que cet appareil. Comparez les nombres de sûreté de vive voix.
security-room-withheld = Dans un compartiment, quelqu'un a vu de la salle plus que ce que le hub montre ici. Demandez par un autre canal ce qui manque.
security-unagreed = Une cible d'un compartiment a été portée dans la salle sans le consentement du pays qui en répond. Demandez qui l'a dit.
security-unannounced = Ce compartiment n'a jamais été annoncé dans la salle : les autres ignorent qu'il existe. Demandez à qui l'a ouvert.
security-unsigned = Un message n’est pas signé par son auteur pour le dossier ; il n’a pas été pris en compte.
security-not-mine = Le hub a livré au nom de cet appareil quelque chose qu’il n’a pas envoyé. Cela a été ignoré.
security-old-state = Le chemin de retour que propose le hub mène au passé de la salle. Il n’a pas été pris.
security-rollback = Le journal du hub s’arrête maintenant au n° { $head }, avant ce qu’il avait déjà montré.
security-snapshot-disputed = Le tableau envoyé par un membre n’est pas celui de cet appareil.
security-snapshot-disputed-by = Un membre affirme qu’un tableau envoyé est faux.
security-stale-commit = Le hub a livré une modification de la salle dépassée depuis longtemps. Elle a été ignorée.
security-transcript-fork = Le hub a montré à ce membre un autre historique après le n° { $agreed_seq } (vu jusqu’au n° { $seen_seq }).
security-unconsented = Un membre porte hors de la salle des choses auxquelles la charte ne consent pas. Demandez au coordinateur de le retirer.
security-wrong-sender = Le hub désigne un autre expéditeur que le signataire du message.
web-people-admit = Admettre des agents
web-people-admit-do = { $count ->
     [0] Admettre
    *[other] Admettre ({ $count })
}
web-people-admit-hint = Ils voient le tableau tel qu’il est et ce qui se dit à partir de maintenant ; rien de ce qui s’est dit avant.
web-people-admit-none = L’annuaire du hub ne contient personne d’autre que vous puissiez admettre.
web-people-admitted = admis par { $who }, { $time }
web-people-admitted-by = Admis par
web-people-amend-by = Proposé par
web-people-amend-close = Fermer la salle maintenant
web-people-amend-end = Nouvelle fin :
web-people-amend-mine = Vous avez signé.
web-people-amend-now = En vigueur :
web-people-amend-signed = Signatures : { $count } sur { $quorum }.
web-people-amendments = Modifications proposées de la durée
web-people-asked = demande reçue { $ago }
web-people-asker-admit = Admettre { $who }
web-people-asker-dismiss = Écarter { $who }
web-people-asking = { $count ->
     [one] { $count } demande d’admission
    *[other] { $count } demandes d’admission
}
web-people-asking-admit = Admettre
web-people-asking-dismiss = Écarter
web-people-asking-hint = Leur accréditation est authentique et vient d’une autorité de cette salle. À vous de décider s’ils y ont leur place.
web-people-asking-others = Pour un coordinateur, ou un officier de liaison ({ $country }).
web-people-directory-away = L’annuaire est illisible : { $reason }
web-people-directory-loading = Lecture de l’annuaire …
web-people-gap = Cet appareil n’a jamais vu les messages n° { $from } à { $to }. Demandez ce qui s’est dit alors.
web-people-before = présent avant l’arrivée de cet appareil
web-people-leaving = A demandé à partir
web-people-link = Lien pour demander l’accès
web-people-link-by-hand = La copie a échoué. Sélectionnez le lien et copiez-le à la main.
web-people-link-copied = Copié.
web-people-link-copy = Copier le lien
web-people-link-text = Qui le suit avec un appareil accrédité peut demander à être admis. Il n’ouvre rien à lui seul : quelqu’un ici doit l’admettre.
web-people-opened = a ouvert la salle
web-people-place = Position
web-people-position = position { $ago }
web-people-remove = Retirer de la salle
web-people-remove-text = Cet appareil ne lira rien de ce qui se dit désormais. Son agent voit que son siège lui a été retiré. Si l’appareil est perdu ou saisi, faites-le aussi révoquer par son autorité.
web-people-remove-title = Retirer { $who } ?
web-people-revoked = RÉVOQUÉ
web-people-revoked-text = L’autorité a révoqué cet appareil. Le prochain coordinateur ou officier de liaison en ligne le retire ; le hub ne lui livre plus rien.
web-people-safety = Numéro de sécurité
web-people-safety-differs = Si un seul diffère, quelqu’un s’est peut-être interposé : n’écrivez plus rien de secret ici et appelez le coordinateur.
web-people-safety-digits = La même chose en chiffres
web-people-safety-how = Lisez-le-vous par téléphone ou par radio. Si tous les mots ou tous les groupes sont identiques, vous êtes dans la même salle, avec les mêmes personnes, et personne ne s’est interposé.
web-people-safety-language = Mots en
web-people-safety-language-hint = Les mots ont le même sens dans toutes les langues : chacun peut les lire dans la sienne.
web-people-safety-when = { $count ->
     [one] Il change quand quelqu’un arrive ou part. Comparez-le quand vous voyez tous deux { $count } siège.
    *[other] Il change quand quelqu’un arrive ou part. Comparez-le quand vous voyez tous deux { $count } sièges.
}
web-people-search = Chercher par indicatif ou pays
web-people-seat = Siège
web-people-seats = { $count ->
     [one] Membres : { $count } siège
    *[other] Membres : { $count } sièges
}
web-people-security = Alertes de sécurité
web-people-security-about = Concerne { $who }.
web-people-security-do = Quelqu’un ment peut-être, très probablement le hub ou celui qui le contrôle. Prévenez le coordinateur de vive voix, pas ici, et comparez le numéro de sécurité.
web-people-security-more = { $count ->
     [one] En afficher { $count } de plus
    *[other] En afficher { $count } de plus
}
web-people-security-unknown = Un fait suspect que cette version ne sait pas nommer : { $event }.
web-people-sign = Signer
web-people-sign-text = Votre signature vaut celle d’un coordinateur. Dès qu’il y en a assez, la nouvelle fin vaut pour tous.
web-people-sign-title = Signer cette modification ?
web-people-valid-days = { $days ->
     [one] l’accréditation expire dans { $days } jour
    *[other] l’accréditation expire dans { $days } jours
}
