//! How far back a DEFLATE stream refers (RFC 1951): inflaters remember more than a small window, and do not say.

use std::iter;

/// The code lengths of a dynamic block come in this order (RFC 1951 3.2.7).
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The smallest distance of each distance code, and its extra bits (RFC 1951 3.2.5).
const DISTANCES: [(u32, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1_025, 9),
    (1_537, 9),
    (2_049, 10),
    (3_073, 10),
    (4_097, 11),
    (6_145, 11),
    (8_193, 12),
    (12_289, 12),
    (16_385, 13),
    (24_577, 13),
];

/// The extra bits of the length codes 257 to 285.
const LENGTH_BITS: [u32; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];

/// The greatest distance that a message's blocks refer back; what cannot be read ends the search.
pub fn greatest_distance(message: &[u8]) -> u32 {
    let mut bits = Bits {
        bytes: message,
        at: 0,
    };
    let mut greatest = 0;
    while block(&mut bits, &mut greatest).is_some() {}
    greatest
}

/// Bits, the least significant of each byte first (RFC 1951 3.1.1).
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn bit(&mut self) -> Option<u32> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Some(u32::from(bit))
    }

    fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |number, bit| Some(number | self.bit()? << bit))
    }
}

fn block(bits: &mut Bits, greatest: &mut u32) -> Option<()> {
    bits.bit()?;
    match bits.number(2)? {
        0 => {
            bits.at = bits.at.next_multiple_of(8);
            let length = bits.number(16)? as usize;
            bits.at += 16 + length * 8;
            Some(())
        }
        1 => {
            let lengths: Vec<u8> = (0..288)
                .map(|symbol| match symbol {
                    144..256 => 9,
                    256..280 => 7,
                    _ => 8,
                })
                .collect();
            symbols(bits, &Code::new(&lengths), &Code::new(&[5; 30]), greatest)
        }
        2 => {
            let (literals, distances) = dynamic(bits)?;
            symbols(bits, &literals, &distances, greatest)
        }
        _ => None,
    }
}

/// The codes that a dynamic block brings (RFC 1951 3.2.7).
fn dynamic(bits: &mut Bits) -> Option<(Code, Code)> {
    let literals = bits.number(5)? as usize + 257;
    let distances = bits.number(5)? as usize + 1;
    let count = bits.number(4)? as usize + 4;
    let mut lengths = [0; 19];
    for place in &ORDER[..count] {
        lengths[*place] = bits.number(3)? as u8;
    }
    let code = Code::new(&lengths);
    let mut lengths: Vec<u8> = Vec::new();
    while lengths.len() < literals + distances {
        let (length, times) = match code.symbol(bits)? {
            16 => (*lengths.last()?, 3 + bits.number(2)?),
            17 => (0, 3 + bits.number(3)?),
            18 => (0, 11 + bits.number(7)?),
            length => (length as u8, 1),
        };
        lengths.extend(iter::repeat_n(length, times as usize));
    }
    let (literals, distances) = lengths.split_at(literals);
    Some((Code::new(literals), Code::new(distances)))
}

/// Goes through a block's symbols to its end.
fn symbols(bits: &mut Bits, literals: &Code, distances: &Code, greatest: &mut u32) -> Option<()> {
    loop {
        let symbol = literals.symbol(bits)? as usize;
        match symbol {
            256 => return Some(()),
            257.. => {
                bits.number(*LENGTH_BITS.get(symbol - 257)?)?;
                let (base, extra) = *DISTANCES.get(distances.symbol(bits)? as usize)?;
                *greatest = (*greatest).max(base + bits.number(extra)?);
            }
            _ => {}
        }
    }
}

/// A Huffman code: how many codes there are of each length, and their symbols in order (RFC 1951 3.2.2).
struct Code {
    counts: [u32; 16],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        let mut symbols = Vec::with_capacity(lengths.len());
        for length in 1..16 {
            for (symbol, of) in lengths.iter().enumerate() {
                if *of == length {
                    counts[usize::from(length)] += 1;
                    symbols.push(symbol as u16);
                }
            }
        }
        Self { counts, symbols }
    }

    fn symbol(&self, bits: &mut Bits) -> Option<u16> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.bit()?;
            if code < first + count {
                return self.symbols.get((index + code - first) as usize).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compress, Compression, FlushCompress};

    use super::*;

    fn deflated(data: &[u8], level: u32, window_bits: u8) -> Vec<u8> {
        let mut deflate =
            Compress::new_with_window_bits(Compression::new(level), false, window_bits);
        let mut out = Vec::with_capacity(data.len() + 1_000);
        deflate
            .compress_vec(data, &mut out, FlushCompress::Sync)
            .unwrap();
        out
    }

    /// Noise that is said again after a while.
    fn repeated(after: usize) -> Vec<u8> {
        let mut seed = 1_u32;
        let noise = iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        });
        let noise: Vec<u8> = noise.take(after).collect();
        [&noise[..], &noise[..]].concat()
    }

    #[test]
    fn the_distance_is_found_in_every_kind_of_block() {
        for after in [40, 300, 5_000, 20_000] {
            for level in [1, 6, 9] {
                let distance = greatest_distance(&deflated(&repeated(after), level, 15));
                assert_eq!(distance, after as u32, "level {level}");
            }
            assert_eq!(greatest_distance(&deflated(&repeated(after), 0, 15)), 0);
        }
        let small = greatest_distance(&deflated(&repeated(5_000), 9, 10));
        assert!(small <= 1_024, "{small}");
        // RFC 7692 7.2.3.2: the second Hello refers to the first one, five bytes back.
        assert_eq!(
            greatest_distance(b"\xf2\x00\x11\x00\x00\x00\x00\xff\xff"),
            5
        );
    }

    #[test]
    fn what_is_no_deflate_ends_the_search() {
        for length in 0..200 {
            greatest_distance(&repeated(200)[..length]);
        }
    }
}
