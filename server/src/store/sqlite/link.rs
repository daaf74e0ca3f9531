//! The writer's connection: one, and not of a pool, which would ask it for a sign of life after each transaction.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

/// A connection that is opened anew if the last one was not given back.
pub(super) struct Link {
    options: SqliteConnectOptions,
    connection: Option<SqliteConnection>,
}

impl Link {
    pub(super) async fn open(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = Some(options.connect().await?);
        Ok(Self {
            options,
            connection,
        })
    }

    /// Does something on the connection, which is dropped if that failed.
    pub(super) async fn with<T, E: From<sqlx::Error>>(
        &mut self,
        work: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.take().await?;
        let done = work(&mut connection).await?;
        self.give_back(connection);
        Ok(done)
    }

    pub(super) async fn take(&mut self) -> Result<SqliteConnection, sqlx::Error> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.options.connect().await,
        }
    }

    /// After it did what it was taken for; else it is to be dropped.
    pub(super) fn give_back(&mut self, connection: SqliteConnection) {
        self.connection = Some(connection);
    }

    /// Closes it in order.
    pub(super) async fn close(self) {
        if let Some(connection) = self.connection {
            let _ = connection.close().await;
        }
    }
}
