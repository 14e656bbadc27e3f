//! A door before moto that loses answers, or gives its own.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use testbed::moto::Moto;

/// What becomes of a call.
#[derive(Clone, Debug)]
enum Fate {
    /// It is made, and its answer is lost.
    Lost,
    /// It is not made: status and body.
    Answered(u16, String),
}

/// It ends with the process of the test.
#[derive(Debug)]
pub(crate) struct Door {
    port: u16,
    fates: Arc<Mutex<Vec<Fate>>>,
}

impl Door {
    pub(crate) fn before(moto: &Moto) -> Self {
        let server = moto.url().strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let fates: Arc<Mutex<Vec<Fate>>> = Arc::default();
        let shared = Arc::clone(&fates);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client that goes away in the middle is none of the door's business.
                let _ = serve(client, &server, &shared);
            }
        });
        Self { port, fates }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Loses the answers of the next calls.
    pub(crate) fn lose(&self, calls: usize) {
        *self.fates.lock().unwrap() = vec![Fate::Lost; calls];
    }

    /// Answers the next calls with an error of DynamoDB.
    pub(crate) fn answer(&self, calls: usize, status: u16, code: &str) {
        let body = format!(
            r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"as the test wants"}}"#
        );
        *self.fates.lock().unwrap() = vec![Fate::Answered(status, body); calls];
    }
}

/// Serves one call; the client has to connect again for another.
fn serve(client: TcpStream, server: &str, fates: &Mutex<Vec<Fate>>) -> io::Result<()> {
    let mut out = client.try_clone()?;
    let mut lines = BufReader::new(client);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if line == "\r\n" {
            break;
        }
        let lower = line.to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if !lower.starts_with("connection:") {
            head.push_str(&line);
        }
    }
    let mut body = vec![0; length];
    lines.read_exact(&mut body)?;
    let fate = fates.lock().unwrap().pop();
    if let Some(Fate::Answered(status, body)) = &fate {
        let length = body.len();
        return write!(
            out,
            "HTTP/1.1 {status} Answered\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
    }
    let mut moto = TcpStream::connect(server)?;
    write!(moto, "{head}connection: close\r\n\r\n")?;
    moto.write_all(&body)?;
    let mut answer = Vec::new();
    moto.read_to_end(&mut answer)?;
    match fate {
        Some(_) => Ok(()),
        None => out.write_all(&answer),
    }
}
