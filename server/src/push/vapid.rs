//! Who pushes (RFC 8292): a token for each push service, signed with the hub's P-256 key.

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;

use crate::store::PushSecret;

/// How long a token is good, in seconds; RFC 8292 allows a day.
const TOKEN_LIFETIME_S: u64 = 12 * 3_600;

/// Draws for a key: one in four thousand million is no key.
const MAX_DRAWS: u32 = 4;

/// The hub's key.
pub(super) struct VapidKey {
    key: SigningKey,
    contact: String,
}

impl VapidKey {
    /// A new secret from random bytes; none if there are none to have.
    pub(super) fn fresh<E>(draw: impl Fn() -> Result<[u8; 32], E>) -> Option<PushSecret> {
        (0..MAX_DRAWS)
            .filter_map(|_| draw().ok())
            .find(|bytes| SigningKey::from_slice(bytes).is_ok())
            .map(PushSecret)
    }

    /// `contact`: whom a push service may ask, `mailto:` or `https:`.
    pub(super) fn new(secret: &PushSecret, contact: String) -> Option<Self> {
        let key = SigningKey::from_slice(&secret.0).ok()?;
        Some(Self { key, contact })
    }

    pub(super) fn public(&self) -> String {
        let point = self.key.verifying_key().to_encoded_point(false);
        BASE64URL_NOPAD.encode(point.as_bytes())
    }

    /// The `Authorization` header for a push service.
    pub(super) fn authorization(&self, audience: &str, now_ms: u64) -> String {
        let header = json!({ "typ": "JWT", "alg": "ES256" }).to_string();
        let expires_s = now_ms / 1_000 + TOKEN_LIFETIME_S;
        let claims = json!({ "aud": audience, "exp": expires_s, "sub": self.contact }).to_string();
        let signed = format!(
            "{}.{}",
            BASE64URL_NOPAD.encode(header.as_bytes()),
            BASE64URL_NOPAD.encode(claims.as_bytes())
        );
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = BASE64URL_NOPAD.encode(&signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public())
    }
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;

    use super::*;

    #[test]
    fn a_token_verifies_under_the_public_key_and_says_for_whom() {
        let key = VapidKey::new(&PushSecret([7; 32]), "mailto:a@b.example".to_owned()).unwrap();
        let header = key.authorization("https://push.example", 1_000_000);
        let (token, public) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        assert_eq!(public, key.public());
        let point = BASE64URL_NOPAD.decode(public.as_bytes()).unwrap();
        assert_eq!((point.len(), point[0]), (65, 4));
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        let verifying = VerifyingKey::from_sec1_bytes(&point).unwrap();
        let signature = Signature::from_slice(&signature).unwrap();
        verifying.verify(signed.as_bytes(), &signature).unwrap();
        let claims = signed.split_once('.').unwrap().1;
        let claims = BASE64URL_NOPAD.decode(claims.as_bytes()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["exp"], 1_000 + TOKEN_LIFETIME_S);
        assert_eq!(claims["sub"], "mailto:a@b.example");
    }

    #[test]
    fn what_is_no_key_is_drawn_again_and_not_for_ever() {
        let draws = core::cell::Cell::new(0_u8);
        let draw = || {
            draws.set(draws.get() + 1);
            Ok::<_, ()>(if draws.get() < 3 { [0xff; 32] } else { [1; 32] })
        };
        assert_eq!(VapidKey::fresh(draw), Some(PushSecret([1; 32])));
        assert_eq!(VapidKey::fresh(|| Ok::<_, ()>([0xff; 32])), None);
        assert_eq!(VapidKey::fresh(|| Err::<[u8; 32], ()>(())), None);
        assert!(VapidKey::new(&PushSecret([0; 32]), String::new()).is_none());
    }
}
