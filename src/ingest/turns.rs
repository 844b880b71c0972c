//! Whose trips are claimed next: the free workers are dealt out among the companies that have something due (L10).
//! Called by `dispatch` before every round of claims.
//! Always: no company has more workers than its share; the first to be served changes from round to round.

/// Who was served last.
#[derive(Default)]
pub(super) struct Turns {
    last: Option<String>,
}

impl Turns {
    /// Deals `free` workers out, one at a time. `due` is sorted; `room` says how many more a company may have.
    pub fn deal(&mut self, due: Vec<String>, free: usize, room: impl Fn(&str) -> usize) -> Vec<(String, u32)> {
        let mut hands: Vec<(String, usize, u32)> = due
            .into_iter()
            .map(|company| (room(&company), company))
            .filter(|(room, _)| *room > 0)
            .map(|(room, company)| (company, room, 0))
            .collect();
        let after = self
            .last
            .as_ref()
            .map_or(0, |last| hands.partition_point(|(company, ..)| company <= last));
        hands.rotate_left(after);
        let mut left = free;
        while left > 0 {
            let before = left;
            for (company, room, dealt) in &mut hands {
                if left > 0 && *room > 0 {
                    (*room, *dealt, left) = (*room - 1, *dealt + 1, left - 1);
                    self.last = Some(company.clone());
                }
            }
            if left == before {
                break;
            }
        }
        hands
            .into_iter()
            .filter(|(.., dealt)| *dealt > 0)
            .map(|(company, _, dealt)| (company, dealt))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(all: &str) -> Vec<String> {
        all.chars().map(String::from).collect()
    }

    #[test]
    fn l10_workers_are_dealt_evenly_up_to_each_companys_share() {
        let mut turns = Turns::default();
        let dealt = turns.deal(names("abc"), 8, |company| if company == "b" { 1 } else { 12 });
        assert_eq!(dealt, [("a".to_owned(), 4), ("b".to_owned(), 1), ("c".to_owned(), 3)]);
        assert_eq!(Turns::default().deal(names("a"), 32, |_| 12), [("a".to_owned(), 12)]);
        assert!(Turns::default().deal(names("a"), 32, |_| 0).is_empty());
    }

    #[test]
    fn l10_whoever_got_nothing_is_first_in_the_next_round() {
        let mut turns = Turns::default();
        let mut first = |free| {
            turns
                .deal(names("abc"), free, |_| 12)
                .into_iter()
                .map(|(c, _)| c)
                .collect::<String>()
        };
        assert_eq!(
            [first(1), first(1), first(1), first(2), first(2)],
            ["a", "b", "c", "ab", "ca"]
        );
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_there_is(free in 0..40_usize, rooms in prop::collection::vec(0..15_usize, 0..10)) {
            let due: Vec<String> = (0..rooms.len()).map(|n| format!("{n}")).collect();
            let dealt = Turns::default().deal(due, free, |company| rooms[company.parse::<usize>().unwrap()]);
            let all: usize = dealt.iter().map(|(_, n)| *n as usize).sum();
            prop_assert_eq!(all, free.min(rooms.iter().sum()));
            for (company, n) in dealt {
                prop_assert!(n as usize <= rooms[company.parse::<usize>().unwrap()]);
            }
        }
    }
}
