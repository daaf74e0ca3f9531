# The target board and a target.
web-board-accuracy = ± { $metres } m
web-board-add = Añadir objetivo
web-board-add-identifier = Añadir identificador
web-board-add-link = Añadir vínculo
web-board-add-photo = Añadir foto
web-board-add-send = Poner en el tablero
web-board-add-this = Añadir
web-board-all = Todos
web-board-at-time = En otro momento
web-board-back = Volver a la lista
web-board-cancel = Cancelar
web-board-change-status = Cambiar estado
web-board-changed = Último cambio
web-board-clear = Borrar
web-board-close = Cerrar el objetivo
web-board-custody = Bajo custodia de { $country }
web-board-documents = Fotos y documentos
web-board-earlier = Mostrar anteriores ({ $count })
web-board-edit = Editar
web-board-empty = Aún no hay objetivos en el tablero.
web-board-evaluation-half = Indique fuente e información, o ninguna.
web-board-field-other = otro
web-board-fields = Detalles
web-board-filters = Más filtros
web-board-find = Nombre o identificador
web-board-future = Esa hora está en el futuro.
web-board-gone = Este objetivo no está en el tablero.
web-board-handling-H0 = para uso policial
web-board-handling-H1 = no como prueba sin consentimiento de su propietario
web-board-handling-H2 = no difundir sin consentimiento de su propietario
web-board-handling-H3 = limitaciones especiales: consultar a su propietario antes de usar
web-board-here = Estoy aquí
web-board-here-failed = El dispositivo no sabe dónde está. Escriba el lugar.
web-board-history = Historial de cambios
web-board-hits = Aciertos sobre este objetivo
web-board-identifiers = Identificadores
web-board-information = Información
web-board-information-1 = cierta sin reservas
web-board-information-2 = conocida personalmente por la fuente
web-board-information-3 = no conocida personalmente por la fuente, pero corroborada
web-board-information-4 = no valorable
web-board-knots = { $knots } kn
web-board-link-choose = Elegir ({ $count })
web-board-link-from = ← { $relation }
web-board-link-hint = Por ejemplo: conduce, destinatario, misma tripulación
web-board-link-relation = Cómo están vinculados
web-board-link-target = Objetivo
web-board-link-to = { $relation } →
web-board-links = Vínculos
web-board-minutes-ago = { $minutes ->
     [one] Hace { $minutes } minuto
    *[other] Hace { $minutes } minutos
}
web-board-more-identifiers = + { $count }
web-board-never-seen = Aún no visto
web-board-none = Sin indicar
web-board-none-found = Ningún objetivo coincide con el filtro.
web-board-not-ready = El tablero aún no está completo: este dispositivo espera a que un miembro se lo entregue.
web-board-now = Ahora
web-board-on-map = Mostrar en el mapa:
web-board-only-hits = Con aciertos
web-board-only-stale = Antiguos
web-board-open-hits = { $count ->
     [one] { $count } acierto abierto
    *[other] { $count } aciertos abiertos
}
web-board-overtaken = Alguien ha cambiado este objetivo desde que lo abrió. Lo que envíe sustituirá el cambio de:
web-board-photo-done = La foto está compartida.
web-board-photo-percent = Enviando: { $percent } %
web-board-photo-sending = Cifrando y enviando la foto
web-board-place = Lugar (latitud, longitud)
web-board-place-hint = Como 31.9521, 35.9105 o 31°57′08″N 35°54′38″E. Opcional.
web-board-place-wrong = No es un lugar: latitud y después longitud.
web-board-priority-highest = { $n } (la más alta)
web-board-priority-lowest = { $n } (la más baja)
web-board-priority-n = Prioridad { $n }
web-board-priority-only = Solo { $n }
web-board-priority-to = 1 a { $n }
web-board-queued = En espera del hub
web-board-queued-count = { $count ->
     [one] Pendiente de envío
    *[other] { $count } pendientes de envío
}
web-board-remove-identifier = Quitar { $identifier }
web-board-remove-link = Quitar el vínculo con { $name }
web-board-save = Guardar cambios
web-board-seen = Visto { $ago }
web-board-seen-at = Visto a las
web-board-seen-stale = Antiguo: visto { $ago }
web-board-show-more = Mostrar más ({ $count })
web-board-shown = { $shown } de { $all } objetivos mostrados
web-board-sighting = Comunicar avistamiento
web-board-sighting-note = Cómo se vio, qué hacía
web-board-sighting-send = Enviar avistamiento
web-board-source = Fuente
web-board-source-A = totalmente fiable
web-board-source-B = generalmente fiable
web-board-source-C = generalmente poco fiable
web-board-source-D = no fiable
web-board-source-X = no evaluable
web-board-stale = El último avistamiento tiene más de 15 minutos: no actúe solo por él.
web-board-status-now = Ahora:
web-board-title = Objetivos
web-board-track = Avistamientos
web-board-unknown = desconocido
web-board-when = Cuándo
