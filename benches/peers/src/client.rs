//! A client for one request at a time over one connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

pub struct Client {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Client {
    pub fn connect(port: u16, token: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let token = token.map_or_else(String::new, |token| {
            format!("authorization: Bearer {token}\r\n")
        });
        Ok(Self {
            stream: BufReader::with_capacity(1 << 16, stream),
            head: format!("host: localhost\r\ncontent-type: application/json\r\n{token}"),
        })
    }

    /// Posts a body to `/graphql`, and gives back the body of the answer.
    pub fn post(&mut self, body: &str) -> Result<Vec<u8>> {
        let (head, length) = (&self.head, body.len());
        let request =
            format!("POST /graphql HTTP/1.1\r\n{head}content-length: {length}\r\n\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        let mut length = None;
        self.stream.read_line(&mut line)?;
        ensure!(line.contains(" 200 "), "the answer begins with {line:?}");
        while line != "\r\n" {
            line.clear();
            self.stream.read_line(&mut line)?;
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = Some(value.trim().parse()?);
            }
        }
        let mut body = vec![0; length.context("the answer does not tell its length")?];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    /// Asks, and gives back `data`.
    pub fn ask(&mut self, text: &str, variables: &Value) -> Result<Value> {
        let answer = self.post(&crate::questions::body(text, variables))?;
        let mut answer: Value = serde_json::from_slice(&answer)?;
        ensure!(answer.get("errors").is_none(), "the answer is {answer}");
        Ok(answer["data"].take())
    }

    /// Gets a path and reads all that comes, at most so many bytes. Gives back how many came.
    pub fn drain(mut self, path: &str, most: u64) -> Result<u64> {
        let head = &self.head;
        let request = format!("GET {path} HTTP/1.1\r\n{head}connection: close\r\n\r\n");
        self.stream.get_mut().write_all(request.as_bytes())?;
        Ok(std::io::copy(
            &mut self.stream.take(most),
            &mut std::io::sink(),
        )?)
    }
}
