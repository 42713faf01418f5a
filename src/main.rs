//! The command line.

use std::{
    io::{self, ErrorKind, IsTerminal},
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
        // In a file, colours would stand between a field's name and its value.
        .with_ansi(io::stderr().is_terminal())
        .init();

    let mut config = config.clone();
    fit_into_open_files(&mut config);
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
    let server = open_server(&mut config)?;
    let address = listener.local_addr()?;
    let url = format!("http://{}/", reachable(address));
    println!("Wireglass is at {url}");
    if !address.ip().is_loopback() {
        println!("Everybody who can reach {address} can chat, and sees everybody's traffic.");
    }
    match config.database() {
        Place::File(path) => println!("What is said is kept in {}", path.display()),
        Place::Memory => println!("What is said is kept in memory, and ends with the program."),
    }
    println!("Stop it with Ctrl-C.");
    if config.open
        && let Err(error) = open::that_detached(&url)
    {
        tracing::warn!(%error, "the browser was not opened");
    }

    let shutdown = server.shutdown();
    tokio::spawn(async move {
        stop.await;
        shutdown.cancel();
    });
    server.serve(listener).await;
    Ok(())
}

/// Opens the history where it was asked for. Where nobody asked, a folder that cannot be used is no reason
/// not to begin: then it is kept in memory, and that is said.
fn open_server(config: &mut Config) -> anyhow::Result<Server> {
    match (Server::new(config), config.database()) {
        (Ok(server), _) => Ok(server),
        (Err(error), Place::File(path)) if config.database.is_none() => {
            let error = anyhow::Error::from(error);
            tracing::warn!("no history in {}: {error:#}", path.display());
            config.database = Some(":memory:".into());
            Ok(Server::new(config)?)
        }
        (Err(error), Place::File(path)) => Err(error).with_context(|| {
            format!(
                "the history cannot be kept in {} (choose another file with --database, or --database :memory:)",
                path.display()
            )
        }),
        (Err(error), Place::Memory) => Err(error.into()),
    }
}

/// Asks the system for as many open files as it allows, and takes no more connections than that.
fn fit_into_open_files(config: &mut Config) {
    let open_files = match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(open_files) => open_files,
        Err(error) => return tracing::warn!(%error, "the limit of open files is not known"),
    };
    let fitting = wireglass::places::fitting(config.max_connections, open_files);
    if fitting != config.max_connections {
        tracing::warn!(
            open_files,
            "at most {fitting} connections: the system allows no more open files (ulimit -n)"
        );
        config.max_connections = fitting;
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
