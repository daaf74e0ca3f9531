# El plan.
web-plan-abort = Cancelar la operación
web-plan-abort-all-have = Todos los que actúan la tienen en pantalla.
web-plan-abort-have = { $count ->
     [one] { $count } la ha recibido
    *[other] { $count } la han recibido
}
web-plan-abort-hint = Todos los países se detienen de inmediato. La hora H y los votos se anulan. Se avisa a todos los dispositivos.
web-plan-abort-reach = { $have } de { $all } han recibido la orden
web-plan-abort-reason = Motivo, para todos
web-plan-abort-type = Escriba { $word } para confirmar
web-plan-abort-waiting = { $count ->
     [one] { $count } quizá no lo sepa. Avísele de viva voz, ahora.
    *[other] { $count } quizá no lo sepan. Avíseles de viva voz, ahora.
}
web-plan-abort-when = El plan prevé cancelar si:
web-plan-abort-word = CANCELAR
web-plan-aborted = OPERACIÓN CANCELADA
web-plan-aborted-by = Cancelada por
web-plan-aborted-hint = Nadie interviene. Un coordinador puede reanudar la operación iniciando una fase.
web-plan-accept = Aceptar
web-plan-all-together = Todos juntos
web-plan-assign = Asignar a países ({ $count } la tienen)
web-plan-assign-do = Asignar
web-plan-assign-hint = La tarea está hecha cuando cada uno de estos países la ha hecho.
web-plan-assign-title = Asignar la tarea
web-plan-assign-to = A
web-plan-assigned-all = Todos los países ya la tienen.
web-plan-begin = Iniciar esta fase
web-plan-begin-hint = Se cumplen todas las condiciones. Todos los países verán que la fase ha comenzado.
web-plan-begin-in-spite = Iniciar a pesar de ello
web-plan-begin-phase = Iniciar: { $phase }
web-plan-begun-by = Iniciada por
web-plan-blocked = Bloqueada…
web-plan-blocked-hint = Qué lo impide y quién podría resolverlo.
web-plan-blocked-title = La tarea está bloqueada
web-plan-call = Convocar la votación
web-plan-call-again = Convocar de nuevo la votación
web-plan-call-hint = Cada país se pronuncia sobre el plan tal como está. Si el plan cambia después, los votos quedan anulados.
web-plan-call-replaces = Los votos emitidos se descartan.
web-plan-call-whom = A quién se pregunta
web-plan-called-by = Convocada por
web-plan-carried-out = Este visto bueno ya se ejecutó; otro exige una nueva votación.
web-plan-clock = El reloj de este dispositivo no es lo bastante seguro para actuar por él. Tome la hora de viva voz.
web-plan-clock-by = Error posible: { $seconds } s.
web-plan-clock-known = El reloj de este dispositivo es exacto a ±{ $seconds } s.
web-plan-comma = ,
web-plan-condition-go = Los países dan el visto bueno
web-plan-condition-h-hour-passed = La hora H ha pasado
web-plan-condition-h-hour-set = La hora H está fijada
web-plan-condition-hits-confirmed = {$count ->
     [one] Al menos un acierto confirmado
    *[other] Al menos { $count } aciertos confirmados
}
web-plan-condition-phase-begun = Fase iniciada: { $title }
web-plan-condition-targets = {$count ->
     [one] Al menos un objetivo en estado «{ $status }»
    *[other] Al menos { $count } objetivos en estado «{ $status }»
}
web-plan-condition-task-done = Tarea hecha: { $title }
web-plan-conditions-missing = {$count ->
     [one] Una condición no se cumple:
    *[other] { $count } condiciones no se cumplen:
}
web-plan-custody = Custodia
web-plan-custody-accept = Aceptar la custodia
web-plan-custody-alarms = {$count ->
     [one] Una alerta hasta ahora, la última
    *[other] { $count } alertas hasta ahora, la última
}
web-plan-custody-check-in = Informar
web-plan-custody-close = Cerrar la custodia
web-plan-custody-close-hint = Ya nadie tendrá que informar. No se puede deshacer.
web-plan-custody-closed = Cerrada por
web-plan-custody-due = Próximo informe en
web-plan-custody-every = Informe al menos cada { $time }
web-plan-custody-every-hint = No con menos frecuencia de lo que permite el plan tipo.
web-plan-custody-every-label = Informes en este tramo, cada
web-plan-custody-every-playbook = según el plan tipo
web-plan-custody-every-same = sin cambios
web-plan-custody-holder = En poder de
web-plan-custody-last = Último poseedor:
web-plan-custody-legs = {$count ->
     [one] Un registro en la cadena de custodia
    *[other] { $count } registros en la cadena de custodia
}
web-plan-custody-none = No hay nada en custodia.
web-plan-custody-note = Nota
web-plan-custody-note-hint = Números de precinto, peso, estado.
web-plan-custody-offer = Ofrecer la entrega
web-plan-custody-offered = Ofrecido a { $country } por
web-plan-custody-overdue = INFORME ATRASADO
web-plan-custody-refuse = Rechazar
web-plan-custody-reported = Último informe
web-plan-custody-take = Tomar en custodia
web-plan-custody-taken = Tomado por
web-plan-custody-to = A
web-plan-custody-what = Qué
web-plan-done = Hecha
web-plan-due = vence
web-plan-duties = Funciones
web-plan-duties-mine = Sus funciones
web-plan-duties-others = Qué hacen los demás
web-plan-entry = Condiciones de inicio
web-plan-go-again = Habrá entradas por esta decisión. Toque otra vez para votar GO.
web-plan-go-sure = GO: toque otra vez
web-plan-h-hour = Hora H
web-plan-h-hour-change = Cambiar la hora H
web-plan-h-hour-late = Es posterior al cierre previsto de la sala.
web-plan-h-hour-local = Fecha y hora ({ $zone })
web-plan-h-hour-none = No hay hora H fijada.
web-plan-h-hour-passed = La hora H ha pasado
web-plan-h-hour-set = Fijar la hora H
web-plan-h-hour-soon = {$minutes ->
     [one] Hora H en un minuto
    *[other] Hora H en { $minutes } minutos
}
web-plan-h-hour-take-back = Anularla
web-plan-h-hour-take-back-text = Nadie contará ya hacia esa hora y los votos sobre el plan quedan anulados.
web-plan-handling = Reglas de tratamiento
web-plan-in = en { $time }
web-plan-in-spite = Iniciada sin cumplirse condiciones:
web-plan-in-spite-hint = Todos los países lo leerán; consta en el registro.
web-plan-in-spite-why = Por qué iniciar a pesar de ello
web-plan-met = cumplida
web-plan-minus-minutes = −{ $minutes } min
web-plan-needs = Antes:
web-plan-no-playbook = Esta sala no sigue ningún plan tipo: no tiene fases.
web-plan-not-asked = No se ha preguntado a los países.
web-plan-overdue = ATRASADA
web-plan-overdue-count = { $count ->
     [one] { $count } atrasada
    *[other] { $count } atrasadas
}
web-plan-past-abort = La canceló
web-plan-past-carried-out = Ejecutado: inició la fase
web-plan-past-no-vote = no votó
web-plan-past-replaced = Se convocó otra votación antes de que esta tuviera efecto.
web-plan-past-resumed = La reanudó
web-plan-past-void = El plan se cambió durante la votación; lo cambió
web-plan-past-votes = { $count ->
     [one] { $count } votación anterior
    *[other] { $count } votaciones anteriores
}
web-plan-phase-ahead = pendiente
web-plan-phase-now = EN CURSO
web-plan-phase-over = terminada
web-plan-phases = Fases
web-plan-plus-hour = +1 h
web-plan-plus-minutes = +{ $minutes } min
web-plan-set-by = Fijada por
web-plan-steps = Pasos de { $country }
web-plan-take-up = Reanudar la operación
web-plan-take-up-hint = La operación fue cancelada. Iniciar una fase la reanuda para todos los países.
web-plan-tasks = Tareas: { $done } de { $all } hechas
web-plan-time-missing = Indique fecha y hora.
web-plan-time-past = Esa hora ya ha pasado.
web-plan-unmet = NO cumplida
web-plan-void = ANULADA: el plan ha cambiado. Estos votos no cuentan; el coordinador debe preguntar de nuevo. Cambiado por
web-plan-voids = Esto cambia el plan: los votos emitidos quedan anulados.
web-plan-vote = Visto bueno
web-plan-vote-awaited = pendiente
web-plan-vote-change = Cambiar el voto de
web-plan-vote-mine = Votar por
web-plan-vote-not-you = Vota por su país su oficial de enlace o coordinador.
web-plan-vote-note = Nota (opcional)
web-plan-vote-queued = Su voto espera al hub.
