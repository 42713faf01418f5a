//! The command line.

use std::{
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
};

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
    let address = listener.local_addr()?;
    let url = format!("http://{}/", reachable(address));
    println!("Wireglass is at {url}");
    if !address.ip().is_loopback() {
        println!("Everybody who can reach {address} can chat, and sees everybody's traffic.");
    }
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

/// An address of this machine in place of "all addresses".
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
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
