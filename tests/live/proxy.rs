//! A proxy before moto that writes down what is asked, and may answer in its place.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// A call, as it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// What a policy of IAM would name: `ec2:DescribeInstances`; of the services that have paths,
    /// `cloudfront:GET /2020-05-31/distribution`.
    pub(crate) action: String,
    /// The Region that it was signed for.
    pub(crate) region: String,
    /// The id of the access key that signed it.
    pub(crate) access_key: String,
    /// What was sent.
    pub(crate) body: String,
}

#[derive(Debug, Default)]
struct Desk {
    calls: Vec<Call>,
    /// Answers in moto's place, by action: status and body.
    answers: Vec<(String, u16, String)>,
}

/// It ends with the process of the test.
#[derive(Clone, Debug)]
pub(crate) struct Proxy {
    port: u16,
    desk: Arc<Mutex<Desk>>,
}

impl Proxy {
    /// Listens before the server of that URL.
    pub(crate) fn before(url: &str) -> Self {
        let server = url.strip_prefix("http://").unwrap().to_owned();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let desk: Arc<Mutex<Desk>> = Arc::default();
        let proxy = Self {
            port,
            desk: Arc::clone(&desk),
        };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, desk) = (server.clone(), Arc::clone(&desk));
                // A client that goes away in the middle is none of the proxy's business.
                thread::spawn(move || serve(client, &server, &desk));
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.desk.lock().unwrap().calls.clone()
    }

    /// Starts the list of calls anew.
    pub(crate) fn forget(&self) {
        self.desk.lock().unwrap().calls.clear();
    }

    /// Answers that action in moto's place.
    pub(crate) fn answer(&self, action: &str, status: u16, body: &str) {
        let answer = (action.to_owned(), status, body.to_owned());
        self.desk.lock().unwrap().answers.push(answer);
    }
}

fn serve(client: TcpStream, server: &str, desk: &Mutex<Desk>) -> io::Result<()> {
    let mut out = client.try_clone()?;
    let mut lines = BufReader::new(client);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if lines.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let length = header(&head, "content-length").and_then(|length| length.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        lines.read_exact(&mut body)?;
        let call = call(&head, &String::from_utf8_lossy(&body));
        let answer = {
            let mut desk = desk.lock().unwrap();
            let mut answers = desk.answers.iter();
            let answer = answers.rfind(|(action, ..)| *action == call.action);
            let answer = answer.cloned();
            desk.calls.push(call);
            answer
        };
        if let Some((_, status, body)) = answer {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {length}\r\n\r\n");
            out.write_all(format!("{head}{body}").as_bytes())?;
            continue;
        }
        let mut moto = TcpStream::connect(server)?;
        let head = head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
        moto.write_all(head.as_bytes())?;
        moto.write_all(&body)?;
        io::copy(&mut moto, &mut out)?;
        return out.shutdown(std::net::Shutdown::Both);
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let found = headers.find(|(header, _)| header.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

fn call(head: &str, body: &str) -> Call {
    // `Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`
    let signed = header(head, "authorization").unwrap_or_default();
    let scope = signed
        .split_once("Credential=")
        .map_or("", |(_, scope)| scope);
    let mut scope = scope.split('/');
    let access_key = scope.next().unwrap_or_default().to_owned();
    let region = scope.nth(1).unwrap_or_default().to_owned();
    let service = scope.next().unwrap_or_default();
    let form = body
        .split('&')
        .find_map(|field| field.strip_prefix("Action="));
    let target = header(head, "x-amz-target").and_then(|target| target.split('.').next_back());
    let what = match form.or(target) {
        Some(action) => action.to_owned(),
        None => {
            let line = head.lines().next().unwrap_or_default();
            let line = line.rsplit_once(' ').map_or(line, |(line, _)| line);
            line.split('?').next().unwrap_or_default().to_owned()
        }
    };
    Call {
        action: format!("{service}:{what}"),
        region,
        access_key,
        body: body.to_owned(),
    }
}
