//! Identifiers: fixed-size byte strings that can't be mistaken for one another.

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected_digits} hexadecimal digits for a {kind}")]
pub struct IdParseError {
    /// Which identifier was wanted, such as `RoomId`.
    pub kind: &'static str,
    /// How many hexadecimal digits it has; hyphens are ignored.
    pub expected_digits: usize,
}

/// Exactly `2 * N` hexadecimal digits; hyphens are ignored. For [`crate::id_newtype`].
#[doc(hidden)]
#[must_use]
pub fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0_u8; N];
    let mut digits = 0_usize;
    for character in text.chars().filter(|c| *c != '-') {
        let value = u8::try_from(character.to_digit(16)?).ok()?;
        let byte = bytes.get_mut(digits / 2)?;
        *byte = (*byte << 4) | value;
        digits += 1;
    }
    (digits == 2 * N).then_some(bytes)
}

/// Makes an identifier type over `$len` bytes: hexadecimal `Display` and `FromStr`, serde (text in
/// JSON, bytes in CBOR), TLS codec, and no conversion to any other identifier. The calling crate
/// needs `serde` and `tls_codec`.
#[macro_export]
macro_rules! id_newtype {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            ::tls_codec::TlsSize, ::tls_codec::TlsSerialize, ::tls_codec::TlsDeserialize,
            ::tls_codec::TlsDeserializeBytes,
        )]
        pub struct $name([u8; $len]);

        impl $name {
            /// Length in bytes.
            pub const LEN: usize = $len;

            /// Wraps the raw bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; $len]) -> Self {
                Self(bytes)
            }

            /// The raw bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// From a slice of exactly [`Self::LEN`] bytes.
            #[must_use]
            pub fn from_slice(slice: &[u8]) -> Option<Self> {
                <[u8; $len]>::try_from(slice).ok().map(Self)
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::IdParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::parse_hex(text).map(Self).ok_or($crate::IdParseError {
                    kind: stringify!($name),
                    expected_digits: 2 * $len,
                })
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    serializer.serialize_bytes(&self.0)
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl ::serde::de::Visitor<'_> for Visitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str(concat!("a ", stringify!($name)))
                    }
                    fn visit_str<E: ::serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                        text.parse().map_err(E::custom)
                    }
                    fn visit_bytes<E: ::serde::de::Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                        $name::from_slice(bytes)
                            .ok_or_else(|| E::invalid_length(bytes.len(), &self))
                    }
                }
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(Visitor)
                } else {
                    deserializer.deserialize_bytes(Visitor)
                }
            }
        }
    };
}

id_newtype!(
    /// A room, and at the same time the MLS group id (RFC 9420 §6). A UUIDv7 made by the coordinator.
    RoomId,
    16
);
id_newtype!(
    /// A device: the first 16 bytes of SHA-256 over its signature key (see `entente_trust::device_id`).
    DeviceId,
    16
);
id_newtype!(
    /// A blob that a hub keeps for a room: a photo or document as ciphertext. Random.
    BlobId,
    16
);
id_newtype!(
    /// A one-time enrolment ticket, derived from its secret code.
    TicketId,
    16
);
id_newtype!(
    /// SHA-256 of a certificate's DER, or of another signed document.
    Fingerprint,
    32
);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_and_bytes_round_trip() {
        let id = RoomId::from_bytes([0xab; 16]);
        assert_eq!(id.to_string().parse::<RoomId>().unwrap(), id);
        assert_eq!(
            "abababab-abab-abab-abab-abababababab"
                .parse::<RoomId>()
                .unwrap(),
            id
        );
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
    }

    #[test]
    fn wrong_lengths_and_digits_are_refused() {
        for text in ["", "ab", "zz", &"ab".repeat(17), &"é".repeat(16)] {
            assert!(text.parse::<RoomId>().is_err(), "{text:?}");
        }
    }
}
