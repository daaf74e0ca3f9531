# Notificación en la pantalla bloqueada: dice que hay algo nuevo, y nada más.
web-sw-title = Entente
web-sw-body = Hay novedades en una sala. Abra para leerlas.
