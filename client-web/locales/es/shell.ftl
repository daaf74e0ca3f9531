# The shell: the device, the way around, what all screens share.
web-shell-abort-missing = { $count ->
     [one] { $count } quizá no sepa de la cancelación: véalo ahora
    *[other] { $count } quizá no sepan de la cancelación: véalo ahora
}
web-shell-aborted = { $who } ha cancelado la operación.
web-shell-advanced = Avanzado
web-shell-authority = Autoridad
web-shell-authority-fingerprint = Huella de la autoridad firmante
web-shell-autolock = Bloquear automáticamente tras
web-shell-autolock-hint = Sin tocar la pantalla, también si está apagada.
web-shell-bundle = Este programa
web-shell-bundle-away = Ahora no se puede preguntar al hub.
web-shell-bundle-hint = Huella del programa que ofrece este hub. Compárela con la que ha publicado su servicio.
web-shell-callsign = Indicativo
web-shell-cancel = Cancelar
web-shell-check = Comprobar un identificador
web-shell-clock-uncertain = El reloj de este dispositivo puede tener un error de { $seconds } s. No intervenga guiándose solo por él.
web-shell-clock-unknown = El reloj de este dispositivo nunca se ha comparado. No intervenga guiándose solo por él.
web-shell-close = Cerrar
web-shell-connecting = { $count ->
     [0] Conectando… Lo que escriba se guarda y saldrá en orden.
    *[other] Conectando… Lo que escriba se guarda y saldrá en orden. Pendientes: { $count }.
}
web-shell-continue = Continuar
web-shell-country = País
web-shell-device = Dispositivo
web-shell-dismiss = Descartar
web-shell-document-fetch = Obtener el documento
web-shell-document-percent = Obteniendo: { $percent } %
web-shell-document-save = Guardar una copia
web-shell-document-save-hint = La copia queda en este dispositivo sin cifrar, también después de la sala.
web-shell-duress = Poner una frase de coacción
web-shell-duress-hint = Una segunda frase, por si le obligan a desbloquear: destruye todo lo que hay en este dispositivo.
web-shell-duress-pass = Frase de coacción
web-shell-duress-save = Poner
web-shell-duress-saved = La frase de coacción está puesta.
web-shell-duress-text = Quien desbloquee con ella destruye claves, salas y envíos pendientes, al instante y para siempre. Después el dispositivo parece nuevo. Sustituye a la que hubiera antes.
web-shell-enrol = Inscribir
web-shell-enrol-intro = La ventanilla de su autoridad le da un tique. Sirve una sola vez.
web-shell-enrol-title = Inscribir este dispositivo
web-shell-enrolled-hint = Léalo. Si algo no es correcto, avise a la ventanilla de su autoridad antes de usarlo.
web-shell-enrolled-title = Este dispositivo está acreditado
web-shell-expired = Caducada
web-shell-failed-hint = Si vuelve a ocurrir, avise a su coordinador de viva voz.
web-shell-failed-title = Detenido
web-shell-h-hour = Hora H
web-shell-hub = Hub
web-shell-hub-hint = Cámbielo solo si lo indica la ventanilla de su autoridad.
web-shell-language = Idioma
web-shell-loading = Abriendo la sala…
web-shell-lock = Bloquear
web-shell-locking = Bloqueo
web-shell-menu = Menú de la sala
web-shell-minutes = { $count ->
     [one] { $count } minuto
    *[other] { $count } minutos
}
web-shell-no-room = Este dispositivo ya no conoce esa sala.
web-shell-officer = Agente
web-shell-offline = { $count ->
     [0] Sin conexión. Lo que escriba se guarda y saldrá en orden.
    *[other] Sin conexión. Lo que escriba se guarda y saldrá en orden. Pendientes: { $count }.
}
web-shell-opens-in-d = Abre en { $days } d
web-shell-opens-in-hm = Abre en { $hours } h { $minutes } min
web-shell-opens-in-m = Abre en { $minutes } min
web-shell-part-again = Reintentar
web-shell-part-failed = Esta parte de la página no se pudo cargar. Compruebe la red y reinténtelo; si sigue igual, vuelva a cargar la página.
web-shell-part-loading = Cargando …
web-shell-partner-add = Añadir la autoridad de un socio
web-shell-partner-file = Archivo del certificado
web-shell-partner-pem = O su texto (PEM)
web-shell-partner-text = Compare la huella de viva voz con el socio antes de añadirla. Desde entonces se aceptan las invitaciones de sus dispositivos.
web-shell-partners = Autoridades
web-shell-partners-hint = Aquellas en cuyos agentes confía este dispositivo: la suya y las de los socios añadidos.
web-shell-pass-again = Otra vez
web-shell-pass-differ = Las dos frases de contraseña difieren.
web-shell-pass-fair = Aceptable. Mejor con una palabra más.
web-shell-pass-good = Fuerte.
web-shell-pass-hint = Al menos { $count } caracteres; mejor varias palabras. Nadie puede recuperarla.
web-shell-pass-new = Elija una frase de contraseña
web-shell-pass-short = Demasiado corta: al menos { $count } caracteres.
web-shell-pass-show = Mostrar la frase de contraseña
web-shell-pass-too-short = Al menos { $count } caracteres.
web-shell-pass-weak = Débil. Añada palabras.
web-shell-passphrase = Frase de contraseña
web-shell-photo-show = Mostrar la foto
web-shell-places = Secciones de la sala
web-shell-progress = Transferencia
web-shell-push = Notificaciones
web-shell-push-denied = El navegador no las permite. Active las notificaciones en sus ajustes.
web-shell-push-failed = No ha funcionado. Inténtelo de nuevo.
web-shell-push-hint = Una notificación solo dice que ha llegado algo. Nunca lleva un nombre, un lugar ni un texto.
web-shell-push-off = Las notificaciones están desactivadas.
web-shell-push-on = Las notificaciones están activadas.
web-shell-push-turn-off = Desactivar
web-shell-push-turn-on = Activar
web-shell-push-unsupported = Este navegador o este hub no lo permite.
web-shell-queued = { $count ->
     [one] { $count } envío pendiente.
    *[other] { $count } envíos pendientes, en orden.
}
web-shell-refused = El hub rechaza este dispositivo: { $reason }
web-shell-reload = Volver a cargar
web-shell-role = Función
web-shell-room-closed = Esta sala está cerrada. Sus claves están destruidas.
web-shell-room-halted = Esta sala está parada: el hub ordenó algo prohibido. Avise a su coordinador de viva voz.
web-shell-room-removed = Este dispositivo ya no tiene puesto aquí. Sus claves están destruidas.
web-shell-room-upcoming = Aún no está abierta. Se puede admitir a agentes; el tablero y los mensajes se abren con ella.
web-shell-scan = Escanear el tique
web-shell-scan-hint = Ponga el código del tique ante la cámara.
web-shell-scan-refused = La cámara no está disponible. Pegue el tique.
web-shell-security = { $count ->
     [one] { $count } aviso de seguridad: véalo
    *[other] { $count } avisos de seguridad: véalos
}
web-shell-settings = Ajustes
web-shell-size-kb = { $size } kB
web-shell-size-mb = { $size } MB
web-shell-starting = Iniciando…
web-shell-state-connected = conectado
web-shell-state-connecting = conectando
web-shell-state-offline = sin conexión
web-shell-tab-board = Tablero
web-shell-tab-check = Comprobar
web-shell-tab-hits = Aciertos
web-shell-tab-map = Mapa
web-shell-tab-people = Personas
web-shell-tab-plan = Plan
web-shell-tab-talk = Mensajes
web-shell-theme = Claro u oscuro según el dispositivo.
web-shell-this-device = Este dispositivo
web-shell-ticket = Tique
web-shell-ticket-hint = Empieza por ENT1-. Péguelo entero.
web-shell-ticket-missing = Pegue primero el tique.
web-shell-time-box = Ventana de tiempo
web-shell-time-left-d = Quedan { $days } d
web-shell-time-left-hm = Quedan { $hours } h { $minutes } min
web-shell-time-left-m = Quedan { $minutes } min
web-shell-time-left-short = Quedan { $time }
web-shell-time-over = Terminado
web-shell-to-rooms = Todas las salas
web-shell-unlock = Desbloquear
web-shell-unlock-title = Este dispositivo está bloqueado
web-shell-unlock-wrong = No es la frase de contraseña. Inténtelo de nuevo.
web-shell-unlocking = Un momento.
web-shell-valid-days = { $days ->
     [one] Queda { $days } día
    *[other] Quedan { $days } días
}
web-shell-valid-until = Válida hasta
web-shell-waiting = { $count ->
     [one] { $count } le espera
    *[other] { $count } le esperan
}
web-shell-waiting-hint = Puede bloquear el dispositivo; seguirá al desbloquearlo.
web-shell-waiting-text = Solicitud enviada; a la espera de la ventanilla de la autoridad.
web-shell-waiting-title = Inscripción en curso
web-shell-wipe = Borrar este dispositivo
web-shell-wipe-hint = Para un dispositivo que se devuelve o está a punto de caer en malas manos.
web-shell-wipe-text = Se destruyen claves, salas, tableros, mensajes y envíos pendientes, al instante y para siempre. El agente necesitará un tique nuevo. Haga que se retire su puesto y se revoque su acreditación.
web-shell-wipe-title = Borrado
web-shell-you = usted
