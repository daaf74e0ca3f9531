//! From a configuration to a hub that listens, and to its orderly end.

use std::fs::File;
use std::net::SocketAddr;
use std::sync::Arc;

use entente_trust::Revocations;
use tokio::net::TcpListener;

use crate::authorities::Authorities;
use crate::blobs::Blobs;
use crate::bus::Bus;
use crate::gate::{Gate, GatedListener, Peer};
use crate::hub::Hub;
use crate::store::Store;
use crate::tls::Reloader;
use crate::web::Site;
use crate::{Clock, Config, ServerError, cluster, http, meters, push, retention};

/// A hub that listens and does not serve yet.
pub struct Bound {
    hub: Arc<Hub>,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Reloader>,
    gate: Arc<Gate>,
    _lock: File,
}

/// Opens the store, brings it up to date, and binds the socket.
///
/// # Errors
/// See [`ServerError`].
pub async fn bind(config: Config, clock: Clock) -> Result<Bound, ServerError> {
    meters::install();
    let lock = lock_data(&config)?;
    let tls = match &config.tls {
        Some(files) => Some(Reloader::new(files.clone())?),
        None => None,
    };
    let store = Store::open(config.database.expose(), config.keep_messages).await?;
    let blobs = open_blobs(&config)?;
    let authorities = match &config.authorities {
        Some(folder) => Authorities::fixed(folder)?,
        None => Authorities::open(store.authorities().await?),
    };
    let listen_error = |source| ServerError::Listen {
        address: config.listen.to_string(),
        source,
    };
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(listen_error)?;
    let address = listener.local_addr().map_err(listen_error)?;
    let names = if config.names.is_empty() {
        vec![address.to_string(), format!("localhost:{}", address.port())]
    } else {
        config.names.clone()
    };
    let mut revocations = Revocations::default();
    for list in store.revocations().await? {
        // One list an authority is stored: none can be older than another.
        let _ = revocations.insert(list);
    }
    let (pusher, pushes, key) = push::prepare(&config, &names, &store).await?;
    let bus = match &config.broker {
        None => Bus::none(),
        Some(_) if !store.is_shared() => return Err(ServerError::BrokerAlone),
        Some(url) => Bus::connect(url.expose(), key)
            .await
            .map_err(ServerError::Broker)?,
    };
    let hub = Arc::new(Hub::new(
        (store, blobs, pusher, bus),
        clock,
        authorities,
        names,
        revocations,
        config.messages_per_second,
    ));
    hub.wake_rooms().await?;
    if hub.store.is_shared() {
        tokio::spawn(cluster::run(hub.clone()));
    }
    tokio::spawn(pushes.run(hub.clone()));
    tokio::spawn(retention::run(hub.clone()));
    Ok(Bound {
        hub,
        listener,
        address,
        tls,
        gate: Gate::new(config.addresses),
        _lock: lock,
    })
}

pub(crate) fn open_blobs(config: &Config) -> Result<Blobs, ServerError> {
    let opened = match &config.blobs {
        None => Blobs::in_folder(&config.data.join("blobs")),
        Some(url) => Blobs::at_url(url.expose()),
    };
    opened.map_err(ServerError::Blobs)
}

pub(crate) fn lock_data(config: &Config) -> Result<File, ServerError> {
    let data = |source| ServerError::Data {
        path: config.data.clone(),
        source,
    };
    std::fs::create_dir_all(&config.data).map_err(data)?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(config.data.join("hub.lock"))
        .map_err(data)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(std::fs::TryLockError::WouldBlock) => Err(ServerError::InUse(config.data.clone())),
        Err(std::fs::TryLockError::Error(source)) => Err(data(source)),
    }
}

impl Bound {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Reads certificate and key again; none without TLS.
    #[must_use]
    pub fn reloader(&self) -> Option<Reloader> {
        self.tls.clone()
    }

    /// Serves until `shutdown` completes; then connections are told, rooms finish what they have,
    /// and the store is closed.
    ///
    /// # Errors
    /// [`ServerError::Serve`].
    pub async fn serve(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), ServerError> {
        tracing::info!(address = %self.address, "hub is listening");
        let hub = self.hub.clone();
        let stopping = hub.clone();
        let app = http::router(hub.clone(), Site::embedded())
            .into_make_service_with_connect_info::<Peer>();
        let shutdown = async move {
            shutdown.await;
            tracing::info!("hub is draining");
            stopping.stop();
        };
        let listener = GatedListener::new(self.listener, self.gate);
        match &self.tls {
            None => {
                axum::serve(listener, app)
                    .with_graceful_shutdown(shutdown)
                    .await
            }
            Some(tls) => {
                axum::serve(tls.listen(listener, self.address), app)
                    .with_graceful_shutdown(shutdown)
                    .await
            }
        }
        .map_err(ServerError::Serve)?;
        hub.drained().await;
        tracing::info!("hub has stopped");
        Ok(())
    }
}
