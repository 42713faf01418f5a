//! The command line.

use std::{io::ErrorKind, process::ExitCode};

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use wireglass::{Server, config::Config};

fn main() -> ExitCode {
    let config = Config::parse();
    match run(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wireglass: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log)
        .with_context(|| format!("--log {:?} is no level and no filter", config.log))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let listener = TcpListener::bind(&config.listen)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow::anyhow!(
                "{} is taken by another program: choose another port with --listen 127.0.0.1:PORT",
                config.listen
            ),
            _ => anyhow::anyhow!(
                "cannot listen on {:?} (an address and a port, such as 127.0.0.1:3000): {error}",
                config.listen
            ),
        })?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("Wireglass is at {url}");
    println!("Stop it with Ctrl-C.");
    if config.open
        && let Err(error) = open::that_detached(&url)
    {
        tracing::warn!(%error, "the browser was not opened");
    }

    let server = Server::new(config);
    let shutdown = server.shutdown();
    tokio::spawn(async move {
        stop_signal().await;
        shutdown.cancel();
    });
    server.serve(listener).await?;
    Ok(())
}

/// Waits for Ctrl-C or, on Unix, SIGTERM.
async fn stop_signal() {
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<Option<()>>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated => {}
    }
}
