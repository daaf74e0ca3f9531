//! Several hubs on one database and one broker, behind a balancer.

use std::path::Path;

use entente_client::HubUrl;
use entente_services::{Durability, Nats, Postgres};

use crate::{Balancer, HubProcess, Link};

/// One hub, and its own wires to what all share.
pub struct Node {
    /// The process.
    pub hub: HubProcess,
    /// To PostgreSQL.
    pub database: Link,
    /// To NATS.
    pub broker: Link,
}

/// Hubs, database, broker, balancer.
pub struct Cluster {
    /// The hubs.
    pub nodes: Vec<Node>,
    /// The database server.
    pub postgres: Postgres,
    /// The broker.
    pub nats: Nats,
    balancer: Balancer,
    database: String,
}

impl Cluster {
    /// Starts `hubs` hubs with an empty database.
    pub async fn start(folder: &Path, hubs: usize, durability: Durability) -> Self {
        Self::start_with(folder, hubs, durability, &[]).await
    }

    /// The same with more options for each hub.
    pub async fn start_with(
        folder: &Path,
        hubs: usize,
        durability: Durability,
        options: &[&str],
    ) -> Self {
        let postgres = Postgres::start(durability);
        let database = postgres.database();
        let nats = Nats::start();
        let balancer = Balancer::start().await;
        let name = balancer.address.to_string();
        let blobs = format!("file://{}", folder.join("blobs").display());
        let mut nodes = Vec::new();
        for number in 0..hubs {
            let to_database = Link::to(postgres.port()).await;
            let to_broker = Link::to(nats.port()).await;
            let own = format!("127.0.0.1:{}", postgres.port());
            let by_link = database.replace(&own, &to_database.address.to_string());
            let broker = format!("nats://{}", to_broker.address);
            let data = folder.join(format!("hub-{number}"));
            let mut all = vec!["--database", &by_link, "--broker", &broker];
            all.extend(["--name", &name, "--blobs", &blobs]);
            all.extend(options);
            nodes.push(Node {
                hub: HubProcess::start(&data, &all),
                database: to_database,
                broker: to_broker,
            });
        }
        balancer.serve(nodes.iter().map(|node| node.hub.address).collect());
        Self {
            nodes,
            postgres,
            nats,
            balancer,
            database,
        }
    }

    /// The URL that devices know: a connection goes to any hub.
    #[must_use]
    pub fn url(&self) -> HubUrl {
        format!("http://{}", self.balancer.address).parse().unwrap()
    }

    /// How many rows a table of the database has; the table's name may be followed by a condition.
    pub async fn rows(&self, table: &str) -> i64 {
        let pool = sqlx::PgPool::connect(&self.database).await.unwrap();
        let query = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let count = sqlx::query_scalar(query).fetch_one(&pool).await.unwrap();
        pool.close().await;
        count
    }

    /// Sends new connections to one hub alone, or to all again.
    pub fn route_to(&self, only: Option<usize>) {
        let nodes = self.nodes.iter().enumerate();
        self.balancer.serve(
            nodes
                .filter(|(number, _)| only.is_none_or(|only| only == *number))
                .map(|(_, node)| node.hub.address)
                .collect(),
        );
    }
}
