# Checks of identifiers, here and by other countries.
identifier-form = El número o tipo de caracteres no es el de esta clase.
identifier-kind = Esta clase no se conoce.
identifier-length = Está vacío o es demasiado largo.
web-check-after = tras { $time }
web-check-answer = Respuesta
web-check-answer-hit = Conocido
web-check-answer-no-hit = No conocido
web-check-answer-note = Lo que se puede decir al respecto
web-check-answer-refer = Diríjanse a mí
web-check-answer-sent = Su respuesta está en camino.
web-check-ask = Preguntar a otros países
web-check-ask-in = Preguntar a los países de { $room }
web-check-ask-send = { $count ->
     [one] Preguntar a un país
    *[other] Preguntar a { $count } países
}
web-check-asked = Consulta enviada. Las respuestas aparecen en la sala.
web-check-asked-by = Pregunta
web-check-awaited = pendiente
web-check-boards = { $count ->
     [one] Tablero consultado: { $boards }
    *[other] { $count } tableros consultados: { $boards }
}
web-check-certainty = { $rule }, { $percent } %
web-check-countries = Países a consultar
web-check-digit-right = Dígito de control correcto
web-check-digit-wrong = Dígito de control INCORRECTO: léalo de nuevo.
web-check-digit-wrong-expected = Dígito de control INCORRECTO: léalo de nuevo; debería ser { $expected }.
web-check-hint = En una matrícula, ? es un carácter desconocido y * varios.
web-check-identifier = Identificador
web-check-in-room = En la sala { $room }
web-check-kind = Qué es
web-check-kind-any = Automático
web-check-kind-cas-number = Número CAS
web-check-kind-container = Contenedor
web-check-kind-flight = Vuelo
web-check-kind-imei = IMEI
web-check-kind-imo = Número OMI
web-check-kind-mmsi = MMSI
web-check-kind-msisdn = Teléfono
web-check-kind-onion-address = Dirección onion
web-check-kind-passport = Pasaporte
web-check-kind-plate = Matrícula
web-check-kind-tail-number = Matrícula de aeronave
web-check-kind-vin = VIN
web-check-kind-wallet = Monedero
web-check-match = COINCIDE
web-check-maybe = POSIBLE COINCIDENCIA
web-check-no-boards = No tiene salas abiertas: no hay tablero que consultar.
web-check-no-identifier = No es un identificador.
web-check-no-match = Sin coincidencias en sus tableros.
web-check-none = Sin consultas en esta sala.
web-check-not-all = Eso no significa que sea desconocido: se puede preguntar a otros países.
web-check-pattern = Una matrícula parcial solo se busca en los tableros, no se pregunta a otros países.
web-check-photo = Escribir desde una foto
web-check-photo-alt = La foto desde la que escribir
web-check-photo-drop = Quitar la foto
web-check-photo-stays = Se queda en este dispositivo; no se guarda ni se envía.
web-check-raise = Notificar ahora
web-check-raise-more = Notificar con lugar, nota o foto
web-check-raised = El acierto está notificado.
web-check-read-again = Léalo de nuevo.
web-check-requests = Consultas
web-check-show-more = Mostrar más ({ $count })
web-check-sure = Lo he releído: está escrito así
web-check-title = Comprobar
web-check-to-hits = Ver los aciertos
web-check-wait-for-you = { $count ->
     [one] { $count } espera a su país
    *[other] { $count } esperan a su país
}
web-check-why = Motivo
web-check-why-hint = Lo leen los países consultados.
