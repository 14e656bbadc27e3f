//! The breaker: what of a new picture is not believed until a second one agrees.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    manifest::{Part, Withheld},
    picture::Share,
};

/// Fewer computers than this may go missing without a word.
const COMPUTERS: u64 = 10;
/// One in so many may go missing without a word.
const ONE_IN: u64 = 5;

/// The shares whose computers stay as they were, each with what the new picture shows instead.
///
/// A share is kept when it lost more than 20% and at least 10 computers. So that a Manager that
/// shows nothing does not get by where every account is small, the shares that lost less are also
/// looked at together.
pub(super) fn withheld<'a>(
    before: impl Iterator<Item = (Share, &'a Part)>,
    now: &BTreeMap<Share, u64>,
    taken_at: Timestamp,
) -> BTreeMap<Share, Withheld> {
    let compared: Vec<_> = before
        .map(|(share, part)| (share, part, now.get(&share).copied().unwrap_or_default()))
        .collect();
    let rest = || {
        let compared = compared.iter();
        compared.filter(|(_, part, now)| !is_loss(part.computers, *now))
    };
    let rest_before = rest().map(|(_, part, _)| part.computers).sum();
    let rest_now = rest().map(|(_, part, now)| part.computers.min(*now)).sum();
    let rest_lost = is_loss(rest_before, rest_now);
    compared
        .iter()
        .filter(|(_, part, now)| {
            is_loss(part.computers, *now) || (rest_lost && *now < part.computers)
        })
        .filter(|(_, part, now)| {
            let agrees = |withheld: Withheld| {
                withheld.taken_at < taken_at && is_close(withheld.computers, *now)
            };
            !part.withheld.is_some_and(agrees)
        })
        .map(|(share, _, now)| {
            let withheld = Withheld {
                computers: *now,
                taken_at,
            };
            (*share, withheld)
        })
        .collect()
}

fn is_loss(before: u64, now: u64) -> bool {
    let lost = before.saturating_sub(now);
    lost >= COMPUTERS && lost.saturating_mul(ONE_IN) > before
}

/// Whether two pictures show about as many computers.
fn is_close(one: u64, other: u64) -> bool {
    !is_loss(one, other) && !is_loss(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [usize; 0] = [];

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_785_585_600 + 60 * minute).unwrap()
    }

    fn share(account: usize) -> Share {
        match account {
            0 => Share::Common,
            account => Share::Account(format!("{account:012}").parse().unwrap()),
        }
    }

    /// The shares that are kept of these counts before and now, with counts withheld before.
    fn kept(counts: &[(u64, Option<u64>, u64)]) -> Vec<usize> {
        let parts: Vec<Part> = counts
            .iter()
            .map(|(before, withheld, _)| Part {
                buckets: Vec::new(),
                computers: *before,
                taken_at: at(0),
                withheld: withheld.map(|computers| Withheld {
                    computers,
                    taken_at: at(1),
                }),
            })
            .collect();
        let before = parts
            .iter()
            .enumerate()
            .map(|(place, part)| (share(place), part));
        let now = counts.iter().enumerate();
        let now = now.filter(|(_, (.., now))| *now > 0);
        let now = now.map(|(place, (.., now))| (share(place), *now)).collect();
        let withheld = withheld(before, &now, at(2));
        let places = 0..counts.len();
        places
            .filter(|place| withheld.contains_key(&share(*place)))
            .collect()
    }

    #[test]
    fn a_loss_of_more_than_a_fifth_and_at_least_ten_is_not_believed() {
        assert_eq!(kept(&[(100, None, 80)]), NONE);
        assert_eq!(kept(&[(100, None, 79)]), [0]);
        assert_eq!(kept(&[(11, None, 2)]), NONE);
        assert_eq!(kept(&[(11, None, 1)]), [0]);
        assert_eq!(kept(&[(50, None, 500)]), NONE);
        assert_eq!(kept(&[(10, None, 0)]), [0], "an account that vanished");
        assert_eq!(kept(&[(0, None, 0)]), NONE);
    }

    #[test]
    fn no_account_holds_up_another() {
        assert_eq!(
            kept(&[(0, None, 0), (1000, None, 500), (1000, None, 999)]),
            [1]
        );
    }

    #[test]
    fn many_small_accounts_do_not_vanish_together() {
        assert_eq!(kept(&[(3, None, 0); 4]), [0, 1, 2, 3]);
        assert_eq!(kept(&[(3, None, 0); 3]), NONE, "nine computers may go");
        let one_of_many = [(9, None, 0), (9, None, 9), (9, None, 9), (90, None, 90)];
        assert_eq!(kept(&one_of_many), NONE);
        assert_eq!(kept(&[(3, Some(0), 0); 4]), NONE, "a second picture agrees");
    }

    #[test]
    fn a_second_picture_agrees_within_the_same_bound_in_both_directions() {
        assert_eq!(kept(&[(1000, Some(100), 100)]), NONE);
        assert_eq!(kept(&[(1000, Some(100), 80)]), NONE);
        assert_eq!(kept(&[(1000, Some(100), 79)]), [0]);
        assert_eq!(kept(&[(1000, Some(100), 125)]), NONE);
        assert_eq!(kept(&[(1000, Some(100), 126)]), [0]);
    }

    #[test]
    fn a_picture_does_not_agree_with_itself() {
        let part = Part {
            buckets: Vec::new(),
            computers: 100,
            taken_at: at(0),
            withheld: Some(Withheld {
                computers: 0,
                taken_at: at(2),
            }),
        };
        let parts = [(Share::Common, &part)];
        assert_eq!(
            withheld(parts.into_iter(), &BTreeMap::new(), at(2)).len(),
            1
        );
        assert!(withheld(parts.into_iter(), &BTreeMap::new(), at(3)).is_empty());
    }
}
