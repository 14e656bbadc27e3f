//! Claims: that two workers never answer one finding at a time. Numbers are those of the faults that
//! were thought of beforehand.

use deepgrade::ledger::{Memory, Row, Table, Write};
use jiff::SignedDuration;
use remediations::record::State;
use rules::ledger::Source;

use crate::{
    contract::block_on,
    records::{FIRST, now, record, row_of},
};

#[test]
fn case_50_a_claim_whose_holder_died_is_taken_over_when_it_has_ended_and_not_before() {
    let patience = SignedDuration::from_mins(15);
    let until = now().checked_add(patience).unwrap();
    let claimed = record(
        Some(FIRST),
        Source::GuardDuty,
        "16afba5c",
        State::Claimed { until },
    );
    let first = row_of(&claimed);
    let retention = SignedDuration::from_hours(24);
    let table = Memory::default();
    block_on(async {
        assert_eq!(table.write(&first).await, Ok(Write::Done));
        let second = until - SignedDuration::from_secs(1);
        assert_eq!(claimed.resume(second, patience), None);
        let taken = claimed.resume(until, patience).unwrap();
        let taken = Row::of_record(Some(&first), &taken, retention).unwrap();
        assert_eq!(table.write(&taken).await, Ok(Write::Done));
        // Its first holder was only slow: what it did is not written over what the other does.
        let late = claimed.settled(until);
        let late = Row::of_record(Some(&first), &late, retention).unwrap();
        assert_eq!(table.write(&late).await, Ok(Write::Conflict));
        assert_eq!(table.read(&first.key).await, Ok(Some(taken)));
    });
}
