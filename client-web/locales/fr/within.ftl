# Compartiments : ce que seuls certains pays d'une salle voient.
web-within-add = Ajouter des personnes
web-within-add-do = Ajouter ({ $count })
web-within-add-hint = Seul qui siège dans la salle peut y entrer. { $countries } : personne d’autre ne le verra jamais.
web-within-add-none = Vous ne pouvez ajouter personne pour l’instant : chaque pays ajoute les siens.
web-within-add-send = Inscrire au tableau, pour { $countries } seulement
web-within-all = Toute la salle lit ceci.
web-within-announced = { $count ->
     [0] Aucun compartiment n’a été annoncé dans cette salle.
     [one] Un compartiment a été annoncé dans cette salle.
    *[other] { $count } compartiments ont été annoncés dans cette salle.
}
web-within-choose = Choisissez d’abord qui le lit.
web-within-filter = Vu par
web-within-first = Qui parle pour { $country }
web-within-first-hint = Vous en faites entrer un ; il fait entrer les autres pour { $country }.
web-within-first-none = Personne qui parle pour { $country } ne siège encore dans la salle.
web-within-for = Pour quels pays
web-within-for-hint = Ils ne changent plus ensuite : pour d’autres, ouvrez un autre compartiment.
web-within-for-own = { $country }, le vôtre, en fait toujours partie. Choisissez-en au moins un de plus.
web-within-gone = Cet appareil n’y siège plus.
web-within-hub = Le hub voit quels appareils y siègent et quand il s’y dit quelque chose, pas quoi.
web-within-leave = Quitter le compartiment
web-within-leave-text = Cet appareil y rend son siège et détruit ses clés de ce compartiment. Il garde son siège dans la salle. Le premier présent parmi les autres le libère ; d’ici là rien ne s’y dit. Seul qui peut y ajouter des personnes le fait revenir.
web-within-link = Un lien reste dans le compartiment : qui ne voit que la salle ne le voit pas.
web-within-nobody = Personne encore
web-within-only = Vu seulement par { $countries }.
web-within-open = Ouvrir un compartiment
web-within-open-do = L’ouvrir pour { $countries }
web-within-outside = { $countries } : il s’y verra que vous avez ouvert un compartiment et qu’il y en a { $count ->
     [one] un maintenant
    *[other] { $count } maintenant
}. Ni pour qui, ni de quoi, et rien de ce qui s’y dit.
web-within-outside-none = Tous les pays de la salle sont choisis : rien n’est alors caché à personne. Dites-le plutôt dans la salle.
web-within-own = Les vôtres
web-within-remove = Retirer le siège de { $who } dans le compartiment
web-within-remove-text = Cet appareil ne lit plus rien de ce qui s’y dit. Il garde son siège dans la salle.
web-within-room = Toute la salle ({ $count ->
     [one] { $count } pays
    *[other] { $count } pays
})
web-within-seated = { $count ->
     [0] Cet appareil ne siège dans aucun.
     [one] Cet appareil siège dans un seul.
    *[other] Cet appareil siège dans { $count } d’entre eux.
}
web-within-some = Seulement { $countries }
web-within-stays = Seulement { $countries } : personne d’autre ne lit ceci. Cela reste dans leur compartiment.
web-within-title = Compartiments
web-within-what = Un compartiment est pour certains pays de la salle. Les autres voient combien il y en a : ni pour qui, ni de quoi, ni combien il s’y dit.
web-within-who = Qui le lit
