//! TCP/IP packets around recorded bytes. The capture begins above TCP, so their headers are synthesised: what
//! is known goes in (addresses, the bytes' positions in their stream), what is not is the plainest choice.

use std::net::{IpAddr, SocketAddr};

use etherparse::{IpNumber, Ipv4Header, Ipv6Header, TcpHeader, TcpOptionElement};

/// Most bytes of payload in one packet: an IP packet has at most 65,535, with both headers.
pub const MAX_PAYLOAD: usize = 65_535 - Ipv6Header::LEN - TcpHeader::MIN_LEN;

/// A window that nothing recorded fills: 65,535 times 2^14, the most that RFC 7323 allows.
const WINDOW: u16 = u16::MAX;
const WINDOW_SCALE: u8 = 14;

const TIME_TO_LIVE: u8 = 64;

/// What a segment says besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    Syn,
    Ack,
    Push,
    Fin,
    Reset,
}

/// A TCP segment.
#[derive(Debug, Clone, Copy)]
pub struct Segment<'a> {
    pub from: SocketAddr,
    pub to: SocketAddr,
    pub sequence: u32,
    /// What the other side sent until here; none in the first SYN.
    pub acknowledges: Option<u32>,
    pub flag: Flag,
    pub payload: &'a [u8],
}

impl Segment<'_> {
    /// The segment in its IP packet.
    pub fn packet(&self) -> Vec<u8> {
        let mut tcp = self.tcp();
        let length = tcp.header_len() + self.payload.len();
        // A checksum can only fail for more bytes than `MAX_PAYLOAD`.
        let (ip, checksum) = match (self.from.ip(), self.to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                let (from, to) = (from.octets(), to.octets());
                let checksum = tcp.calc_checksum_ipv4_raw(from, to, self.payload);
                (ipv4(from, to, length), checksum)
            }
            (from, to) => {
                let (from, to) = (ipv6_octets(from), ipv6_octets(to));
                let checksum = tcp.calc_checksum_ipv6_raw(from, to, self.payload);
                (ipv6(from, to, length), checksum)
            }
        };
        tcp.checksum = checksum.unwrap_or_default();
        [&ip, tcp.to_bytes().as_slice(), self.payload].concat()
    }

    fn tcp(&self) -> TcpHeader {
        let (from, to) = (self.from.port(), self.to.port());
        let mut tcp = TcpHeader::new(from, to, self.sequence, WINDOW);
        tcp.syn = self.flag == Flag::Syn;
        tcp.psh = self.flag == Flag::Push;
        tcp.fin = self.flag == Flag::Fin;
        tcp.rst = self.flag == Flag::Reset;
        tcp.ack = self.acknowledges.is_some();
        tcp.acknowledgment_number = self.acknowledges.unwrap_or_default();
        if tcp.syn {
            // One option of three bytes always has room.
            let _ = tcp.set_options(&[TcpOptionElement::WindowScale(WINDOW_SCALE)]);
        }
        tcp
    }
}

/// `length` is that of what follows, at most `MAX_PAYLOAD` and a TCP header.
fn ipv4(source: [u8; 4], destination: [u8; 4], length: usize) -> Vec<u8> {
    let mut header = Ipv4Header {
        total_len: (Ipv4Header::MIN_LEN + length) as u16,
        dont_fragment: true,
        time_to_live: TIME_TO_LIVE,
        protocol: IpNumber::TCP,
        source,
        destination,
        ..Ipv4Header::default()
    };
    header.header_checksum = header.calc_header_checksum();
    header.to_bytes().to_vec()
}

fn ipv6(source: [u8; 16], destination: [u8; 16], length: usize) -> Vec<u8> {
    let header = Ipv6Header {
        payload_length: length as u16,
        next_header: IpNumber::TCP,
        hop_limit: TIME_TO_LIVE,
        source,
        destination,
        ..Ipv6Header::default()
    };
    header.to_bytes().to_vec()
}

/// An IPv4 address beside an IPv6 one is written in IPv6's form for it (RFC 4291 2.5.5.2).
fn ipv6_octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}
