# Who is in the room, on whose word, and whether anybody may be lying.
security-clock-disagreement = La hora del hub para un mensaje y la del remitente difieren en { $seconds } s. Uno de los dos relojes va mal, o el mensaje fue retenido.
security-commit-refused = El hub ordenó un cambio prohibido de la sala: { $rule }. No se siguió, y la sala queda parada aquí.
security-commit-unreadable = Un cambio de la sala es ilegible. La sala queda parada aquí.
security-commit-withheld = El hub ocultó a este dispositivo un cambio de la sala.
security-doubled = El hub entregó un mensaje dos veces. Contó una sola vez.
security-false-join-request = El hub trajo una solicitud de admisión que el dispositivo nombrado nunca hizo. Se ignoró.
security-false-key-package = El hub entregó una clave que no es del dispositivo que se iba a admitir. No se admitió a nadie.
security-false-revocation = El hub entregó una lista de revocación falsa o antigua. Se ignoró.
security-gone-seat = El camino de vuelta que ofrece el hub lleva a alguien expulsado o revocado. No se tomó.
security-history-rewritten = El hub muestra otra cosa en un lugar que este dispositivo ya había visto: reescribe la historia.
security-message-unreadable = Un mensaje es ilegible o no es lo que dice ser.
security-room-fork = A un miembro de un compartimento se le contó otra historia de la sala que a este dispositivo. Compare los números de seguridad de viva voz.
security-room-withheld = En un compartimento, alguien ha visto de la sala más de lo que el hub muestra aquí. Pregunte por otro canal qué falta.
security-unagreed = Un objetivo de un compartimento se llevó a la sala sin el consentimiento del país que responde de él. Pregunte a quien lo dijo.
security-unannounced = Este compartimento nunca se anunció en la sala: los demás no saben que existe. Pregunte a quien lo abrió.
security-unsigned = Un mensaje no lleva la firma de su autor para el expediente; no se ha tenido en cuenta.
security-not-mine = El hub entregó en nombre de este dispositivo algo que no envió. Se ignoró.
security-old-state = El camino de vuelta que ofrece el hub lleva al pasado de la sala. No se tomó.
security-rollback = El registro del hub acaba ahora en el n.º { $head }, antes de lo que ya había mostrado.
security-snapshot-disputed = El tablero que envió un miembro no es el de este dispositivo.
security-snapshot-disputed-by = Un miembro dice que un tablero enviado es falso.
security-stale-commit = El hub entregó un cambio de la sala ya superado. Se ignoró.
security-transcript-fork = El hub mostró a este miembro otra historia a partir del n.º { $agreed_seq } (vista hasta el n.º { $seen_seq }).
security-unconsented = Un miembro lleva fuera de la sala cosas a las que el estatuto no consiente. Pida al coordinador que lo retire.
security-wrong-sender = El hub nombra a un remitente distinto del que firmó el mensaje.
web-people-admit = Admitir agentes
web-people-admit-do = { $count ->
     [0] Admitir
    *[other] Admitir ({ $count })
}
web-people-admit-hint = Ven el tablero tal como está y lo que se diga desde ahora; nada de lo que se dijo antes.
web-people-admit-none = En el directorio del hub no queda nadie a quien usted pueda admitir.
web-people-admitted = admitido por { $who }, { $time }
web-people-admitted-by = Admitido por
web-people-amend-by = Propuesto por
web-people-amend-close = Cerrar la sala ahora
web-people-amend-end = Nuevo final:
web-people-amend-mine = Usted ha firmado.
web-people-amend-now = Vigente ahora:
web-people-amend-signed = Firmas: { $count } de { $quorum }.
web-people-amendments = Cambios de plazo propuestos
web-people-asked = lo pidió { $ago }
web-people-asker-admit = Admitir a { $who }
web-people-asker-dismiss = Descartar a { $who }
web-people-asking = { $count ->
     [one] { $count } solicitud de admisión
    *[other] { $count } solicitudes de admisión
}
web-people-asking-admit = Admitir
web-people-asking-dismiss = Descartar
web-people-asking-hint = Su acreditación es auténtica y de una autoridad de esta sala. Usted decide si deben estar aquí.
web-people-asking-others = Para un coordinador, o un oficial de enlace ({ $country }).
web-people-directory-away = No se puede leer el directorio: { $reason }
web-people-directory-loading = Leyendo el directorio …
web-people-gap = Este dispositivo nunca vio los mensajes n.º { $from } a { $to }. Pregunte qué se dijo entonces.
web-people-before = presente antes de llegar este dispositivo
web-people-leaving = Ha pedido salir
web-people-link = Enlace para pedir acceso
web-people-link-by-hand = No se pudo copiar. Selecciónelo y cópielo a mano.
web-people-link-copied = Copiado.
web-people-link-copy = Copiar el enlace
web-people-link-text = Quien lo siga con un dispositivo acreditado puede pedir que se le admita. Por sí solo no abre nada: alguien de aquí tiene que admitirlo.
web-people-opened = abrió la sala
web-people-place = Posición
web-people-position = posición { $ago }
web-people-remove = Retirar de la sala
web-people-remove-text = Este dispositivo no leerá nada de lo que se diga desde ahora. Su agente ve que se le retiró el puesto. Si el dispositivo se perdió o fue incautado, haga que su autoridad lo revoque también.
web-people-remove-title = ¿Retirar a { $who }?
web-people-revoked = REVOCADO
web-people-revoked-text = La autoridad ha revocado este dispositivo. El próximo coordinador u oficial de enlace en línea lo retira; el hub ya no le entrega nada.
web-people-safety = Número de seguridad
web-people-safety-differs = Si difiere uno solo, alguien puede estar en medio: no escriba aquí nada secreto y llame al coordinador.
web-people-safety-digits = Lo mismo en cifras
web-people-safety-how = Léanselo por teléfono o por radio. Si todas las palabras o todos los grupos coinciden, están en la misma sala, con las mismas personas, y no hay nadie en medio.
web-people-safety-language = Palabras en
web-people-safety-language-hint = Las palabras significan lo mismo en todos los idiomas: cada cual puede leerlas en el suyo.
web-people-safety-when = { $count ->
     [one] Cambia cuando alguien entra o sale. Compárenlo mientras ambos vean { $count } puesto.
    *[other] Cambia cuando alguien entra o sale. Compárenlo mientras ambos vean { $count } puestos.
}
web-people-search = Buscar por indicativo o país
web-people-seat = Puesto
web-people-seats = { $count ->
     [one] Personas: { $count } puesto
    *[other] Personas: { $count } puestos
}
web-people-security = Avisos de seguridad
web-people-security-about = Afecta a { $who }.
web-people-security-do = Alguien puede estar mintiendo, lo más probable el hub o quien lo controla. Avise al coordinador de viva voz, no aquí, y compare el número de seguridad.
web-people-security-more = { $count ->
     [one] Mostrar { $count } más
    *[other] Mostrar { $count } más
}
web-people-security-unknown = Algo sospechoso que esta versión no sabe nombrar: { $event }.
web-people-sign = Firmar
web-people-sign-text = Su firma vale como la de un coordinador. Cuando haya suficientes, el nuevo final vale para todos.
web-people-sign-title = ¿Firmar este cambio?
web-people-valid-days = { $days ->
     [one] la acreditación vence en { $days } día
    *[other] la acreditación vence en { $days } días
}
