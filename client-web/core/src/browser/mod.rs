//! The worker's end: what JavaScript calls, and what it is told.

mod calls;
mod device;
mod events;
mod rooms;
mod state;
mod vault;

use std::rc::Rc;

use js_sys::{Function, Uint8Array};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::failure::Failure;
use state::Inner;

/// A device in a worker.
#[wasm_bindgen]
#[derive(Clone)]
pub struct Core(Rc<Inner>);

/// What a call answers with.
pub(crate) enum Answered {
    /// JSON. Text at once: what goes by way of a tree is written twice, and its code lies in the bundle twice.
    Json(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Answered {
    fn nothing() -> Self {
        Self::Json("null".to_owned())
    }

    fn json(value: &impl Serialize) -> Result<Self, Failure> {
        serde_json::to_string(value)
            .map(Self::Json)
            .map_err(|_| Failure::malformed())
    }
}

#[wasm_bindgen]
impl Core {
    /// Looks at what there is on the device. `post` gets JSON, and bytes if an answer is bytes.
    ///
    /// # Errors
    /// If the browser has no database for this origin.
    pub async fn start(origin: String, post: Function) -> Result<Core, JsValue> {
        let inner = Inner::start(origin, post).await;
        let inner = inner.map_err(|failure| JsValue::from_str(&failure.code))?;
        Ok(Self(inner))
    }

    /// Carries out a call; its answer comes by `post`, with the same `id`. `arguments` are a JSON
    /// array in which bytes are null.
    pub fn call(&self, id: u32, name: String, arguments: String, bytes: Option<Vec<u8>>) {
        let core = self.clone();
        spawn_local(async move {
            let answer = match serde_json::from_str::<Vec<Value>>(&arguments) {
                Ok(arguments) => core.0.clone().carry_out(&name, arguments, bytes).await,
                Err(_) => Err(Failure::malformed()),
            };
            core.0.answer(id, answer);
        });
    }
}

/// Posts JSON, and bytes.
pub(crate) fn post(to: &Function, text: String, bytes: Option<&[u8]>) {
    let bytes = bytes.map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(bytes).into());
    // A page that throws on what it is told is a page's affair.
    let _ = to.call2(&JsValue::UNDEFINED, &text.into(), &bytes);
}
