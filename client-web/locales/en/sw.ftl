# A notification on the lock screen: it says that something has come, and nothing of it.
web-sw-title = Entente
web-sw-body = New activity in a room. Open to read it.
