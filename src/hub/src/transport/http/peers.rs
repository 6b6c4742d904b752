//! How many connections one address has: one that opens them all does not shut everybody else out.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex},
};

use crate::limits;

/// Connections by address.
#[derive(Debug, Default)]
pub(super) struct Peers(Mutex<BTreeMap<IpAddr, usize>>);

/// A place among those of its address, until it is dropped.
#[derive(Debug)]
pub(super) struct Guest {
    peers: Arc<Peers>,
    address: Option<IpAddr>,
}

impl Peers {
    /// A place; none: its address has enough of them.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Guest> {
        // What comes from this machine is a proxy in front, and everybody.
        let address = Some(counted(address)).filter(|address| !address.is_loopback());
        if let (Some(address), Ok(mut held)) = (address, self.0.lock()) {
            let held = held.entry(address).or_default();
            if *held >= limits::HTTP_CONNECTIONS_PER_PEER_MAX {
                return None;
            }
            *held += 1;
        }
        Some(Guest { peers: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let (Some(address), Ok(mut held)) = (self.address, self.peers.0.lock()) else { return };
        if let Some(count) = held.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&address);
            }
        }
    }
}

/// A network of IPv6 is one: whoever has it has all of its addresses.
fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) if !long.is_loopback() => {
            let network = u128::from(long) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let peers = Arc::new(Peers::default());
        let most = limits::HTTP_CONNECTIONS_PER_PEER_MAX;
        let enter = |address: &str| peers.enter(address.parse().unwrap());
        let mut held: Vec<_> = (0..most).map(|_| enter("192.0.2.1").unwrap()).collect();
        assert!(enter("192.0.2.1").is_none() && enter("::ffff:192.0.2.1").is_none());
        assert!(enter("192.0.2.2").is_some());
        held.pop();
        assert!(enter("192.0.2.1").is_some());
        let network: Vec<_> = (0..most).map(|host| enter(&format!("2001:db8::{host:x}")).unwrap()).collect();
        assert!(enter("2001:db8::ffff:1").is_none() && enter("2001:db8:0:1::1").is_some());
        let proxied: Vec<_> = (0..=most).map(|_| enter("127.0.0.1").unwrap()).collect();
        drop((held, network, proxied));
        assert!(peers.0.lock().unwrap().is_empty());
    }
}
