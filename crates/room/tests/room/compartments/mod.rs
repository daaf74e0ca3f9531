//! Compartments of a room, with the hub's real state machines for both: what goes on inside, what the others see of it,
//! and what a hub can't do.

mod announcements;
mod inside;
mod places;
mod seats;

use entente_protocol::RoomId;
use entente_room::NewCompartment;

use crate::support::World;
use crate::support::inner::Inner;
use crate::{CLASSIC, world};

const INNER: RoomId = RoomId::from_bytes([8; 16]);

/// Members of [`world`].
pub(crate) const PETRA_JO: usize = 0;
pub(crate) const DUNE_AE: usize = 1;
pub(crate) const CACAO_CI: usize = 2;
pub(crate) const FALCON_JO: usize = 3;
pub(crate) const ORYX_AE: usize = 4;

fn wanted() -> NewCompartment {
    NewCompartment {
        compartment: INNER,
        countries: ["JO", "AE"].map(|code| code.parse().unwrap()).to_vec(),
        salt: [5; 16],
    }
}

/// A room of Jordan, the Emirates and Côte d'Ivoire with a compartment of the first two: opened by Petra, with Dune, who
/// brought Oryx.
pub(crate) fn nested() -> (World, Inner) {
    let mut world = world(CLASSIC);
    let mut inner = Inner::announced(&mut world, PETRA_JO, &wanted());
    inner.admit(&mut world, PETRA_JO, DUNE_AE).unwrap();
    inner.settle(&world);
    inner.admit(&mut world, DUNE_AE, ORYX_AE).unwrap();
    inner.settle(&world);
    (world, inner)
}
