# The list of rooms, opening one, its time box.
web-rooms-admit-later = Se puede admitir a otros después, en Personas.
web-rooms-admitted = Admitidos al abrir
web-rooms-ask = Pedir acceso a una sala
web-rooms-ask-do = Pedir acceso
web-rooms-ask-link = Enlace o número de la sala
web-rooms-ask-link-hint = Se lo da alguien de la sala.
web-rooms-ask-no-room = Esto no es el enlace de una sala.
web-rooms-ask-text = Quienes pueden admitirle ven su indicativo, número de agente, país, función y autoridad. El hub sabe que este dispositivo lo pide.
web-rooms-asked = Accesos pedidos
web-rooms-asked-since = pedido { $ago }
web-rooms-asked-stop = Dejar de pedirlo
web-rooms-asked-stop-which = Dejar de pedirlo: sala { $room }
web-rooms-asked-waiting = Pedido; a la espera de admisión.
web-rooms-back = Atrás
web-rooms-classic = Sin claves poscuánticas
web-rooms-classic-hint = Solo para socios cuyos dispositivos no pueden más.
web-rooms-close = Cerrar la sala ahora
web-rooms-close-text = Se destruyen las claves de todos; nadie podrá escribir ni leer nada nuevo aquí. Si deben firmar otros coordinadores, se cierra cuando lo hayan hecho.
web-rooms-closes = Cierra
web-rooms-coordinates = { $who } también coordina
web-rooms-coordinators = Coordinadores
web-rooms-countries = Países
web-rooms-directory-away = No se puede listar a los agentes: { $reason } Se les puede admitir después.
web-rooms-exercise = EJERCICIO
web-rooms-extend = Cambiar la hora de cierre
web-rooms-extend-hint = Si deben firmar otros coordinadores, el nuevo final vale cuando lo hayan hecho.
web-rooms-fault-hours = Abierta de 1 a 48 horas.
web-rooms-fault-latest = El máximo absoluto es al menos la duración y como mucho 720 horas.
web-rooms-fault-opens = La apertura está en el pasado.
web-rooms-fault-quorum = No más firmas que coordinadores.
web-rooms-fault-title = La operación necesita un nombre.
web-rooms-highest-role = Función máxima
web-rooms-hits = { $count ->
     [one] { $count } acierto abierto
    *[other] { $count } aciertos abiertos
}
web-rooms-hits-for-me = { $count ->
     [one] { $count } acierto le espera
    *[other] { $count } aciertos le esperan
}
web-rooms-hours = Abierta durante (horas)
web-rooms-hours-hint = De 1 a { $most }
web-rooms-is-exercise = Es un ejercicio
web-rooms-is-exercise-hint = Todas las pantallas de la sala lo dicen, sin vuelta atrás.
web-rooms-kind = Tipo
web-rooms-latest = Como muy tarde
web-rooms-latest-hint = Ninguna prórroga pasa de ahí.
web-rooms-latest-hours = Máximo absoluto (horas)
web-rooms-leave = Salir de la sala
web-rooms-leave-text = Este dispositivo deja su puesto y destruye sus claves de esta sala. Solo alguien que pueda admitirlo lo hará volver.
web-rooms-live = en directo
web-rooms-more = Mostrar anteriores ({ $count })
web-rooms-name = Nombre de la operación
web-rooms-name-hint = Solo lo ven los miembros de la sala.
web-rooms-new-close = Nuevo final
web-rooms-no-officers = No hay agentes de este país en el directorio del hub.
web-rooms-no-playbook = Sin plan tipo
web-rooms-nobody-yet = Nadie todavía
web-rooms-none = Este dispositivo no tiene puesto en ninguna sala. Su coordinador o enlace lo admite; la sala aparecerá aquí.
web-rooms-not-live = no en directo
web-rooms-now = Ahora
web-rooms-open = Abiertas
web-rooms-open-room = Abrir una sala
web-rooms-opens = Abre
web-rooms-opens-at = Abre a las
web-rooms-opens-now = Abrir ahora
web-rooms-over = Cerradas
web-rooms-own-country = la suya
web-rooms-playbook = Plan tipo
web-rooms-plus-hours = +{ $hours } h
web-rooms-queued = { $count } por enviar
web-rooms-quorum = Coordinadores que deben firmar una enmienda
web-rooms-quorum-hint = De 1 a { $most }
web-rooms-real = Operación real
web-rooms-retry = Reintentar
web-rooms-review = Léalo antes de abrir
web-rooms-seats = { $count ->
     [one] { $count } puesto
    *[other] { $count } puestos
}
web-rooms-signatures = firmas para una enmienda: { $quorum }
web-rooms-suite = Cifrado
web-rooms-suite-classic = Solo clásico
web-rooms-suite-pq = Poscuántico y clásico juntos
web-rooms-time-missing = No es una hora.
web-rooms-time-past = Eso está en el pasado.
web-rooms-time-too-late = Eso supera el máximo absoluto.
web-rooms-title = Salas
web-rooms-to-review = Revisar
web-rooms-unread = { $count } sin leer
web-rooms-untitled = Sala sin nombre
web-rooms-untitled-yet = Su nombre llega al abrirse
web-rooms-up-to = hasta { $role }
web-rooms-upcoming = Próximas
web-rooms-what = Operación
