//! Where something is to be had: a URL, taken apart.

use std::fmt;

use hyper::Uri;
use hyper::http::uri::Scheme;
use serde::{Deserialize, Serialize};

/// Where something is to be had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// A name or an address, without the brackets that an address may stand in.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port as the URL has them.
    pub(super) authority: String,
    /// Path and query.
    pub(super) path: String,
}

/// Why a URL is none that can be had. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoTarget(String);

impl fmt::Display for NoTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoTarget {}

impl std::str::FromStr for Target {
    type Err = NoTarget;

    fn from_str(url: &str) -> Result<Target, NoTarget> {
        let refused = |why: &str| NoTarget(format!("'{url}' can't be downloaded: {why}"));
        let uri: Uri = url.parse().map_err(|why| refused(&format!("it is no URL ({why})")))?;
        if uri.scheme() == Some(&Scheme::HTTPS) {
            return Err(refused(
                "https is not spoken here (its library would be a third of this program); use an http:// URL",
            ));
        }
        if uri.scheme() != Some(&Scheme::HTTP) {
            return Err(refused("say http:// before the server's name"));
        }
        let authority = uri.authority().ok_or_else(|| refused("it names no server"))?;
        if authority.as_str().contains('@') {
            return Err(refused(
                "names and passwords in a URL are not sent; leave out what stands before the @",
            ));
        }
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(refused("it names no server"));
        }
        Ok(Target {
            host: host.to_owned(),
            port: uri.port_u16().unwrap_or(80),
            authority: authority.to_string(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let target: Target = "http://[::1]:8080/a/b?c=d".parse().unwrap();
        assert_eq!((target.host.as_str(), target.port), ("::1", 8080));
        assert_eq!((target.authority.as_str(), target.path.as_str()), ("[::1]:8080", "/a/b?c=d"));
        let target: Target = "http://example.org".parse().unwrap();
        assert_eq!((target.host.as_str(), target.port, target.path.as_str()), ("example.org", 80, "/"));
    }

    #[test]
    fn what_can_not_be_had_says_why() {
        let said = |url: &str| url.parse::<Target>().expect_err(url).to_string();
        assert!(said("https://example.org/").contains("https is not spoken here"));
        assert!(said("example.org").contains("say http://"));
        assert!(said("ftp://example.org/").contains("say http://"));
        assert!(said("http://").contains("no URL"));
        assert!(said("http://me:secret@example.org/").contains("before the @"));
        assert!(said("http://a b/").contains("no URL"));
    }
}
