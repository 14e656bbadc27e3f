//! Lists that come page by page.

use std::collections::BTreeSet;

use crate::ports::{Error, Fault, Page};

/// Every item of a list, from the first page to the last.
///
/// # Errors
/// That of the first page which cannot be read, or a page that leads to itself.
pub(in crate::aws) async fn pages<T, F>(call: impl Fn(Option<String>) -> F) -> Result<Vec<T>, Error>
where
    F: Future<Output = Result<Page<T>, Error>>,
{
    let mut items = Vec::new();
    let mut at: Option<String> = None;
    loop {
        let page = call(at.clone()).await?;
        items.extend(page.items);
        // An empty token means none.
        let next = page.next.filter(|next| !next.is_empty());
        if next.is_none() {
            return Ok(items);
        }
        if next == at {
            let line = "a list whose page leads to itself".to_owned();
            return Err(Error::Permanent(Fault::Deployment, line));
        }
        at = next;
    }
}

/// Each item once: what is made while a list is read can be on two of its pages.
pub(super) fn unique<T, K: Ord>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut seen = BTreeSet::new();
    let items = items.into_iter();
    items.filter(|item| seen.insert(key(item))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(future)
    }

    fn page(items: &[u8], next: Option<&str>) -> Page<u8> {
        Page {
            items: items.to_vec(),
            next: next.map(str::to_owned),
        }
    }

    #[test]
    fn every_page_is_read_to_the_last() {
        let all = run(pages(|at| {
            let page = match at.as_deref() {
                None => page(&[1, 2], Some("b")),
                Some("b") => page(&[2, 3], Some("")),
                Some(_) => page(&[9], None),
            };
            std::future::ready(Ok(page))
        }));
        assert_eq!(unique(all.unwrap(), |item| *item), [1, 2, 3]);
    }

    #[test]
    fn a_list_without_an_end_is_refused() {
        let endless = run(pages(|_| std::future::ready(Ok(page(&[1], Some("a"))))));
        assert!(!endless.unwrap_err().is_retryable());
    }
}
