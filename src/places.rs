//! How many connections there may be: of each client address, and in total.

use std::{collections::HashMap, net::IpAddr, sync::Arc};

use parking_lot::Mutex;

/// Files that are open besides connections: the listener, the runtime's own, the database, standard streams.
const OTHER_FILES: u64 = 64;

/// When whoever found no place may try again, in seconds.
pub const RETRY_AFTER: u64 = 5;

/// Limits on connections; 0 is none.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub total: usize,
    pub per_address: usize,
}

/// A limit on all connections that leaves room among the files that the system lets be open.
pub fn fitting(total: usize, open_files: u64) -> usize {
    let possible = open_files.saturating_sub(OTHER_FILES).max(1);
    total.min(usize::try_from(possible).unwrap_or(usize::MAX))
}

/// Which limit is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Full {
    #[error("too many connections of this address: at most {0}; --max-connections-per-address")]
    Address(usize),
    #[error("too many connections: at most {0}; --max-connections")]
    Total(usize),
}

impl Full {
    /// Its label among the metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Address(_) => "address",
            Self::Total(_) => "total",
        }
    }
}

/// The places that connections take.
#[derive(Debug)]
pub struct Places {
    limits: Limits,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    total: usize,
    /// An address is here only while it has connections.
    by_address: HashMap<IpAddr, usize>,
}

impl Places {
    /// Nobody is here yet.
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self {
            limits,
            taken: Mutex::default(),
        })
    }

    /// Takes a place for a connection from an address. One and the same IPv4 address may come in two forms.
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Result<Place, Full> {
        let address = address.to_canonical();
        let Limits { total, per_address } = self.limits;
        let mut taken = self.taken.lock();
        let here = taken.by_address.get(&address).copied().unwrap_or(0);
        if per_address != 0 && here >= per_address {
            return Err(Full::Address(per_address));
        }
        if total != 0 && taken.total >= total {
            return Err(Full::Total(total));
        }
        taken.total += 1;
        taken.by_address.insert(address, here + 1);
        Ok(Place {
            places: self.clone(),
            address,
        })
    }
}

/// A connection's place; dropped, somebody else can take it.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.total -= 1;
        if let Some(here) = taken.by_address.get_mut(&self.address) {
            *here -= 1;
            if *here == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn places_are_limited_and_can_be_taken_again() {
        let places = Places::new(Limits {
            total: 3,
            per_address: 2,
        });
        let first = places.take(ANN).unwrap();
        let mapped = "::ffff:192.0.2.1".parse().unwrap();
        let second = places.take(mapped).unwrap();
        assert_eq!(places.take(ANN).unwrap_err(), Full::Address(2));
        let third = places.take(BOB).unwrap();
        assert_eq!(places.take(BOB).unwrap_err(), Full::Total(3));
        drop(first);
        let again = places.take(ANN).unwrap();
        drop((second, third, again));
        assert!(places.taken.lock().by_address.is_empty());
    }

    #[test]
    fn zero_is_no_limit() {
        let places = Places::new(Limits {
            total: 0,
            per_address: 0,
        });
        let all: Vec<_> = (0..100).map(|_| places.take(ANN).unwrap()).collect();
        assert_eq!(places.taken.lock().total, all.len());
    }

    #[test]
    fn no_more_than_files_can_be_open() {
        assert_eq!(fitting(8_192, 1_024), 960);
        assert_eq!(fitting(8_192, 1 << 20), 8_192);
        assert_eq!(fitting(8_192, 10), 1);
        assert_eq!(fitting(0, 1_024), 0);
    }
}
