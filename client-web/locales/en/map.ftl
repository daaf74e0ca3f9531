# The map.
web-map-accuracy = ± { $metres } m
web-map-again = Try again
web-map-chosen = Chosen on the map
web-map-controls = Map controls
web-map-empty = Nothing with a place yet. Report a sighting with its place.
web-map-failed = The map could not be loaded. What is on it is still shown.
web-map-fit = Show everything
web-map-keys = Keyboard: arrow keys move the map, + and − zoom, Tab goes from mark to mark.
web-map-km = { $n } km
web-map-label = Map, {$count ->
     [0] nothing on it
     [one] one mark
    *[other] { $count } marks
}
web-map-label-hit = Hit { $identifier }, { $state }, { $ago }
web-map-label-person = { $callsign } ({ $country }), position { $ago }
web-map-label-several = { $count } together{$hits ->
     [0] {""}
     [one] , one hit among them
    *[other] , { $hits } hits among them
}
web-map-label-target = { $kind }: { $name }, { $status }, priority { $priority }, seen { $ago }
web-map-legend = Legend
web-map-legend-borders = Land, borders and places: Natural Earth. Borders are drawn for orientation only and say nothing about anybody’s claims.
web-map-legend-hit = Open hit with a place
web-map-legend-others = Other signs
web-map-legend-person = Officer who shares a position
web-map-legend-priority = Priority, 1 is the highest
web-map-legend-several = Several at one place; tap to part them
web-map-legend-stale = Not seen for long
web-map-legend-status = Status of a target
web-map-legend-track = Track: thick where the target was last
web-map-list = What is on the map
web-map-locating = Looking for your position …
web-map-m = { $n } m
web-map-me = Go to my position (nobody is told)
web-map-middle = Middle of the map:
web-map-more = { $count } more
web-map-nm = { $n } NM
web-map-no-position = This device does not know where it is.
web-map-nowhere = {$count ->
     [one] One target has no place yet.
    *[other] { $count } targets have no place yet.
}
web-map-old = Old:
web-map-open-hit = Open the hit
web-map-open-target = Open the target
web-map-pointer = Under the pointer:
web-map-position = Position of
web-map-position-stale = Old position, of
web-map-seen = Seen
web-map-seen-stale = Old: seen
web-map-several = { $count } at this place
web-map-share = Share my position
web-map-share-denied = This device gives no position: allow it in the settings of the browser.
web-map-share-lost = Sharing is on, but this device has lost its position.
web-map-share-off = Your position is not shared.
web-map-share-on = YOUR POSITION IS SHARED with this room. Last sent { $ago }.
web-map-share-stop = Stop sharing
web-map-share-unsent = Sharing is on, but the hub is not there: the room has not been told.
web-map-share-waiting = Sharing is on; waiting for the first position.
web-map-source = Map: Natural Earth
web-map-zoom-in = Zoom in
web-map-zoom-out = Zoom out
