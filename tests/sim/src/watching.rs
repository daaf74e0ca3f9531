//! Looking: at what comes onto the hub's disk, at what the devices hold, and at what they tell.

use entente_delivery::Effect;
use entente_device::engine::EngineEvent;
use entente_protocol::ErrorCode;
use entente_room::{Notice, SecurityEvent, Session};

use crate::Bug;
use crate::checks::{Invariant, Picture};
use crate::executor::lock;
use crate::world::World;

impl World {
    /// What has come onto the disk is the truth from now on.
    pub(crate) fn look_at_disk(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Append(message) = effect {
                self.last_word_ms = self.now_ms();
                let name = self.ledger.name(message.sender);
                let (seq, kind, epoch) = (message.seq, message.kind, message.epoch);
                self.note(format_args!(
                    "stored {seq} {kind:?} of {name} number {} epoch {epoch}",
                    message.number
                ));
            }
        }
        if self.lost_from.is_some() {
            return;
        }
        self.ledger.take(effects, &mut self.watch);
        let mut seq = 0;
        for effect in effects {
            match effect {
                Effect::Append(message) => {
                    seq = message.seq;
                    self.thieves.show(message, &self.ledger, &mut self.watch);
                }
                Effect::Unseat { device, .. } => self.steal(*device, seq),
                _ => {}
            }
        }
    }

    /// A removed device falls into wrong hands with what its disk has at this moment.
    fn steal(&mut self, device: entente_protocol::DeviceId, seq: u64) {
        let Some(place) = self
            .cast
            .place(device)
            .filter(|place| *place < self.devices.len())
        else {
            return;
        };
        let content = self.devices[place].disk.content();
        let Some(room) = self.room() else { return };
        let prefix = [b"room/".as_slice(), room.as_bytes()].concat();
        let records = content.into_iter().filter_map(|(key, value)| {
            Some((key.strip_prefix(prefix.as_slice())?.to_vec(), value))
        });
        let identity = self.devices[place].identity.clone();
        if let Ok(session) = Session::load(identity, records) {
            self.count("thieves");
            self.thieves.steal(session, device, seq, &self.ledger);
        }
    }

    /// Looks at devices to which something has happened.
    pub(crate) fn observe(&mut self) {
        let unanswered = lock(&self.unanswered).first().copied();
        self.watch
            .demand(unanswered.is_none(), Invariant::NoFalseAlarm, || {
                format!("an engine that goes on left a question unanswered: {unanswered:?}")
            });
        let touched = core::mem::take(&mut self.touched);
        let Some(room) = self.room() else { return };
        for place in touched {
            let device = &self.devices[place];
            let (Some(engine), Some(process)) = (device.engine(), device.process) else {
                continue;
            };
            let known = self.latest.get(&place).map_or(0, |picture| picture.cursor);
            let pictures = self.pictures.clone();
            let look = async move {
                let picture = engine
                    .view(room, move |session| Picture::of(session, known))
                    .await;
                if let Ok(picture) = picture {
                    lock(&pictures).push((place, process, picture));
                }
            };
            self.executor.shared.spawn(process, Box::pin(look));
        }
        self.run_tasks();
        let pictures = core::mem::take(&mut *lock(&self.pictures));
        for (place, process, picture) in pictures {
            if self.devices[place].process == Some(process) {
                self.check_picture(place, picture);
            }
        }
        for place in 0..self.devices.len() {
            for event in self.devices[place].take_events() {
                self.hear(place, &event);
            }
        }
    }

    fn check_picture(&mut self, place: usize, picture: Picture) {
        let device = self.devices[place].identity.device();
        let lost_from = self.lost_from;
        let before = self.latest.get(&place);
        let is_new = before.is_none_or(|before| {
            (before.cursor, before.epoch, before.has_ended)
                != (picture.cursor, picture.epoch, picture.has_ended)
        });
        if is_new {
            let (cursor, epoch) = (picture.cursor, picture.epoch);
            let over = if picture.has_ended { " over" } else { "" };
            self.note(format_args!(
                "d{place} is at {cursor} epoch {epoch:?}{over}"
            ));
        }
        self.members
            .check(device, &picture, &self.ledger, lost_from, &mut self.watch);
        if picture.is_closed {
            self.members.closed(device, picture.cursor);
        }
        let is_over = self.ledger.is_closed || self.hub_now_ms() >= self.ledger.closes_at_ms;
        if !picture.has_ended && !is_over {
            self.members.seated_anew(device, &self.ledger);
        }
        let reopened = self.members.is_closed_for(device) && !picture.has_ended;
        self.watch
            .demand(!reopened, Invariant::ClosedStaysClosed, || {
                format!("d{place} has opened a room again that was over")
            });
        self.latest.insert(place, picture);
    }

    fn hear(&mut self, place: usize, event: &EngineEvent) {
        match event {
            EngineEvent::Room { notice, .. } => self.hear_notice(place, notice),
            EngineEvent::Joined { .. } => {
                *self.lives.entry(place).or_default() += 1;
                self.barred.remove(&place);
                self.note(format_args!("d{place} joins"));
                self.count("joins");
                // Nothing of the time before is known to be the same.
                self.touched.insert(place);
            }
            EngineEvent::GivenUp { code, .. } => {
                // Closed, or pruned away: that is nobody's lie.
                let is_over = matches!(code, ErrorCode::RoomClosed | ErrorCode::HistoryGone);
                let is_honest = self.lost_from.is_none();
                self.watch
                    .demand(is_over || !is_honest, Invariant::NoFalseAlarm, || {
                        format!("d{place} gave something up: {code}")
                    });
                self.gave_up.insert(place);
                self.note(format_args!("d{place} gives up {code}"));
                self.count(&format!("given up {code}"));
            }
            EngineEvent::HubRefused { code, .. } => {
                if *code == ErrorCode::MalformedFrame || *code == ErrorCode::InvalidMessage {
                    self.watch
                        .demand(self.lost_from.is_some(), Invariant::NoFalseAlarm, || {
                            format!("the hub refuses d{place} the room: {code}")
                        });
                }
                // In the hub's other past it has no seat: its officer is told.
                if self.lost_from.is_some() && *code == ErrorCode::NoSeat {
                    self.alarmed.insert(place);
                }
                self.note(format_args!("d{place} is refused the room {code}"));
            }
            EngineEvent::JoinRefused { reason, .. } => {
                // An invitation may come when the time is just over.
                let is_over = self.hub_now_ms() >= self.ledger.closes_at_ms;
                let is_expected =
                    is_over || self.lost_from.is_some() || self.barred.contains(&place);
                self.watch.demand(is_expected, Invariant::NoFalseAlarm, || {
                    format!("d{place} refuses to join: {reason}")
                });
                self.note(format_args!("d{place} refuses to join"));
                self.count("join refused");
            }
            EngineEvent::Connected { .. } => self.note(format_args!("d{place} is connected")),
            EngineEvent::Disconnected { .. } => self.note(format_args!("d{place} is cut off")),
            EngineEvent::CaughtUp { seq, .. } => {
                self.note(format_args!("d{place} has caught up with {seq}"));
                self.touched.insert(place);
            }
            EngineEvent::Stopped { reason } => {
                self.watch.demand(false, Invariant::Settles, || {
                    format!("the engine of d{place} has stopped: {reason}")
                });
            }
            _ => {}
        }
    }

    fn hear_notice(&mut self, place: usize, notice: &Notice) {
        let name = notice.name();
        match notice {
            Notice::Security { seq, security, .. } => {
                if self.plan.bug == Some(Bug::UnseenAlarms) {
                    return;
                }
                let is_clock = matches!(security, SecurityEvent::ClockDisagreement { .. });
                let is_honest = self.lost_from.is_none();
                // A device that was away can't tell who was seated again from a ghost, and says so.
                let is_careful = match security {
                    SecurityEvent::GoneSeat { seat } => {
                        self.ledger.times_seated(*seat) > 1 || self.ledger.revoked.contains(seat)
                    }
                    _ => false,
                };
                if is_careful {
                    self.barred.insert(place);
                }
                if !is_clock {
                    self.alarmed.insert(place);
                }
                self.watch.demand(
                    is_clock || is_careful || !is_honest,
                    Invariant::NoFalseAlarm,
                    || format!("d{place} raises an alarm at {seq}: {security:?}"),
                );
                if let SecurityEvent::GoneSeat { seat } = security {
                    let seat = self.ledger.name(*seat);
                    self.note(format_args!("d{place} misses {seat} being gone"));
                }
                let kind = format!("{security:?}");
                let kind = kind.split([' ', '{']).next().unwrap_or_default().to_owned();
                self.note(format_args!("d{place} alarm at {seq} {kind}"));
                self.count(&format!("alarm {kind}"));
            }
            Notice::Closed { .. } => {
                let cursor = self.latest.get(&place).map_or(0, |picture| picture.cursor);
                let device = self.devices[place].identity.device();
                self.members.closed(device, cursor);
                self.note(format_args!("d{place} closes the room"));
                self.count("closed");
            }
            Notice::Gap { from, to } => {
                self.note(format_args!("d{place} has a gap from {from} to {to}"));
                self.count("gaps");
            }
            Notice::Removed { .. } => self.note(format_args!("d{place} is removed")),
            _ => self.count(&format!("notice {name}")),
        }
    }
}
