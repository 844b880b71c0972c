//! Which network addresses a Concur host may resolve to: global ones, judged inside the resolver so that there is no second look-up.
//! Called by the HTTP client for every name.
//! Always: one bad address refuses the whole answer; loopback only for a name that the allow-list names in full.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::origin::Allow;

/// Looks a name up. The system's in service, a made-up one in tests.
pub trait Lookup: Send + Sync {
    /// All addresses of `host`; the port is of no meaning.
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;
}

/// The resolver of the operating system.
pub struct System;

impl Lookup for System {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((host.as_str(), 0)).await?.collect()) })
    }
}

/// The resolver of the HTTP client.
pub struct Guard {
    lookup: Arc<dyn Lookup>,
    allow: Allow,
}

impl Guard {
    /// A resolver that asks `lookup` and judges what it says.
    pub fn new(lookup: Arc<dyn Lookup>, allow: Allow) -> Self {
        Self { lookup, allow }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let loopback = self.allow.is_named_loopback(&host);
        let answer = self.lookup.lookup(host);
        Box::pin(async move {
            let addresses = answer.await?;
            let admitted = |a: &SocketAddr| {
                if loopback {
                    a.ip().is_loopback()
                } else {
                    is_global(a.ip())
                }
            };
            if addresses.is_empty() || !addresses.iter().all(admitted) {
                return Err("the name resolves to an address that may not be connected to".into());
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is reachable on the public Internet: not private, local, shared, documentation, multicast or reserved.
pub fn is_global(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_global_v4(v4),
        IpAddr::V6(v6) => is_global_v6(v6),
    }
}

fn is_global_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99))
}

fn is_global_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_global_v4(Ipv4Addr::new(a, b, c, d))
    };
    match s {
        [0, 0, 0, 0, 0, 0xffff, high, low] => embedded(high, low),
        // RFC 6052: what DNS64 makes of an IPv4 address.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        // 6to4
        [0x2002, high, low, ..] => embedded(high, low),
        // Teredo and the other special blocks of 2001::/23; documentation.
        [0x2001, second, ..] if second < 0x0200 || second == 0x0db8 => false,
        [0x3fff, second, ..] if second < 0x1000 => false,
        // Everything assigned as global unicast so far; local, link-local, multicast and the rest are outside.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Says(Vec<&'static str>);

    impl Lookup for Says {
        fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
            let all = self.0.iter().map(|a| SocketAddr::new(a.parse().unwrap(), 0)).collect();
            Box::pin(async move { Ok(all) })
        }
    }

    async fn resolves(host: &str, addresses: Vec<&'static str>) -> bool {
        let allow = Allow::parse("https://*.api.concursolutions.com,http://localhost:3999").unwrap();
        let guard = Guard::new(Arc::new(Says(addresses)), allow);
        guard.resolve(host.parse().unwrap()).await.is_ok()
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused() {
        let host = "us2.api.concursolutions.com";
        for bad in [
            "169.254.169.254",
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "2001:db8::1",
            "fec0::1",
        ] {
            assert!(!resolves(host, vec![bad]).await, "{bad}");
            assert!(
                !resolves(host, vec!["1.1.1.1", bad]).await,
                "a good answer does not excuse {bad}"
            );
        }
        assert!(!resolves(host, vec![]).await);
        for good in ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"] {
            assert!(resolves(host, vec![good]).await, "{good}");
        }
    }

    #[tokio::test]
    async fn a_loopback_name_of_the_list_leads_to_loopback_only() {
        assert!(resolves("localhost", vec!["127.0.0.1", "::1"]).await);
        assert!(!resolves("localhost", vec!["1.1.1.1"]).await);
        assert!(!resolves("localhost", vec!["10.0.0.1"]).await);
    }
}
