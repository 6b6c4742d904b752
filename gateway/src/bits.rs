//! Bits in the order they go over the air: the most significant of each element first.

use std::fmt;

/// Digits that are read at most: four times what an SDS type 4 message can hold (EN 300 392-2 clause 14.8.22: 2 047 bits).
pub const HEX_DIGITS_MAX: usize = 2048;

/// Why a line of hexadecimal digits is no string of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A character that is no hexadecimal digit.
    #[error("character {position} is no hexadecimal digit")]
    NotHex {
        /// Counted from one.
        position: usize,
    },
    /// More than is read.
    #[error("{digits} digits are more than {HEX_DIGITS_MAX}")]
    TooLong {
        /// Digits held.
        digits: usize,
    },
    /// Fewer bits than were announced: the rest never came.
    #[error("{announced} bits were announced, the line holds {held}")]
    TooShort {
        /// Bits announced.
        announced: usize,
        /// Bits held.
        held: usize,
    },
    /// No digit at all.
    #[error("there is no digit")]
    Empty,
}

/// A string of bits with a length of its own, which need not be a whole number of octets.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct BitString {
    octets: Vec<u8>,
    bits: usize,
    surplus: String,
    /// Bits of the last octet that came beyond the announced ones.
    filling: u8,
}

impl BitString {
    /// From hexadecimal digits, as many bits as were announced. Digits beyond them are kept apart, see [`Self::surplus`]: some
    /// radios fill up to whole octets, some do not and send an odd number of digits.
    ///
    /// # Errors
    /// See [`HexError`].
    pub fn from_hex(line: &str, announced: Option<usize>) -> Result<Self, HexError> {
        let line = line.trim();
        if line.is_empty() {
            return Err(HexError::Empty);
        }
        if line.len() > HEX_DIGITS_MAX {
            return Err(HexError::TooLong { digits: line.len() });
        }
        let digit = |(at, c): (usize, char)| {
            c.to_digit(16).and_then(|d| u8::try_from(d).ok()).ok_or(HexError::NotHex { position: at + 1 })
        };
        let digits = line.chars().enumerate().map(digit).collect::<Result<Vec<u8>, _>>()?;
        let held = digits.len() * 4;
        let bits = announced.unwrap_or(held);
        if bits > held {
            return Err(HexError::TooShort { announced: bits, held });
        }
        let octets = digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect();
        let surplus = line.get(bits.div_ceil(4)..).unwrap_or_default().to_ascii_uppercase();
        let mut all = Self { octets, bits, surplus, filling: 0 };
        all.clear_unused();
        Ok(all)
    }

    /// Whole octets.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Self {
        Self { octets: octets.to_vec(), bits: octets.len() * 8, surplus: String::new(), filling: 0 }
    }

    /// How many bits.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bits
    }

    /// None at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits == 0
    }

    /// The octets, the last one filled up with zeros.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The octets, the last one with the bits that came with it beyond those announced.
    #[must_use]
    pub fn octets_as_they_came(&self) -> Vec<u8> {
        let mut octets = self.octets.clone();
        if let Some(last) = octets.last_mut() {
            *last |= self.filling;
        }
        octets
    }

    /// Digits that came after the announced bits.
    #[must_use]
    pub fn surplus(&self) -> &str {
        &self.surplus
    }

    /// Reads from the first bit.
    #[must_use]
    pub fn reader(&self) -> Reader<'_> {
        Reader { octets: &self.octets, at: 0, end: self.bits, filling: self.filling }
    }

    /// The bits as hexadecimal digits, filled up to the next digit with zeros.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.reader().rest_hex()
    }

    fn clear_unused(&mut self) {
        self.octets.truncate(self.bits.div_ceil(8));
        let unused = self.octets.len() * 8 - self.bits;
        if let Some(last) = self.octets.last_mut() {
            let used = 0xFFu8.checked_shl(u32::try_from(unused).unwrap_or(0)).unwrap_or(0);
            self.filling = *last & !used;
            *last &= used;
        }
    }
}

impl fmt::Debug for BitString {
    /// The length only: what a message says is nobody's in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BitString({} bits)", self.bits)
    }
}

/// Fewer bits are left than the element has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{needed} bits are needed at bit {at}, {left} are left")]
pub struct Short {
    /// Where the element begins.
    pub at: usize,
    /// Its length in bits.
    pub needed: usize,
    /// Bits left.
    pub left: usize,
}

/// Reads element after element.
#[derive(Clone)]
pub struct Reader<'a> {
    octets: &'a [u8],
    at: usize,
    end: usize,
    /// Bits of the last octet that came beyond the announced ones.
    filling: u8,
}

