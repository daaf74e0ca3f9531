# Hits and their alarm.
web-hits-acknowledge = ACUSAR RECIBO
web-hits-acknowledge-note = Acusar recibo con una nota
web-hits-acknowledged = ha acusado recibo
web-hits-acknowledged-by-you = Usted ha acusado recibo.
web-hits-act = Atendido
web-hits-actioned = Atendido
web-hits-afterwards-hint = Se publica en la conversación, con el identificador.
web-hits-alarm = { $count ->
     [one] ACIERTO
    *[other] ACIERTOS: { $count }
}
web-hits-alarm-more = { $count ->
     [one] y uno más
    *[other] y { $count } más
}
web-hits-certain = { $percent } % de certeza
web-hits-closed = Cerrados
web-hits-confirm = Confirmar
web-hits-confirmed = Confirmado
web-hits-delivered = En pantalla
web-hits-dismiss = Cerrar
web-hits-escalated-coordinator = Plazo vencido ({ $stage }): se avisó a los coordinadores
web-hits-escalated-liaison = Plazo vencido ({ $stage }): se avisó a los enlaces
web-hits-exercise = EJERCICIO EJERCICIO EJERCICIO
web-hits-false = Falso
web-hits-in-room = En la sala { $room }
web-hits-is-no-target = No está en el tablero; se notifica sin objetivo.
web-hits-is-target = En el tablero: { $name }
web-hits-look = Abrir
web-hits-matched = Coincidencia: { $rule }, { $percent } %
web-hits-need-you = { $count ->
     [one] { $count } espera a su país
    *[other] { $count } esperan a su país
}
web-hits-no-target = Sin objetivo conocido
web-hits-none-open = Sin aciertos abiertos.
web-hits-note = Nota
web-hits-on-board = En el tablero:
web-hits-on-screens = En { $have } de { $all } pantallas
web-hits-open = Abiertos
web-hits-other-identifier = Otro identificador
web-hits-overdue = VENCIDO
web-hits-photo-chosen = Foto: { $name }
web-hits-raise = Notificar acierto
web-hits-raise-send = Dar la alarma ahora
web-hits-raised-by = Notificado por
web-hits-reject = Falso
web-hits-reopen = Reabrir
web-hits-reopen-hint = Por qué se cerró por error. Sus plazos empiezan de nuevo.
web-hits-reopened = Reabierto
web-hits-say-more = Decir qué va a hacer
web-hits-seen-identifier = Lo que usted ve
web-hits-seen-times = Visto { $count } veces
web-hits-send-acknowledge = ACUSAR RECIBO
web-hits-send-act = Cerrar como atendido
web-hits-send-afterwards = Publicar
web-hits-send-confirm = Confirmar
web-hits-send-reject = Es falso
web-hits-send-reopen = Reabrirlo
web-hits-sheet-acknowledge = Acusar recibo del acierto
web-hits-sheet-act = Qué se ha hecho
web-hits-sheet-afterwards = Qué va a hacer
web-hits-sheet-confirm = Confirmar el acierto
web-hits-sheet-reject = El acierto es falso
web-hits-sheet-reopen = Reabrir el acierto
web-hits-show-more = Mostrar más ({ $count })
web-hits-silence = Silenciar
web-hits-time-left = Tiempo restante
web-hits-title = Aciertos
web-hits-waiting = Aún no en pantalla
web-hits-where-how = Dónde, cómo, hacia dónde
