//! The command line.

use std::{
    io::{self, ErrorKind},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    process::ExitCode,
};

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use wireglass::{Server, chat::database::Place, config::Config};

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
        .with_writer(io::stderr)
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
    let stop = stop_signal().context("cannot listen for Ctrl-C")?;
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

    let server = Server::new(config).with_context(|| cannot_keep(config))?;
    let shutdown = server.shutdown();
    tokio::spawn(async move {
        stop.await;
        shutdown.cancel();
    });
    server.serve(listener).await?;
    Ok(())
}

fn cannot_keep(config: &Config) -> String {
    match config.database() {
        Place::File(path) => format!(
            "the history cannot be kept in {} (choose another file with --database, or --database :memory:)",
            path.display()
        ),
        Place::Memory => "the history cannot be kept in memory".to_owned(),
    }
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

/// Listens for Ctrl-C or, on Unix, SIGTERM: from now on they no longer end the program themselves.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Listens for Ctrl-C: from now on it no longer ends the program itself.
#[cfg(windows)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut interrupted = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupted.recv().await;
    })
}