impl Reader<'_> {
    /// Bits left.
    #[must_use]
    pub fn left(&self) -> usize {
        self.end - self.at
    }

    /// The next element, of up to 32 bits, as an unsigned number.
    ///
    /// # Errors
    /// Fewer bits are left; nothing is taken.
    pub fn take(&mut self, bits: usize) -> Result<u32, Short> {
        debug_assert!(bits <= 32, "an element is at most 32 bits");
        let value = self.peek(bits)?;
        self.at += bits;
        Ok(value)
    }

    /// As [`Self::take`], for elements of at most eight bits.
    ///
    /// # Errors
    /// Fewer bits are left.
    pub fn take_u8(&mut self, bits: usize) -> Result<u8, Short> {
        debug_assert!(bits <= 8, "an octet holds eight bits");
        Ok((self.take(bits)? & 0xFF) as u8)
    }

    /// As [`Self::take`], for elements of at most sixteen bits.
    ///
    /// # Errors
    /// Fewer bits are left.
    pub fn take_u16(&mut self, bits: usize) -> Result<u16, Short> {
        debug_assert!(bits <= 16, "two octets hold sixteen bits");
        Ok((self.take(bits)? & 0xFFFF) as u16)
    }

    /// A single bit.
    ///
    /// # Errors
    /// None is left.
    pub fn flag(&mut self) -> Result<bool, Short> {
        Ok(self.take(1)? == 1)
    }

    /// The next element without taking it.
    ///
    /// # Errors
    /// Fewer bits are left.
    pub fn peek(&self, bits: usize) -> Result<u32, Short> {
        if bits > self.left() {
            return Err(Short { at: self.at, needed: bits, left: self.left() });
        }
        Ok((self.at..self.at + bits).fold(0, |value, at| value << 1 | self.bit(at)))
    }

    /// The next bits as a string of their own.
    ///
    /// # Errors
    /// Fewer are left.
    pub fn string(&mut self, bits: usize) -> Result<BitString, Short> {
        if bits > self.left() {
            return Err(Short { at: self.at, needed: bits, left: self.left() });
        }
        let mut writer = Writer::default();
        let mut left = bits;
        while left > 0 {
            let part = left.min(8);
            writer.put(self.take(part)?, part);
            left -= part;
        }
        Ok(writer.finish())
    }

    /// All that is left, taken.
    #[must_use]
    pub fn rest(&mut self) -> BitString {
        let left = self.left();
        let filling = if left > 0 && self.at.is_multiple_of(8) { self.filling } else { 0 };
        // Never short: it is what is left.
        BitString { filling, ..self.string(left).unwrap_or_default() }
    }

    /// What is left as hexadecimal digits, filled up with zeros, without taking it.
    #[must_use]
    pub fn rest_hex(&self) -> String {
        let digit = |at: usize| {
            let bits = (at..at + 4).fold(0, |value, at| value << 1 | if at < self.end { self.bit(at) } else { 0 });
            char::from_digit(bits, 16).unwrap_or('0').to_ascii_uppercase()
        };
        (self.at..self.end).step_by(4).map(digit).collect()
    }

    /// All that is left is zero: filling.
    #[must_use]
    pub fn only_zeros_left(&self) -> bool {
        (self.at..self.end).all(|at| self.bit(at) == 0)
    }

    fn bit(&self, at: usize) -> u32 {
        let octet = self.octets.get(at / 8).copied().unwrap_or(0);
        u32::from(octet >> (7 - at % 8) & 1)
    }
}

/// Writes element after element.
#[derive(Clone, Default)]
pub struct Writer {
    octets: Vec<u8>,
    bits: usize,
}

impl Writer {
    /// Appends the lowest `bits` bits of the value.
    pub fn put(&mut self, value: u32, bits: usize) -> &mut Self {
        debug_assert!(bits <= 32, "an element is at most 32 bits");
        for at in (0..bits).rev() {
            if self.bits.is_multiple_of(8) {
                self.octets.push(0);
            }
            let bit = (value >> at & 1) as u8;
            if let Some(last) = self.octets.last_mut() {
                *last |= bit << (7 - self.bits % 8);
            }
            self.bits += 1;
        }
        self
    }

    /// Appends octets.
    pub fn octets(&mut self, octets: &[u8]) -> &mut Self {
        for octet in octets {
            self.put(u32::from(*octet), 8);
        }
        self
    }

    /// Appends bits.
    pub fn string(&mut self, bits: &BitString) -> &mut Self {
        let mut reader = bits.reader();
        while reader.left() > 0 {
            let part = reader.left().min(8);
            if let Ok(value) = reader.take(part) {
                self.put(value, part);
            }
        }
        self
    }

    /// What was written.
    #[must_use]
    pub fn finish(self) -> BitString {
        BitString { octets: self.octets, bits: self.bits, surplus: String::new(), filling: 0 }
    }
}
