//! Who counts as one, and how many are let in.

use tokio::net::{TcpListener, TcpStream};

use super::*;

fn limits(connections: u32, requests: u32, with_loopback: bool) -> AddressLimits {
    AddressLimits {
        connections: NonZeroU32::new(connections),
        requests_per_second: NonZeroU32::new(requests),
        with_loopback,
    }
}

async fn stream() -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap()
}

#[test]
fn a_network_of_64_bits_is_one_and_a_mapped_address_is_the_other_one() {
    let one = |text: &str| origin(text.parse().unwrap());
    assert_eq!(one("2001:db8:1:2:3::4"), one("2001:db8:1:2:ffff::"));
    assert_ne!(one("2001:db8:1:2::"), one("2001:db8:1:3::"));
    assert_eq!(one("::ffff:192.0.2.7"), one("192.0.2.7"));
    assert_ne!(one("192.0.2.7"), one("192.0.2.8"));
    assert!(one("::1").is_loopback());
}

#[tokio::test]
async fn twice_as_many_are_let_in_as_are_served_and_each_that_leaves_makes_room() {
    let gate = Gate::new(limits(2, 0, false));
    let (here, there) = ("192.0.2.7".parse().unwrap(), "192.0.2.8".parse().unwrap());
    let mut inside = Vec::new();
    for _ in 0..4 {
        inside.push(gate.enter(stream().await, here).unwrap());
    }
    assert!(gate.enter(stream().await, here).is_none());
    assert!(
        gate.enter(stream().await, there).is_some(),
        "others are not concerned"
    );
    inside.pop();
    assert!(gate.enter(stream().await, here).is_some());
    inside.clear();
    assert!(gate.open().of.is_empty(), "who has left is forgotten");
    assert_eq!(gate.open().all, 0);
}

#[tokio::test]
async fn this_machine_is_counted_only_if_that_was_told() {
    let loopback = "127.0.0.1".parse().unwrap();
    for (with_loopback, let_in) in [(false, 10), (true, 2)] {
        let gate = Gate::new(limits(1, 1, with_loopback));
        let mut inside = Vec::new();
        for _ in 0..10 {
            inside.extend(gate.enter(stream().await, loopback));
        }
        assert_eq!(inside.len(), let_in);
        let all = 2 * limits::REQUEST_BURST_SECONDS.get();
        let answered = (0..all)
            .filter(|_| gate.check_rate(loopback).is_ok())
            .count();
        assert_eq!(answered == all as usize, !with_loopback);
    }
}

#[test]
fn whoever_asks_too_often_is_told_when_and_others_are_not_concerned() {
    let gate = Gate::new(limits(0, 2, false));
    let here = "192.0.2.7".parse().unwrap();
    let burst = 2 * limits::REQUEST_BURST_SECONDS.get();
    for _ in 0..burst {
        gate.check_rate(here).unwrap();
    }
    let wait_ms = gate.check_rate(here).unwrap_err();
    assert!((1..=500).contains(&wait_ms), "{wait_ms}");
    gate.check_rate("192.0.2.8".parse().unwrap()).unwrap();
}
