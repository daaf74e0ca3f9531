//! Lists in the order of a number. One function for all of them: a sort of its own for each kind of list is as much code
//! as what shows it, and the first screen waits for that.

/// The lowest number first; what is equal stays as it was.
pub(crate) fn lowest_first<T, N: Into<u128>>(list: &mut Vec<T>, number: impl Fn(&T) -> N) {
    let numbers = list.iter().map(|it| number(it).into());
    let order = order(numbers.collect());
    let mut left: Vec<Option<T>> = core::mem::take(list).into_iter().map(Some).collect();
    list.extend(order.into_iter().filter_map(|at| left.get_mut(at)?.take()));
}

/// The highest number first; what is equal stays as it was.
pub(crate) fn highest_first<T, N: Into<u128>>(list: &mut Vec<T>, number: impl Fn(&T) -> N) {
    lowest_first(list, |it| u128::MAX - number(it).into());
}

fn order(numbers: Vec<u128>) -> Vec<usize> {
    let mut order: Vec<(u128, usize)> = numbers.into_iter().zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::{highest_first, lowest_first};

    #[test]
    fn what_is_equal_stays_as_it_was() {
        let mut list = vec![(2_u64, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        lowest_first(&mut list, |it| it.0);
        let letters: String = list.iter().map(|it| it.1).collect();
        assert_eq!(letters, "dbeac");
        highest_first(&mut list, |it| it.0);
        let letters: String = list.iter().map(|it| it.1).collect();
        assert_eq!(letters, "acbed");
    }
}
