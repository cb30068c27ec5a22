//! What browsers bind passkeys to: the domain of the public address, and its origin. Neither comes
//! from a request.

use std::{fmt, sync::Arc};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{CEREMONY_LIFE, PasskeyError};
use crate::{
    base::{public_url::PublicUrl, secret::base64url},
    features::members::Member,
};

/// The site that passkeys are for.
#[derive(Clone)]
pub(super) struct Site(Arc<Webauthn>);

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site(…)")
    }
}

/// What is asked, and what has to be remembered until it is answered.
pub(super) struct Question {
    pub(super) options: Value,
    pub(super) state: Vec<u8>,
}

/// A registered credential.
pub(super) struct Registered {
    pub(super) id: Vec<u8>,
    pub(super) json: String,
}

/// What a signature that holds tells.
pub(super) struct Signed {
    pub(super) counter: i64,
    /// The credential as it is from now on.
    pub(super) json: String,
}

impl Site {
    /// The site at the public address; nothing when that is an IP address, which can't have passkeys.
    pub(super) fn at(public_url: &PublicUrl) -> Option<Self> {
        let origin = Url::parse(public_url.origin()).ok()?;
        let domain = origin.domain()?;
        let builder = WebauthnBuilder::new(domain, &origin).ok()?;
        let site = builder.rp_name("Guestpass").timeout(CEREMONY_LIFE).build();
        Some(Self(Arc::new(site.ok()?)))
    }

    /// Asks for a new passkey of `member`, on an authenticator that holds none of `known`.
    ///
    /// It has to be discoverable, so that it signs in without a name, and to verify its holder.
    pub(super) fn ask_for_new(
        &self,
        member: &Member,
        known: &[Vec<u8>],
    ) -> Result<Question, PasskeyError> {
        let (asked, state) = self
            .0
            .start_passkey_registration(
                member.id.uuid(),
                member.email.as_str(),
                &member.full_name(),
                None,
            )
            .map_err(broken)?;
        let mut options = to_value(&asked.public_key)?;
        // For the browser alone: the database decides what is registered already.
        options["excludeCredentials"] = named(known);
        let selection = &mut options["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        Ok(Question {
            options,
            state: to_vec(&state)?,
        })
    }

    /// Verifies what an authenticator answered to [`Site::ask_for_new`].
    pub(super) fn register(
        &self,
        state: &[u8],
        credential: &Value,
    ) -> Result<Result<Registered, WebauthnError>, PasskeyError> {
        let state: PasskeyRegistration = serde_json::from_slice(state).map_err(broken)?;
        let answer: RegisterPublicKeyCredential = read(credential)?;
        let passkey = match self.0.finish_passkey_registration(&answer, &state) {
            Ok(passkey) => passkey,
            Err(why) => return Ok(Err(why)),
        };
        Ok(Ok(Registered {
            id: passkey.cred_id().clone(),
            json: to_text(&passkey)?,
        }))
    }

    /// Asks for a signature: of any passkey for this site, or of one of `own`.
    pub(super) fn ask(&self, own: &[Vec<u8>]) -> Result<Question, PasskeyError> {
        let (asked, state) = self.0.start_discoverable_authentication().map_err(broken)?;
        let mut options = to_value(&asked.public_key)?;
        options["allowCredentials"] = named(own);
        Ok(Question {
            options,
            state: to_vec(&state)?,
        })
    }

    /// Verifies a signature by the stored passkey `stored`.
    pub(super) fn verify(
        &self,
        state: &[u8],
        answer: &PublicKeyCredential,
        stored: &str,
    ) -> Result<Result<Signed, WebauthnError>, PasskeyError> {
        let state: DiscoverableAuthentication = serde_json::from_slice(state).map_err(broken)?;
        let mut passkey: Passkey = serde_json::from_str(stored).map_err(broken)?;
        let result = match self
            .0
            .finish_discoverable_authentication_v2(answer, state, &passkey)
        {
            Ok(result) => result,
            Err(why) => return Ok(Err(why)),
        };
        passkey.update_credential(&result);
        Ok(Ok(Signed {
            counter: result.counter().into(),
            json: to_text(&passkey)?,
        }))
    }
}

/// Credentials as browsers are told of them.
fn named(credentials: &[Vec<u8>]) -> Value {
    let named = |id: &Vec<u8>| json!({ "type": "public-key", "id": base64url(id) });
    credentials.iter().map(named).collect()
}

/// Reads what a browser's JSON interface gave.
pub(super) fn read<T: DeserializeOwned>(credential: &Value) -> Result<T, PasskeyError> {
    T::deserialize(credential).map_err(|_| PasskeyError::Malformed)
}

fn to_value(value: &impl Serialize) -> Result<Value, PasskeyError> {
    serde_json::to_value(value).map_err(broken)
}

fn to_vec(value: &impl Serialize) -> Result<Vec<u8>, PasskeyError> {
    serde_json::to_vec(value).map_err(broken)
}

fn to_text(value: &impl Serialize) -> Result<String, PasskeyError> {
    serde_json::to_string(value).map_err(broken)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> PasskeyError {
    PasskeyError::Broken(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_domain_name() {
        let has = |url: &str| Site::at(&PublicUrl::parse(url).unwrap()).is_some();
        assert!(has("https://vault.example"));
        assert!(has("https://vault.example:8443"));
        assert!(has("http://localhost:8777"));
        assert!(!has("http://127.0.0.1:8777"));
        assert!(!has("https://192.0.2.7"));
        assert!(!has("https://[2001:db8::7]"));
    }
}
