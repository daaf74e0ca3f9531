# El mapa.
web-map-accuracy = ± { $metres } m
web-map-again = Reintentar
web-map-chosen = Selección en el mapa
web-map-controls = Controles del mapa
web-map-empty = Aún no hay nada localizado. Informe de un avistamiento con su lugar.
web-map-failed = No se pudo cargar el mapa. Lo que hay en él sigue a la vista.
web-map-fit = Ver todo
web-map-keys = Teclado: las flechas mueven el mapa, + y − cambian la escala, Tab pasa de una marca a otra.
web-map-km = { $n } km
web-map-label = Mapa, {$count ->
     [0] sin marcas
     [one] una marca
    *[other] { $count } marcas
}
web-map-label-hit = Acierto { $identifier }, { $state }, { $ago }
web-map-label-person = { $callsign } ({ $country }), posición { $ago }
web-map-label-several = { $count } juntos{$hits ->
     [0] {""}
     [one] , entre ellos un acierto
    *[other] , entre ellos { $hits } aciertos
}
web-map-label-target = { $kind }: { $name }, { $status }, prioridad { $priority }, visto { $ago }
web-map-legend = Leyenda
web-map-legend-borders = Tierra, fronteras y lugares: Natural Earth. Las fronteras solo sirven de orientación y no prejuzgan ningún estatuto.
web-map-legend-hit = Acierto abierto, con lugar
web-map-legend-others = Otros signos
web-map-legend-person = Agente que comparte su posición
web-map-legend-priority = Prioridad, 1 es la más alta
web-map-legend-several = Varios en el mismo lugar; toque para separarlos
web-map-legend-stale = No visto desde hace tiempo
web-map-legend-status = Estado de un objetivo
web-map-legend-track = Recorrido: grueso donde estuvo por último
web-map-list = Lo que hay en el mapa
web-map-locating = Buscando su posición…
web-map-m = { $n } m
web-map-me = Ir a mi posición (sin compartirla)
web-map-middle = Centro del mapa:
web-map-more = { $count } más
web-map-nm = { $n } NM
web-map-no-position = Este dispositivo no conoce su posición.
web-map-nowhere = {$count ->
     [one] Un objetivo aún no tiene lugar.
    *[other] { $count } objetivos aún no tienen lugar.
}
web-map-old = Antiguo:
web-map-open-hit = Abrir el acierto
web-map-open-target = Abrir el objetivo
web-map-pointer = Bajo el puntero:
web-map-position = Posición:
web-map-position-stale = Posición antigua:
web-map-seen = Visto
web-map-seen-stale = Antiguo: visto
web-map-several = { $count } en este lugar
web-map-share = Compartir mi posición
web-map-share-denied = El dispositivo no da posición: permítalo en los ajustes del navegador.
web-map-share-lost = Se comparte, pero el dispositivo ha perdido su posición.
web-map-share-off = Su posición no se comparte.
web-map-share-on = SU POSICIÓN SE COMPARTE con esta sala. Último envío { $ago }.
web-map-share-stop = Dejar de compartir
web-map-share-unsent = Se comparte, pero no hay enlace con el hub: la sala no ha recibido nada.
web-map-share-waiting = Se comparte; esperando la primera posición.
web-map-source = Mapa: Natural Earth
web-map-zoom-in = Acercar
web-map-zoom-out = Alejar
