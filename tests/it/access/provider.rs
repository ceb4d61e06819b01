//! An identity provider: keys made for these tests, tokens signed with them, and a host that gives out the
//! public halves.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

const EC_1: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoBl1Rlo+vy9xfKdx00TGmVBrph1Y9XOw0UAhkQoi0/yhRANC\
    AAQfs4zOCG5agSt6lUHv4Kc3p0PlkGoe/bygdyG3HDjZCIznFKH7zpayye9AhSJ9UVv96MI+6ckBA9E1KJm/Hx40";
const EC_2: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbH5UTCOzZ/gJKMeZepRe9wJV1SFgB1qLOqbE9iKxhA+hRANC\
    AARt+lmFC3pQ8xUsjRVGz+3Cv1SGMTwVeyH2ZSqWhkfmtmxei6JkFG/RiifU0/oE6RX5uxoZe2sqkruk333BHbIH";
const ED: &str = "MC4CAQAwBQYDK2VwBCIEIH3tHKdTX33kuKRiwvA5H6iyDVMea0NehaVl0yjG9eAw";
const RSA: &str = "MIIEpAIBAAKCAQEA5zTFhJR3z/hg/TOVdwuM13+7f5AZbITIeHBlW3prfxWD06DoDFU/cHRLtlSnz3tVyVoXLiNxcPvqRTe2\
    BWCBhBcfywhaEwbO1bRWAKsAWlG3OwUoqcsyIQbsIDFHeO2G64J58tgxWNOFoUMIc8eW1o8lTLZSRBXwrRcG4oaPcwiMyQaR\
    Uko+0SVCEduLcp5Sl0lZ1Tp2+LFQHkCiZcmw2dZ+NO0HjwuyXuOZEKHSmVpxYMboK0D3t6wmJ0Ueld8cjFwip+X1rITol34b\
    FLH5VPqtPWNW156TZWNBBBY89CbS7S3T3KR5hKovsJemeZnW9mrAYc55bKkQY5z19WP0bQIDAQABAoIBADHQuHgC5ze7i+Yy\
    PZN7PRrXbiYjfZ7YkzsD+Iq3uz6T+6XW5vh1S6hmnkOIROna6JZsH091GoWd+ZF1WfYZn34+3z5HK+Uqk9kOtHMLZRWQwrpo\
    N6Ux3zinfavIAl7HSskmgTD2LNe3J3Uh9MnBaLoM+JvpMptx4LvimLypAnJlrdlOJR6ThOhWNQLKQJSV8Eb5/Bxo0ZUbO5Ua\
    jPNnIX0MSI3gSESPGFxE+7r9G7DpPbFMl8pV8AEc80aCKK3OFyKNGFQD8v3eXONHfO8gnZ6iStzlSJTEHdIlzOSVtDT3ZLxg\
    +HyNT4kXSagGGIzsJvXPn/f3Y2kvL+Xz4wrNVM8CgYEA93YQe2sGYPY2yQkwbUK5RJ+zehoXJTxOPxKHJJfqH+UFznDv+IZJ\
    ueqeqriVbk/Yev6R0w5ZyQ5g8m+lOuxusFNS+FAym+mwIJNK1HkhHbjNLBoOY7Yc2Ml8H7oHpQbAuekWara7HwV0BIDfOSCp\
    +h6G7rpB9RKgrJNL0Z5o9v8CgYEA7y8eeIQFUc5dl6Cy9hr2tM6UmB7oJOlhDP8tKrLZfFbyNy6oSnUDLzVOyNWLft+7OR5C\
    4KWdYRjdVEUVHxUf36uC7SvLaJgsuUPtp21VlBMuuBziU0fbQr+749mUKubHmG0mLgbeP1vMafIX1UslSv2ktq0G0m0A8jhC\
    HNAB4JMCgYEA7iwnPvJKaGZxYlrCzlZrBJ6E2p9j6YW6dcA6bED+qQX/6asPfG6bZSJo5j3ULSESZYbBCZcFWZrKOmy0ZhsL\
    ihAYikB+BUwNJb0+R3PyKK4mYy0M7nFoIEsEeXDOTMpMEmNCHSGUxg20lWUH8+75Sm+5ROnl85+jH5aBYdaKhjcCgYEAgqYE\
    SOQkW7kTmn1nA9NaqwykUiuftnncT1MbgtVKwwZjLA1KU9FyudiufjlXByiChgKnmTodqyn/y8YocWAClxSCYbaoVyu4UkJu\
    kCPCuS15OYxdfAwmEmHU6fKxYnXI1NPaJQ4PXCBymfRpXFK9viaqUDZXIZ31BFoCkuZ0AA0CgYAEIKVtiIRXhqrz7UgVbJ6C\
    oSwdHfPAUipkYi2y0k0GRJd+TVBnbAYCCyS8dddgbw4kTyVmYscTORdcvb9jyhC1IAXVai9vA1Q9TZOwj/eDS6lS97HhhOAa\
    N03Pfi6DAw+IH6CB2d4EpJfKwB9EZWJ7J1Ys7m/IU3yjCkwBxml1yQ==";

/// A key of the provider.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub id: &'static str,
    pub algorithm: Algorithm,
    pub der: &'static str,
}

pub const FIRST: Key = Key {
    id: "first",
    algorithm: Algorithm::ES256,
    der: EC_1,
};
pub const SECOND: Key = Key {
    id: "second",
    algorithm: Algorithm::ES256,
    der: EC_2,
};
pub const EDWARDS: Key = Key {
    id: "edwards",
    algorithm: Algorithm::EdDSA,
    der: ED,
};
pub const OLD: Key = Key {
    id: "old",
    algorithm: Algorithm::RS256,
    der: RSA,
};

impl Key {
    fn private(self) -> EncodingKey {
        let der = STANDARD.decode(self.der).unwrap();
        match self.algorithm {
            Algorithm::ES256 => EncodingKey::from_ec_der(&der),
            Algorithm::EdDSA => EncodingKey::from_ed_der(&der),
            _ => EncodingKey::from_rsa_der(&der),
        }
    }

    /// The half that anybody may have.
    pub fn public(self) -> Value {
        let mut key = Jwk::from_encoding_key(&self.private(), self.algorithm).unwrap();
        key.common.key_id = Some(self.id.to_owned());
        serde_json::to_value(key).unwrap()
    }

    /// A token with these claims.
    pub fn sign(self, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = Some(self.id.to_owned());
        self.sign_with(&header, claims)
    }

    pub fn sign_with(self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private()).unwrap()
    }
}

/// The host of the keys.
pub struct Host {
    pub url: String,
    keys: Arc<Mutex<Vec<Value>>>,
    down: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl Host {
    pub fn with(keys: &[Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = Self {
            url: format!("http://{}/keys", listener.local_addr().unwrap()),
            keys: Arc::default(),
            down: Arc::default(),
            asked: Arc::default(),
        };
        host.give(keys);
        let (keys, down, asked) = (host.keys.clone(), host.down.clone(), host.asked.clone());
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                let mut socket = socket.unwrap();
                asked.fetch_add(1, Ordering::SeqCst);
                if down.load(Ordering::SeqCst) {
                    continue;
                }
                let _ = socket.read(&mut [0; 4096]);
                let body = json!({ "keys": *keys.lock().unwrap() }).to_string();
                let length = body.len();
                let _ = write!(
                    socket,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        host
    }

    /// Gives out these keys from now on.
    pub fn give(&self, keys: &[Key]) {
        *self.keys.lock().unwrap() = keys.iter().map(|key| key.public()).collect();
    }

    pub fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// How often keys were asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
