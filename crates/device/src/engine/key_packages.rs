//! This device's key packages: enough of them at the hub, and none kept that was given up.

use entente_protocol::limits;
use entente_trust::mls;

use super::actor::Actor;
use super::work::Work;
use super::{EngineError, records};
use crate::store::{Scope, under};

/// Key packages in stock at which new ones are published.
const LOW_STOCK: u32 = 7;

/// Key packages for the classic suite; most rooms use the default one.
const CLASSIC_KEY_PACKAGES: usize = 4;

impl Actor {
    /// The hub has so many left of this device.
    pub(super) fn stock_key_packages(&mut self, left: u32) -> Result<(), EngineError> {
        if left < LOW_STOCK {
            self.publish(mls::CIPHERSUITES[0].into(), limits::TARGET_KEY_PACKAGES)?;
            self.publish(mls::CIPHERSUITES[1].into(), CLASSIC_KEY_PACKAGES)?;
        }
        self.renew_last_resorts()
    }

    /// A batch is at the hub, or the next connection tries again.
    pub(super) fn published(
        &mut self,
        ciphersuite: u16,
        is_there: bool,
    ) -> Result<(), EngineError> {
        self.publishing = self.publishing.saturating_sub(1);
        if !is_there {
            return Ok(());
        }
        self.keys.published(ciphersuite);
        self.renew_last_resorts()
    }

    /// Makes and publishes key packages of a suite, always with a last-resort one.
    fn publish(&mut self, ciphersuite: u16, count: usize) -> Result<(), EngineError> {
        let Some(connection) = self.connection.clone() else {
            return Ok(());
        };
        let now_ms = self.now_ms();
        let made = self
            .keys
            .generate(&self.identity, ciphersuite, count, true, now_ms)?;
        // The private halves are stored before the public ones leave.
        self.unsaved
            .extend(under(records::KEYS, self.keys.take_changes()));
        self.works.push(Box::pin(async move {
            // If it is refused or lost, the next connection finds the stock low and tries again.
            let published = connection
                .publish_key_packages(made.once, made.last_resort)
                .await;
            if let Err(error) = &published {
                tracing::warn!(%error, "key packages were not published");
            }
            Work::Published {
                ciphersuite,
                is_there: published.is_ok(),
            }
        }));
        self.publishing += 1;
        Ok(())
    }

    /// A last-resort key package that was used is replaced at the hub, and its private half destroyed
    /// once no Welcome can wait for it.
    pub(super) fn renew_last_resorts(&mut self) -> Result<(), EngineError> {
        if self.publishing == 0 {
            for ciphersuite in self.keys.wants_last_resorts() {
                self.publish(ciphersuite, 0)?;
            }
        }
        if self.are_welcomes_in {
            self.keys.retire()?;
        }
        let changes = self.keys.take_changes();
        if !changes.is_empty() {
            self.perished.insert(Scope::key_packages());
        }
        self.unsaved.extend(under(records::KEYS, changes));
        Ok(())
    }
}
