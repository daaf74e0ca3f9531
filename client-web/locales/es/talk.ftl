# Lo que se dice.
web-talk-below = {$count ->
     [one] Un mensaje nuevo
    *[other] { $count } mensajes nuevos
}
web-talk-closed = La sala no está abierta: no se puede escribir.
web-talk-earlier = Ver anteriores ({ $count })
web-talk-empty = Nadie ha dicho nada todavía.
web-talk-file = Compartir un archivo
web-talk-in-reply = En respuesta a
web-talk-keys = Intro envía, Mayús+Intro cambia de línea
web-talk-new = Nuevo desde que miró
web-talk-photo = Hacer una foto y compartirla
web-talk-read-only = Aquí puede leer, no escribir.
web-talk-reply-not = No responder a este mensaje
web-talk-reply-to = Responder a { $who }
web-talk-send = Enviar
web-talk-send-urgent = Enviar urgente
web-talk-sharing = Cifrando y enviando…
web-talk-sharing-percent = Cifrando y enviando: { $percent } %
web-talk-text = Escribir a la sala
web-talk-text-some = Decir algo solo a { $countries }
web-talk-title = Mensajes
web-talk-urgent = URGENTE
web-talk-urgent-hint = Urgente: cada dispositivo de la sala avisa a su agente. Solo para este mensaje.
web-talk-urgent-hint-some = Urgente: cada dispositivo del compartimento avisa a su agente. Solo para este mensaje.
web-talk-waiting = Pendiente de envío
