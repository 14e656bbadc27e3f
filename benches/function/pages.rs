//! DescribeInstances of an account with many instances, page by page (EC2 API reference,
//! `DescribeInstances`), as far as the function reads it.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::Arc,
    thread,
};

/// The most that a page holds.
const PAGE: usize = 1_000;

/// Serves the pages, and gives the URL.
pub(crate) fn serve(ids: Vec<String>, account: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let world = Arc::new((ids, account.to_owned()));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let world = Arc::clone(&world);
            thread::spawn(move || attend(stream.unwrap(), &world.0, &world.1));
        }
    });
    url
}

fn attend(mut stream: TcpStream, ids: &[String], account: &str) {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        lines.read_exact(&mut body).unwrap();
        let body = String::from_utf8(body).unwrap();
        let next = body
            .split('&')
            .find_map(|part| part.strip_prefix("NextToken="));
        let text = page(ids, account, next.map_or(0, |next| next.parse().unwrap()));
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length:";
        if write!(stream, "{head} {}\r\n\r\n{text}", text.len()).is_err() {
            return;
        }
    }
}

fn page(ids: &[String], account: &str, from: usize) -> String {
    let mut text = String::from("<DescribeInstancesResponse><reservationSet>");
    for (place, id) in ids.iter().enumerate().skip(from).take(PAGE) {
        write!(
            text,
            "<item><reservationId>r-{place:08x}</reservationId><ownerId>{account}</ownerId>\
             <instancesSet><item><instanceId>{id}</instanceId><imageId>ami-0ff</imageId>\
             <instanceState><code>16</code><name>running</name></instanceState>\
             <launchTime>2026-11-20T09:58:00.000Z</launchTime>\
             <placement><availabilityZone>us-east-1a</availabilityZone></placement>\
             <networkInterfaceSet><item><networkInterfaceId>eni-{place:08x}</networkInterfaceId>\
             <attachment><deviceIndex>0</deviceIndex><networkCardIndex>0</networkCardIndex>\
             <attachTime>2026-11-20T09:58:00.000Z</attachTime></attachment></item>\
             </networkInterfaceSet><tagSet><item><key>Name</key><value>web-{place}</value></item>\
             </tagSet></item></instancesSet></item>"
        )
        .unwrap();
    }
    text.push_str("</reservationSet>");
    if from + PAGE < ids.len() {
        write!(text, "<nextToken>{}</nextToken>", from + PAGE).unwrap();
    }
    text + "</DescribeInstancesResponse>"
}
