//! What goes wrong.

use entente_trust::RevocationList;

use crate::Bug;
use crate::cast::PARTS;
use crate::checks::Invariant;
use crate::hub::Loss;
use crate::world::{Happening, World};

/// How far clocks are set wrong, milliseconds; more than this, and honest devices and hubs distrust each other.
const LARGEST_JUMP_MS: u64 = 240_000;

#[derive(Debug, Clone, Copy)]
enum Fault {
    Reset,
    LostAnswer,
    Partition,
    HubCrash,
    DeviceCrash,
    DeviceClock,
    HubClock,
    SlowReader,
    DiskFull,
    SlowDisk,
    Revocation,
    Backup,
    Restore,
}

const FAULTS: [(usize, Fault); 13] = [
    (6, Fault::Reset),
    (4, Fault::LostAnswer),
    (5, Fault::Partition),
    (5, Fault::HubCrash),
    (5, Fault::DeviceCrash),
    (2, Fault::DeviceClock),
    (2, Fault::HubClock),
    (2, Fault::SlowReader),
    (2, Fault::DiskFull),
    (2, Fault::SlowDisk),
    (1, Fault::Revocation),
    (3, Fault::Backup),
    (2, Fault::Restore),
];

impl World {
    /// Something goes wrong, and the next thing after it.
    pub(crate) fn fault(&mut self) {
        if self.is_calm {
            return;
        }
        let fault = match self.chance.weighted(&FAULTS) {
            Fault::Backup | Fault::Restore if !self.plan.has_old_backup => Fault::Reset,
            fault => fault,
        };
        self.strike(fault);
        let wait_ms = self.chance.between(100, 3_000);
        self.in_ms(wait_ms, Happening::Fault);
    }

    fn strike(&mut self, fault: Fault) {
        let device = self.chance.below(self.devices.len());
        match fault {
            Fault::Reset => {
                for link in self.links_of(device) {
                    self.break_link(link);
                }
            }
            // What was asked is done, and the answer never comes.
            Fault::LostAnswer => {
                for link in self.links_of(device) {
                    self.break_way_back(link);
                }
            }
            Fault::Partition => {
                self.devices[device].is_cut = true;
                let wait_ms = self.chance.between(200, 60_000);
                self.in_ms(wait_ms, Happening::Heal(device));
            }
            // Every second time just as the disk has begun to write.
            Fault::HubCrash if self.chance.one_in(2) => self.crashes_at_write = true,
            Fault::HubCrash => {
                self.crash_hub();
                let wait_ms = self.chance.between(50, 6_000);
                self.in_ms(wait_ms, Happening::StartHub);
            }
            Fault::DeviceCrash => {
                let Some(process) = self.devices[device].process else {
                    return;
                };
                self.executor.kill(process);
                self.devices[device].stopped();
                let wait_ms = self.chance.between(50, 8_000);
                self.in_ms(wait_ms, Happening::StartDevice(device));
            }
            Fault::DeviceClock => {
                let skew_ms = self.jump();
                self.devices[device].skew.set(skew_ms);
            }
            Fault::HubClock => {
                let skew_ms = self.jump();
                self.hub_skew.set(skew_ms);
            }
            Fault::SlowReader => {
                self.devices[device].is_slow = true;
                let wait_ms = self.chance.between(2_000, 20_000);
                self.in_ms(wait_ms, Happening::Hurry(device));
            }
            Fault::DiskFull => self.is_disk_full = true,
            Fault::SlowDisk => self.is_disk_slow = !self.is_disk_slow,
            Fault::Revocation => self.revoke(),
            Fault::Backup => {
                let head = self.ledger.head();
                self.backup = Some((self.records.clone(), head));
            }
            Fault::Restore => {
                if !self.put_backup_back() {
                    return;
                }
            }
        }
        self.note(format_args!("fault {fault:?} d{device}"));
        self.count(&format!("fault {fault:?}"));
    }

    fn jump(&mut self) -> i64 {
        let far_ms = self.chance.between(0, LARGEST_JUMP_MS).cast_signed();
        if self.chance.one_in(2) {
            far_ms
        } else {
            -far_ms
        }
    }

    fn links_of(&self, device: usize) -> Vec<u64> {
        let links = self.links.iter();
        links
            .filter(|(_, link)| link.device == device)
            .map(|(id, _)| *id)
            .collect()
    }

