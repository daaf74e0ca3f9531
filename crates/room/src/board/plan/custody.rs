//! Controlled deliveries: who holds the goods, from hand to hand across borders.

use entente_trust::{Country, Role};
use serde::{Deserialize, Serialize};

use crate::board::{Board, Position, Rejected, Stamp, TargetId};
use crate::limits::{MAX_ALARMS, MAX_LEGS, MAX_REPORTS};
use crate::{CustodyAlarm, CustodyStep, Sighting};

/// What happened to goods in custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustodyMove {
    /// The author's country takes them over for the first time.
    Take,
    /// The holder offers them to another country.
    Offer(Country),
    /// The country that they were offered to has them now.
    Accept,
    /// It will not take them.
    Refuse,
    /// The holder reports that all is well.
    CheckIn,
    /// The delivery is over.
    Close,
}

/// A hand-over, signed by both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Who gave, and when.
    pub given: Stamp,
    /// Who took, and when.
    pub taken: Stamp,
    /// Where.
    pub position: Option<Position>,
    /// Seals, condition, names, as the taker found them.
    pub note: String,
}

/// That all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who said so, and when.
    pub stamp: Stamp,
    /// Within which the next one was to come, milliseconds; none if the playbook does not say.
    pub next_ms: Option<u64>,
}

/// Goods in custody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Custody {
    /// Who holds them.
    pub holder: Country,
    /// Who took them first, and when.
    pub taken: Stamp,
    /// To whom they are offered.
    pub offered: Option<(Country, Stamp)>,
    /// Hand-overs.
    pub legs: Vec<Leg>,
    /// The holders' reports, oldest first, the last [`MAX_REPORTS`]; to take goods over is one.
    pub reports: Vec<Report>,
    /// How often the holder of this leg reports, if not as the playbook says, milliseconds.
    pub leg_every_ms: Option<u64>,
    /// Reports that did not come in time, the last [`MAX_ALARMS`].
    pub alarms: Vec<Stamp>,
    /// How many there were.
    pub alarm_count: u32,
    /// When it was over.
    pub closed: Option<Stamp>,
}

impl Custody {
    /// The holder's last report.
    #[must_use]
    pub fn reported(&self) -> &Stamp {
        self.reports.last().map_or(&self.taken, |last| &last.stamp)
    }

    /// When the next report is due, Unix milliseconds; `every_ms` is the playbook's.
    #[must_use]
    pub fn report_due_ms(&self, every_ms: u64) -> Option<u64> {
        if self.closed.is_some() {
            return None;
        }
        let last_alarm = self.alarms.last().map_or(0, |alarm| alarm.time_ms);
        let since = self.reported().time_ms.max(last_alarm);
        Some(since.saturating_add(self.leg_every_ms.unwrap_or(every_ms)))
    }

    /// Whether the holder has missed a report that nobody has raised an alarm about.
    #[must_use]
    pub fn is_alarm_due(&self, every_ms: u64, now_ms: u64) -> bool {
        self.report_due_ms(every_ms)
            .is_some_and(|due_ms| now_ms > due_ms)
    }

    fn report(&mut self, stamp: Stamp, every_ms: Option<u64>) {
        if self.reports.len() >= MAX_REPORTS {
            self.reports.remove(0);
        }
        let next_ms = self.leg_every_ms.or(every_ms);
        self.reports.push(Report { stamp, next_ms });
    }
}

impl Board {
    /// Goods in custody.
    pub fn custody(&self) -> impl Iterator<Item = (TargetId, &Custody)> {
        self.custody.iter().map(|(id, custody)| (*id, custody))
    }

    /// A step of custody. Whoever says where it was taken has seen the goods there.
    pub(in crate::board) fn take_custody(
        &mut self,
        step: &CustodyStep,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        self.step_custody(step, stamp)?;
        if let (Some(_), Some(target)) = (step.position, self.targets.get_mut(&step.target)) {
            let sighting = Sighting {
                target: step.target,
                seen_at_ms: stamp.time_ms,
                position: step.position,
                note: step.note.clone(),
            };
            target.see(&sighting, stamp);
        }
        Ok(())
    }

