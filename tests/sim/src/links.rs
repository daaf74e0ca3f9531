//! Connections on their way through the network: bytes of one direction come in their order, when is a
//! matter of chance, and whether, of whether the connection lives.

use std::collections::VecDeque;

use entente_device::platform::Message;

use crate::hub::Saying;
use crate::net::LinkId;
use crate::world::{Happening, World};

/// A connection.
pub(crate) struct Link {
    pub(crate) device: usize,
    /// Nothing that the hub sends gets through any more.
    is_deaf: bool,
    to_hub: VecDeque<Message>,
    to_device: VecDeque<Option<Message>>,
    /// When the last of each direction arrives.
    last_up_ms: u64,
    last_down_ms: u64,
}

impl World {
    /// How long something takes on its way.
    fn delay_ms(&mut self) -> u64 {
        if self.chance.one_in(25) {
            self.chance.between(150, 2_500)
        } else {
            self.chance.between(1, 40)
        }
    }

    /// What devices have done at their ends.
    pub(crate) fn take_news(&mut self) -> bool {
        let news = self.net.take_news();
        let is_new = !news.dialled.is_empty() || !news.sent.is_empty() || !news.dropped.is_empty();
        for (id, device) in news.dialled {
            let link = Link {
                device,
                is_deaf: false,
                to_hub: VecDeque::new(),
                to_device: VecDeque::new(),
                last_up_ms: 0,
                last_down_ms: 0,
            };
            self.links.insert(id, link);
            let at_ms = self.now_ms() + self.delay_ms();
            self.at(at_ms, Happening::Dialled(id));
        }
        for (id, message) in news.sent {
            let delay_ms = self.delay_ms();
            let now_ms = self.now_ms();
            if let Some(link) = self.links.get_mut(&id) {
                link.to_hub.push_back(message);
                link.last_up_ms = link.last_up_ms.max(now_ms + delay_ms);
                let at_ms = link.last_up_ms;
                self.at(at_ms, Happening::ToHub(id));
            }
        }
        for id in news.dropped {
            // A device whose power is cut says nothing: then the hub finds out by its silence.
            if self.chance.one_in(3) {
                continue;
            }
            let delay_ms = self.delay_ms();
            let now_ms = self.now_ms();
            if let Some(link) = self.links.get(&id) {
                let at_ms = link.last_up_ms.max(now_ms + delay_ms);
                self.at(at_ms, Happening::DeviceGone(id));
            }
        }
        is_new
    }

    /// The hub sends.
    pub(crate) fn send_down(&mut self, id: LinkId, message: Option<Message>) {
        let delay_ms = self.delay_ms();
        let now_ms = self.now_ms();
        let Some(device) = self.links.get(&id).map(|link| link.device) else {
            return;
        };
        let slowness_ms = if self.devices[device].is_slow {
            self.chance.between(60, 250)
        } else {
            0
        };
        if let Some(link) = self.links.get_mut(&id).filter(|link| !link.is_deaf) {
            link.to_device.push_back(message);
            link.last_down_ms = (link.last_down_ms + slowness_ms).max(now_ms + delay_ms);
            let at_ms = link.last_down_ms;
            self.at(at_ms, Happening::ToDevice(id));
        }
    }

    pub(crate) fn dialled(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        let is_there = self.hub.is_some() && !self.devices[link.device].is_cut;
        self.net.answer(id, is_there);
        if !is_there {
            self.links.remove(&id);
            return;
        }
        let mut nonce = [0; 32];
        self.chance.fill(&mut nonce);
        let now_ms = self.hub_now_ms();
        if let Some(hub) = &mut self.hub {
            hub.dialled(id, nonce, now_ms);
        }
    }

    /// The oldest message on its way to the hub arrives, unless the way is cut.
    pub(crate) fn arrive_at_hub(&mut self, id: LinkId) {
        let now_ms = self.hub_now_ms();
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        if self.devices[link.device].is_cut {
            return;
        }
        let Some(message) = link.to_hub.pop_front() else {
            return;
        };
        if let Some(hub) = &mut self.hub {
            match message {
                Message::Binary(bytes) => hub.binary(id, &bytes, &mut self.records, now_ms),
                Message::Text(text) => hub.text(id, &text, &mut self.records, now_ms),
            }
        }
    }

    /// The same towards the device.
    pub(crate) fn arrive_at_device(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        let device = link.device;
        if self.devices[device].is_cut {
            return;
        }
        match link.to_device.pop_front() {
            Some(Some(message)) => {
                self.touched.insert(device);
                self.net.deliver(id, message);
                if let Some(hub) = &mut self.hub {
                    hub.written(id, &self.records);
                }
            }
            // The hub has closed it.
            Some(None) => {
                self.net.end(id);
                self.links.remove(&id);
            }
            None => {}
        }
    }

    /// What was held up while a device's network was cut goes on.
    pub(crate) fn flow_again(&mut self, device: usize) {
        let mut due = Vec::new();
        let now_ms = self.now_ms();
        for (id, link) in self
            .links
            .iter_mut()
            .filter(|(_, link)| link.device == device)
        {
            link.last_up_ms = link.last_up_ms.max(now_ms);
            link.last_down_ms = link.last_down_ms.max(now_ms);
            due.extend(link.to_hub.iter().map(|_| Happening::ToHub(*id)));
            due.extend(link.to_device.iter().map(|_| Happening::ToDevice(*id)));
        }
        for happening in due {
            let at_ms = self.now_ms() + self.delay_ms();
            self.at(at_ms, happening);
        }
    }

    /// A connection breaks: what is on its way is lost, and both ends learn of it in their time.
    pub(crate) fn break_link(&mut self, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        link.to_hub.clear();
        link.to_device.clear();
        let (up_ms, down_ms) = (self.delay_ms(), self.delay_ms());
        let now_ms = self.now_ms();
        self.at(now_ms + up_ms, Happening::DeviceGone(id));
        self.at(now_ms + down_ms, Happening::HubGone(id));
    }

    /// Only the way back breaks at once: what the device has sent still arrives and is done.
    pub(crate) fn break_way_back(&mut self, id: LinkId) {
        let now_ms = self.now_ms();
        let delay_ms = self.delay_ms();
        let Some(link) = self.links.get_mut(&id) else {
            return;
        };
        link.to_device.clear();
        link.is_deaf = true;
        let up_ms = link.last_up_ms.max(now_ms) + 1;
        self.at(up_ms, Happening::DeviceGone(id));
        self.at(now_ms + delay_ms, Happening::HubGone(id));
    }

    /// All connections of the hub break, as its process ends.
    pub(crate) fn break_all(&mut self) {
        for id in self.links.keys().copied().collect::<Vec<_>>() {
            self.break_link(id);
        }
    }

    pub(crate) fn encode(saying: Saying) -> Message {
        match saying {
            Saying::Frame(frame) => Message::Binary(frame.encode().unwrap()),
            Saying::Control(control) => Message::Text(control.encode()),
        }
    }
}
