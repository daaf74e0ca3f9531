# Notification sur l’écran verrouillé : elle dit qu’il y a du nouveau, et rien de plus.
web-sw-title = Entente
web-sw-body = Du nouveau dans une salle. Ouvrez pour lire.
