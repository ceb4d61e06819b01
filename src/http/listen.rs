//! Where connections come from: an address, or a socket in the file system.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};
use tokio_util::either::Either;

#[cfg(not(unix))]
type UnixStream = TcpStream;

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else listens there.
    #[error(
        "cannot listen on {0}: the port is in use; stop the other program, or choose another address with --listen"
    )]
    InUse(SocketAddr),
    /// The address is not ours to listen on.
    #[error("cannot listen on {0}: {1}; choose another address with --listen")]
    Address(SocketAddr, io::Error),
    /// The socket cannot be had.
    #[error("cannot listen on {0}: {1}; choose another path with --unix-socket")]
    Socket(PathBuf, io::Error),
}

/// Where connections come from.
pub enum Listener {
    /// An address.
    Address(TcpListener),
    /// A socket in the file system. It is removed when the server stops.
    #[cfg(unix)]
    Socket(UnixListener, PathBuf),
}

/// A connection that was accepted.
pub(super) type Stream = Either<TcpStream, UnixStream>;

/// Takes the address.
///
/// # Errors
/// When it cannot be had.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => ServeError::InUse(address),
            _ => ServeError::Address(address, error),
        })
}

/// Takes a socket in the file system, for the user and the group of the process. One that nobody listens
/// on any more is replaced.
///
/// # Errors
/// When it cannot be had.
#[cfg(unix)]
pub fn listen_on_socket(path: &Path) -> Result<Listener, ServeError> {
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    let failed = |error| ServeError::Socket(path.to_owned(), error);
    let left = std::fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket());
    if left && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path).map_err(failed)?;
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    let rights = std::fs::Permissions::from_mode(0o660);
    std::fs::set_permissions(path, rights).map_err(failed)?;
    Ok(Listener::Socket(listener, path.to_owned()))
}

/// There are none on this system.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn listen_on_socket(path: &Path) -> Result<Listener, ServeError> {
    let error = io::Error::from(ErrorKind::Unsupported);
    Err(ServeError::Socket(path.to_owned(), error))
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Self::Address(listener)
    }
}

impl std::fmt::Display for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(listener) => match listener.local_addr() {
                Ok(address) => address.fmt(f),
                Err(error) => error.fmt(f),
            },
            #[cfg(unix)]
            Self::Socket(_, path) => path.display().fmt(f),
        }
    }
}

impl Listener {
    /// The next connection, and the address that it comes from, if it has one.
    pub(super) async fn accept(&self) -> io::Result<(Stream, Option<SocketAddr>)> {
        match self {
            Self::Address(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Events are small, and are to be there at once.
                let _ = stream.set_nodelay(true);
                Ok((Either::Left(stream), Some(peer)))
            }
            #[cfg(unix)]
            Self::Socket(listener, _) => {
                let (stream, _) = listener.accept().await?;
                Ok((Either::Right(stream), None))
            }
        }
    }
}

#[cfg(unix)]
impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Socket(_, path) = self {
            let _ = std::fs::remove_file(path);
        }
    }
}
