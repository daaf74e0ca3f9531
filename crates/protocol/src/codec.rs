//! One codec for every TLS-encoded structure that travels whole.

/// Gives each type `decode` and `encode`, both bounded by [`crate::limits::MAX_FRAME_BYTES`].
macro_rules! whole_codec {
    ($($name:ident),* $(,)?) => { $(
        impl $name {
            /// Decodes exactly one value.
            ///
            /// # Errors
            /// [`crate::FrameError::TooLarge`] over [`crate::limits::MAX_FRAME_BYTES`];
            /// [`crate::FrameError::Malformed`] unless the bytes are exactly one value.
            pub fn decode(bytes: &[u8]) -> Result<Self, crate::FrameError> {
                if bytes.len() > crate::limits::MAX_FRAME_BYTES {
                    return Err(crate::FrameError::TooLarge);
                }
                <Self as tls_codec::DeserializeBytes>::tls_deserialize_exact_bytes(bytes)
                    .map_err(|_| crate::FrameError::Malformed)
            }

            /// Encodes the value.
            ///
            /// # Errors
            /// [`crate::FrameError::TooLarge`] over [`crate::limits::MAX_FRAME_BYTES`].
            pub fn encode(&self) -> Result<Vec<u8>, crate::FrameError> {
                let bytes = tls_codec::Serialize::tls_serialize_detached(self)
                    .map_err(|_| crate::FrameError::TooLarge)?;
                if bytes.len() > crate::limits::MAX_FRAME_BYTES {
                    return Err(crate::FrameError::TooLarge);
                }
                Ok(bytes)
            }
        }
    )* };
}

pub(crate) use whole_codec;