    /// The hub's process ends where it stands. Of what was on its way to the disk the first batches have come
    /// there, as many as chance wants; the one after them is torn, which a journal makes nothing of it.
    pub(crate) fn crash_hub(&mut self) {
        if self.hub.take().is_none() {
            return;
        }
        let writes = core::mem::take(&mut self.writes);
        let there = self.chance.below(writes.len() + 1);
        let mut writes = writes.into_iter();
        for write in writes.by_ref().take(there) {
            self.put_on_disk(&write);
        }
        if let Some(write) = writes.next()
            && self.plan.bug == Some(Bug::TornBatch)
        {
            self.records.tear(write.room, &write.effects);
            let torn = write
                .effects
                .iter()
                .filter(|effect| matches!(effect, entente_delivery::Effect::Append(_)));
            let torn: Vec<_> = torn.cloned().collect();
            self.look_at_disk(&torn);
        }
        self.hub_life += 1;
        self.break_all();
        self.check_disk();
    }

    /// What was on the disk is there after a crash.
    fn check_disk(&mut self) {
        let Some(room) = self.room().filter(|_| self.lost_from.is_none()) else {
            return;
        };
        let head = self.records.rooms.get(&room).map_or(0, |rows| rows.head);
        let known = self.ledger.head();
        self.watch
            .demand(head == known, Invariant::AcknowledgedIsStored, || {
                format!("after a crash the disk ends at {head}, and had {known}")
            });
    }

    /// An old backup is put back, if there is one and the plan has it; what came since is lost.
    fn put_backup_back(&mut self) -> bool {
        if self.lost_from.is_some() {
            return false;
        }
        let Some((records, head)) = self.backup.take() else {
            return false;
        };
        if head == self.ledger.head() {
            return false;
        }
        self.crash_hub();
        self.records = records;
        self.lost_from = Some(head);
        self.alarmed.clear();
        let seen = self.latest.iter();
        let robbed = seen.filter(|(_, picture)| picture.cursor > head && !picture.has_ended);
        self.robbed = robbed.map(|(place, _)| *place).collect();
        self.note(format_args!("the hub is set back to {head}"));
        self.in_ms(500, Happening::StartHub);
        true
    }

    /// An authority revokes a device; never the first one, so that somebody is left to remove it.
    fn revoke(&mut self) {
        if self.revocations > 0 {
            return;
        }
        let device = self.chance.between(1, self.devices.len() as u64 - 1);
        let device = usize::try_from(device).unwrap();
        self.revocations += 1;
        let country = &self.cast.countries[PARTS[device].0];
        let list = RevocationList {
            version: RevocationList::VERSION,
            authority: country.authority.fingerprint(),
            number: 1,
            issued_at_ms: self.hub_now_ms(),
            devices: vec![self.devices[device].identity.device()],
        };
        let signed = list.sign(&country.key, &country.authority);
        self.note(format_args!("d{device} is revoked"));
        self.revoked.insert(device);
        let now_ms = self.hub_now_ms();
        if let Some(hub) = &mut self.hub {
            hub.revoke(signed, &mut self.records, now_ms);
            self.carry_out();
        }
    }

    pub(crate) fn heal(&mut self, device: usize) {
        if !core::mem::take(&mut self.devices[device].is_cut) {
            return;
        }
        // Networks that come back often have forgotten what was going on.
        if self.chance.one_in(2) {
            self.flow_again(device);
        } else {
            for link in self.links_of(device) {
                self.break_link(link);
            }
        }
    }

    /// The hub loses sight of a device that follows, and says nothing.
    fn lose_somebody(&mut self) {
        let place = self.chance.below(self.devices.len());
        let loss = match self.chance.below(4) {
            0 => Loss::Request,
            1 => Loss::Reader,
            _ => return,
        };
        let device = self.devices[place].identity.device();
        if let Some(hub) = &mut self.hub {
            hub.losses.insert(device, loss);
        }
        self.note(format_args!("the hub loses d{place}: {loss:?}"));
    }

    /// Everything is well from here on.
    pub(crate) fn calm_down(&mut self) {
        self.is_calm = true;
        self.is_disk_full = false;
        self.is_disk_slow = false;
        self.hub_skew.set(0);
        // A last time, with the right clock.
        self.crash_hub();
        self.start_hub();
        self.lose_somebody();
        for device in 0..self.devices.len() {
            self.devices[device].skew.set(0);
            self.devices[device].is_slow = false;
            self.heal(device);
            self.start_device(device);
        }
        self.note(format_args!("calm"));
    }
}
