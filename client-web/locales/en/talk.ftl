# What is said.
web-talk-below = {$count ->
     [one] One new line
    *[other] { $count } new lines
}
web-talk-closed = The room is not open: nothing can be said.
web-talk-earlier = Show earlier ({ $count })
web-talk-empty = Nobody has said anything yet.
web-talk-file = Share a file
web-talk-in-reply = In reply to
web-talk-keys = Enter sends, Shift+Enter makes a new line
web-talk-new = New since you looked
web-talk-photo = Take a photo and share it
web-talk-read-only = You can read here, not write.
web-talk-reply-not = Do not reply to it
web-talk-reply-to = Reply to { $who }
web-talk-send = Send
web-talk-send-urgent = Send as urgent
web-talk-sharing = Encrypting and sending …
web-talk-sharing-percent = Encrypting and sending: { $percent } %
web-talk-text = Say something to the room
web-talk-text-some = Say something to { $countries } only
web-talk-title = Talk
web-talk-urgent = URGENT
web-talk-urgent-hint = Urgent: every device of the room alerts its officer. For this line only.
web-talk-urgent-hint-some = Urgent: every device of the compartment alerts its officer. For this line only.
web-talk-waiting = Waiting to be sent
