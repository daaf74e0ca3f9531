# Compartimentos: lo que solo ven algunos países de una sala.
web-within-add = Añadir personas
web-within-add-do = Añadir ({ $count })
web-within-add-hint = Solo puede entrar quien tiene asiento en la sala. { $countries }: nadie más lo verá nunca.
web-within-add-none = Ahora no puede añadir a nadie: cada país añade a los suyos.
web-within-add-send = Poner en el tablero solo para { $countries }
web-within-all = Toda la sala lee esto.
web-within-announced = { $count ->
     [0] No se ha anunciado ningún compartimento en esta sala.
     [one] Se ha anunciado un compartimento en esta sala.
    *[other] Se han anunciado { $count } compartimentos en esta sala.
}
web-within-choose = Elija primero quién lo lee.
web-within-filter = Visto por
web-within-first = Quién habla por { $country }
web-within-first-hint = Usted hace entrar a uno; este hace entrar a los demás de { $country }.
web-within-first-none = Nadie que hable por { $country } tiene aún asiento en la sala.
web-within-for = Para qué países
web-within-for-hint = No se pueden cambiar después: para otros, abra otro compartimento.
web-within-for-own = { $country }, el suyo, siempre está. Elija al menos uno más.
web-within-gone = Este dispositivo ya no tiene asiento allí.
web-within-hub = El hub ve qué dispositivos tienen asiento y cuándo se dice algo allí, no qué.
web-within-leave = Dejar el compartimento
web-within-leave-text = Este dispositivo deja allí su asiento y destruye sus claves de este compartimento. Conserva su asiento en la sala. El primero de los demás que esté presente lo deja ir; hasta entonces no se dice nada allí. Solo quien puede añadir personas allí lo hace volver.
web-within-link = Un vínculo se queda en el compartimento: quien solo ve la sala no lo ve.
web-within-nobody = Nadie aún
web-within-only = Solo lo ven { $countries }.
web-within-open = Abrir un compartimento
web-within-open-do = Abrirlo para { $countries }
web-within-outside = { $countries } verán que usted ha abierto un compartimento y que { $count ->
     [one] hay uno ahora
    *[other] hay { $count } ahora
}. No para quién, ni sobre qué, ni nada de lo que se dice allí.
web-within-outside-none = Están elegidos todos los países de la sala: entonces no oculta nada a nadie. Dígalo mejor en la sala.
web-within-own = Los suyos
web-within-remove = Quitar el asiento de { $who } en el compartimento
web-within-remove-text = No leerá nada más de lo que se diga allí. Conserva su asiento en la sala.
web-within-room = Toda la sala ({ $count ->
     [one] { $count } país
    *[other] { $count } países
})
web-within-seated = { $count ->
     [0] Este dispositivo no tiene asiento en ninguno.
     [one] Este dispositivo tiene asiento en uno.
    *[other] Este dispositivo tiene asiento en { $count } de ellos.
}
web-within-some = Solo { $countries }
web-within-stays = Esto solo lo leen { $countries }. Se queda en su compartimento.
web-within-title = Compartimentos
web-within-what = Un compartimento es para algunos países de la sala. Los demás ven cuántos hay: no para quién, ni sobre qué, ni cuánto.
web-within-who = Quién lo lee