    fn step_custody(&mut self, step: &CustodyStep, stamp: Stamp) -> Result<(), Rejected> {
        let every_ms = self.check_in_ms();
        let leg_every_ms = self.leg_interval(step, stamp)?;
        let target = self
            .targets
            .get(&step.target)
            .ok_or(Rejected::UnknownTarget)?;
        let is_liaison = matches!(stamp.role, Role::Liaison | Role::Coordinator);
        let Some(custody) = self.custody.get_mut(&step.target) else {
            // The first holder is the country that answers for the target.
            let may_take = stamp.country == target.owner.value;
            if step.step != CustodyMove::Take || !may_take {
                return Err(Rejected::Order);
            }
            let mut custody = Custody {
                holder: stamp.country,
                taken: stamp,
                offered: None,
                legs: Vec::new(),
                reports: Vec::new(),
                leg_every_ms,
                alarms: Vec::new(),
                alarm_count: 0,
                closed: None,
            };
            custody.report(stamp, every_ms);
            self.custody.insert(step.target, custody);
            return Ok(());
        };
        if custody.closed.is_some() {
            return Err(Rejected::Order);
        }
        let holds = stamp.country == custody.holder;
        match step.step {
            CustodyMove::Take => return Err(Rejected::Taken),
            CustodyMove::Offer(to) if holds && to != custody.holder => {
                custody.offered = Some((to, stamp));
            }
            CustodyMove::Accept => match custody.offered.take() {
                Some((to, given)) if to == stamp.country => {
                    if custody.legs.len() >= MAX_LEGS {
                        custody.offered = Some((to, given));
                        return Err(Rejected::Full);
                    }
                    custody.legs.push(Leg {
                        given,
                        taken: stamp,
                        position: step.position,
                        note: step.note.clone(),
                    });
                    custody.holder = to;
                    custody.leg_every_ms = leg_every_ms;
                    custody.report(stamp, every_ms);
                }
                offered => {
                    custody.offered = offered;
                    return Err(Rejected::NotAsked);
                }
            },
            CustodyMove::Refuse => {
                if custody.offered.is_none_or(|(to, _)| to != stamp.country) {
                    return Err(Rejected::NotAsked);
                }
                custody.offered = None;
            }
            CustodyMove::CheckIn if holds => {
                custody.leg_every_ms = leg_every_ms.or(custody.leg_every_ms);
                custody.report(stamp, every_ms);
            }
            CustodyMove::Close if holds && is_liaison => custody.closed = Some(stamp),
            CustodyMove::Offer(_) | CustodyMove::CheckIn | CustodyMove::Close => {
                return Err(Rejected::Role);
            }
        }
        Ok(())
    }

    /// What a step asks for as the interval of its leg: only by who answers for a country, and not
    /// longer than the playbook has it.
    fn leg_interval(&self, step: &CustodyStep, stamp: Stamp) -> Result<Option<u64>, Rejected> {
        let Some(asked) = step.report_every else {
            return Ok(None);
        };
        if !matches!(stamp.role, Role::Liaison | Role::Coordinator) {
            return Err(Rejected::Role);
        }
        let rules = self.playbook.custody.as_ref();
        let rules = rules.ok_or(Rejected::NotInPlaybook)?;
        let at_most = rules.at_most.unwrap_or(rules.check_in_every);
        if asked > at_most || asked.as_ms() == 0 {
            return Err(Rejected::NotInPlaybook);
        }
        Ok(Some(asked.as_ms()))
    }

    pub(in crate::board) fn raise_custody_alarm(
        &mut self,
        alarm: CustodyAlarm,
        stamp: Stamp,
    ) -> Result<(), Rejected> {
        let every_ms = self.check_in_ms().ok_or(Rejected::NotInPlaybook)?;
        let custody = self
            .custody
            .get_mut(&alarm.target)
            .ok_or(Rejected::UnknownTarget)?;
        if !custody.is_alarm_due(every_ms, stamp.time_ms) {
            return Err(Rejected::Order);
        }
        if custody.alarms.len() >= MAX_ALARMS {
            custody.alarms.remove(0);
        }
        custody.alarms.push(stamp);
        custody.alarm_count = custody.alarm_count.saturating_add(1);
        Ok(())
    }

    /// How often the holder of a delivery reports; none if the playbook does not say.
    #[must_use]
    pub fn check_in_ms(&self) -> Option<u64> {
        let rules = self.playbook.custody.as_ref()?;
        Some(rules.check_in_every.as_ms())
    }
}
